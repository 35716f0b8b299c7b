"""Tell the faults of an input all at once, and how many more there are where they would fill the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

MOST_TOLD = 100
Say = Callable[[str], None]


def told(faults: Sequence[str], more: int = 0) -> str:
    """Return one fault a line, at most `MOST_TOLD`; `more` counts faults that were found and not put into words."""
    rest = len(faults) - MOST_TOLD if len(faults) > MOST_TOLD else 0
    lines = [*faults[:MOST_TOLD]]
    return "\n".join([*lines, f"and {rest + more} more"] if rest + more else lines)


def silent(line: str) -> None:
    """Tell nobody."""


def several(count: int, one: str, many: str) -> str:
    """Return a count with its noun."""
    return f"{count} {one if count == 1 else many}"
