"""The head of a sheet: where it stands, which column is which, and what of it is not understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qa.errors import TestQueryError
from qa.evaluation.columns import Column, columns_of, head, unknown_heads
from qa.evaluation.faults import Say
from qa.evaluation.grids import Grid, Row

UPPER_ROWS = 10
NEEDED = f"{head(Column.QUESTION)}, {head(Column.FILE)} and {head(Column.QUOTE)}"
Heads = Mapping[Column, int]


def head_of(grid: Grid) -> tuple[int | None, Heads]:
    """Return where the head stands among the rows, and its columns; None and nothing when there is none."""
    for at, row in enumerate(grid.rows[:UPPER_ROWS]):
        try:
            columns = columns_of(row.cells)
        except TestQueryError:
            return at, {Column.QUESTION: 0}
        if Column.QUESTION in columns and len(columns) > 1:
            return at, columns
    return None, {}


def heads_of(row: Row) -> Heads:
    """Return the columns of a head; raise `TestQueryError` when there are two of a kind, or too few to judge by."""
    heads = columns_of(row.cells)
    if Column.ANSWERABLE not in heads and not {Column.FILE, Column.QUOTE} <= heads.keys():
        raise TestQueryError(f"found the columns {', '.join(heads)}, expected {NEEDED}{_perhaps(row)}")
    return heads


def _perhaps(row: Row) -> str:
    meant = [f"{cell!r} is perhaps {known}" for cell, known in unknown_heads(row.cells) if known]
    return f"; {', '.join(meant)}" if meant else ""


def say_unknown(row: Row, where: str, say: Say) -> None:
    """Tell which heads are not understood, each with the one that was perhaps meant."""
    named = [f"{cell!r} (perhaps {known})" if known else repr(cell) for cell, known in unknown_heads(row.cells)]
    if named:
        say(f"{where}:{row.number}: not understood as a column and left out: {', '.join(named)}")


def no_head(grids: Sequence[Grid]) -> str:
    """Say what stands where a head is expected."""
    first = next((row.cells for grid in grids for row in grid.rows), ())
    found = ", ".join(repr(cell[:20]) for cell in first[:8] if cell) or "nothing"
    return f"found {found} in the first row, expected the heads {NEEDED}"
