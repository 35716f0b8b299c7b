"""Find three columns that were read across, line by line: each line goes on from the third line before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa.reading.headlines import overlap
from qa.reading.lanes import Lines

_COLUMNS = 3
# Three columns must explain so many lines in a row, and so much better than one or two.
_FEWEST, _GAIN = 12, 8.0
# What it costs to leave out a column when the next line is given.
_SKIP = 1.5
_OPENING = 150


def threefold(page: Lines, low: int, high: int) -> Iterator[tuple[list[list[int]], int]]:
    """Yield the places of the lines of three columns in a range, and the place after the last of them."""
    start, end, gain = _best_run([_gain(page, place) for place in range(low, high - _COLUMNS)])
    if gain < _GAIN or end - start < _FEWEST - _COLUMNS:
        return
    first, last = low + start, low + end + _COLUMNS
    yield from threefold(page, low, first)
    columns = [list(range(first + turn, last, _COLUMNS)) for turn in range(_COLUMNS)]
    done = _finish(page, columns, last, high)
    yield columns, done
    yield from threefold(page, done, high)


def _gain(page: Lines, place: int) -> float:
    """Weigh by how much better the third line after a line goes on from it than the next two."""
    return page.link(place, place + _COLUMNS) - max(page.link(place, place + 1), page.link(place, place + 2))


def _best_run(gains: Sequence[float]) -> tuple[int, int, float]:
    """Return the run of numbers with the greatest sum: where it begins, where it ends, its sum."""
    best = (0, 0, 0.0)
    start, total = 0, 0.0
    for place, gain in enumerate(gains):
        if total <= 0:
            start, total = place, 0.0
        total += gain
        if total > best[2]:
            best = start, place + 1, total
    return best


def _finish(page: Lines, columns: Sequence[list[int]], place: int, high: int) -> int:
    """Give the lines below to the columns that go on, in turn; one that is left out has ended."""
    open_ = sorted(columns, key=lambda column: column[-1])
    while place < high and open_:
        worth = [page.link(column[-1], place) - _SKIP * skipped for skipped, column in enumerate(open_)]
        best = max(range(len(open_)), key=worth.__getitem__)
        if worth[best] < -_SKIP or (page.is_top(place) and worth[best] <= 0):
            return place
        column = open_[best]
        column.append(place)
        open_ = [*open_[best + 1 :], column]
        place += 1
    return place


def with_heads(page: Lines, columns: Sequence[Sequence[int]], top: Sequence[int]) -> list[list[int]] | None:
    """Return the columns, each with its lines of `top`: in turn, or one column's above the next one's, as their words say.

    None where the headlines do not tell three articles apart.
    """
    openings = ["".join(page.words[at] for at in column)[:_OPENING] for column in columns]
    near = {at: [overlap(page.words[at], opening) for opening in openings] for at in top}

    def worth(way: Sequence[Sequence[int]]) -> float:
        return sum(near[at][turn] for turn, side in enumerate(way) for at in side)

    best = max(_ways(top), key=worth, default=None)
    if best is None or not all(best):
        return None
    apart = (
        sum(near[at][turn] for at in side) > sum(max(n for t, n in enumerate(near[at]) if t != turn) for at in side)
        for turn, side in enumerate(best)
    )
    return [[*side, *column] for side, column in zip(best, columns, strict=True)] if all(apart) else None


def _ways(top: Sequence[int]) -> Iterator[list[list[int]]]:
    yield [list(top[::-1][_COLUMNS - 1 - turn :: _COLUMNS][::-1]) for turn in range(_COLUMNS)]
    for one in range(1, len(top)):
        for two in range(one + 1, len(top)):
            yield [list(top[:one]), list(top[one:two]), list(top[two:])]
