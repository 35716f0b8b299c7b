"""Give each line of a range to one of two columns: to the one in whose last line it goes on best.

A word torn over the seam, an indent after a sentence's end, a closing mark say so. Only where two columns explain the lines
far better than one are they parted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from qa.reading.column_ends import next_article, settle_tail
from qa.reading.lanes import Lines, Sides

# What it costs to begin a column beside another one, and to have two lines running in the same column; the least gain over
# one column.
_OPEN, _STAY, _GAIN = 4.0, 5.0, 5.0
_FEWEST = 6
# No page has columns of more lines; a bound on the work.
_MOST = 400
# So far behind may the last line of the other column be, where one column has empty rows.
_BEHIND = 6


def sequences(page: Lines) -> list[tuple[int, int]]:
    """List the ranges of lines that stand in columns without anything between them."""
    gap = page.columns.gap
    found, start = [], 0
    for place in range(len(page.lines) + 1):
        ended = place == len(page.lines) or place - start >= _MOST or not page.narrow(place)
        if ended or (place > start and page.lines[place].before > gap):
            if place - start >= _FEWEST:
                found.append((start, place))
            start = place + (place < len(page.lines) and not page.narrow(place))
    return found


@dataclass(frozen=True, slots=True)
class _Path:
    """The best way to give the lines so far to columns: what it is worth, and the last step with the path before it."""

    worth: float
    step: tuple[int, str] | None = None
    before: _Path | None = None

    def steps(self) -> dict[int, str]:
        """Return the steps by the place of the line that was given."""
        found: dict[int, str] = {}
        path: _Path | None = self
        while path is not None:
            if path.step:
                found[path.step[0]] = path.step[1]
            path = path.before
        return found


def parted(page: Lines, low: int, high: int) -> Iterator[Sides]:
    """Find the regions of a range of lines in which two columns alternate; after headlines they are looked for anew."""
    paths: dict[int | None, _Path] = {None: _Path(0.0)}
    for place in range(low, high - 1):
        paths = _step(page, place, paths)
    found = _regions(page, low, high, max(paths.values(), key=lambda path: path.worth).steps())
    for sides, following in zip_longest(found, found[1:]):
        end = min(sides.end, min(following.left[0], following.right[0]) if following else high)
        sides.cut(next_article(page, sides, end))
        if _is_sure(page, sides):
            settle_tail(page, sides)
            yield sides
        if sides.end < end:
            yield from parted(page, sides.end, high)
            return


def _step(page: Lines, place: int, paths: dict[int | None, _Path]) -> dict[int | None, _Path]:
    """Go on by one line; the key of a path is the last line of the other column, None while there is only one."""
    out: dict[int | None, _Path] = {}

    def offer(key: int | None, path: _Path, worth: float, step: str) -> None:
        if key not in out or path.worth + worth > out[key].worth:
            silent = step in ("", "stay")
            out[key] = _Path(
                path.worth + worth,
                path.step if silent else (place + 1, step),
                path.before if silent else path,
            )

    for other, path in paths.items():
        straight = page.link(place, place + 1)
        if other is None:
            # The later a second column is begun, the better, other things being equal: headlines are shared out by their words.
            offer(None, path, straight + 0.01, "")
            offer(place, path, -_OPEN, "open")
            continue
        across = page.link(other, place + 1)
        offer(place, path, across, "switch")
        if place + 1 - other <= _BEHIND:
            offer(other, path, straight - _STAY, "stay")
        offer(None, path, straight, "close same")
        offer(None, path, across, "close other")
    return out


def _regions(page: Lines, low: int, high: int, changes: Mapping[int, str]) -> list[Sides]:
    found: list[Sides] = []
    sides: Sides | None = None
    here: list[int] = []
    for place in range(low + 1, high):
        step = changes.get(place, "")
        if step == "open":
            sides = Sides([place - 1], [place], high)
            here = sides.right
            found.append(sides)
        elif sides is None:
            continue
        elif step.startswith("close"):
            if step == "close other":
                here = sides.right if here is sides.left else sides.left
            sides.end = tail_end(page, place, high, here)
            sides = None
        else:
            if step == "switch":
                here = sides.right if here is sides.left else sides.left
            here.append(place)
    return found


def tail_end(page: Lines, place: int, high: int, column: list[int]) -> int:
    """Follow the longer column to its end: a short line after which no indent begins a paragraph."""
    while place < high and (page.lines[place].indented or page.full(column[-1], place)):
        column.append(place)
        place += 1
    return place


def _is_sure(page: Lines, sides: Sides) -> bool:
    """Tell whether two columns explain the lines far better than one."""
    order = sorted(sides.left + sides.right)
    apart = sum(page.link(a, b) for side in (sides.left, sides.right) for a, b in pairwise(side))
    one = sum(page.link(a, b) for a, b in pairwise(order))
    return min(len(sides.left), len(sides.right)) >= _FEWEST // 2 and apart - one >= _GAIN
