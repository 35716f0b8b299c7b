"""Put the lines of a page into reading order: from their places alone, for text layers and for scans alike.

A page is cut into horizontal strips; strips that share a gutter form columns, which are read one after the other and cut
again in the same way. Source: recursive XY cuts (Nagy, Seth 1984), with gutters that outlast single strips.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

# A gutter is as wide as most of a character; a blank band over the whole width, of two and a half, parts what stands above.
_GUTTER, _BAND = 0.8, 2.5
# Lines are thought thinner than they are: leading is often tight, and scans are never quite even.
_CORE = 0.3
_DEEPEST = 40
# A line of such type that stands alone on its height parts the columns above from those below.
_DISPLAY = 1.5
# Columns of running text are wider than cells; a row of cells is one with a gap inside.
_CELL, _ROWS = 8.0, 0.6


@dataclass(frozen=True, slots=True)
class Line:
    """A run of text on one line: its box in points or pixels, y downwards; `size` is the height of its type."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    bold: bool = False
    is_row: bool = False

    @property
    def middle(self) -> float:
        """Return the height at which the line stands."""
        return (self.top + self.bottom) / 2


Column = list[Line]
_Interval = tuple[float, float]


def columns(lines: Sequence[Line]) -> list[Column]:
    """Return the lines of a page as columns in reading order, runs on one height put together."""
    if not lines:
        return []
    size = median(line.size for line in lines)
    return [column for column in _cut(list(lines), size, 0) if column]


def _cut(lines: list[Line], size: float, depth: int) -> list[Column]:
    out: list[Column] = []
    for group, gutters in _groups(_strips(lines), size):
        flat = [line for strip in group for line in strip]
        if not gutters or len(group) == 1 or depth > _DEEPEST or _is_table(group, gutters, size):
            out.append(_rows(group))
            continue
        for part in _parts(flat, gutters):
            out += _cut(part, size, depth + 1)
    return out


def _strips(lines: list[Line]) -> list[list[Line]]:
    """Group lines whose cores overlap in height, from the top down."""
    strips: list[list[Line]] = []
    floor = float("-inf")
    for line in sorted(lines, key=lambda line: (line.middle, line.left)):
        core = _CORE * line.size
        if strips and line.middle - core < floor:
            strips[-1].append(line)
        else:
            strips.append([line])
            floor = float("-inf")
        floor = max(floor, line.middle + core)
    return strips


def _groups(strips: list[list[Line]], size: float) -> Iterable[tuple[list[list[Line]], list[_Interval]]]:
    """Give runs of strips that have a gutter in common, or have none, with the gutters."""
    group: list[list[Line]] = []
    taken: list[_Interval] = []
    floor = float("-inf")
    for strip in strips:
        own = _union([(line.left, line.right) for line in strip])
        both = _union(taken + own)
        had, has, keeps = _gaps(taken, size), _gaps(own, size), _gaps(both, size)
        band = min(line.top for line in strip) - floor > _BAND * size
        display = len(strip) == 1 and strip[0].size >= _DISPLAY * size
        if group and (band or bool(had) != bool(keeps) or (has and not had) or (had and display)):
            yield group, had
            group, taken, floor = [strip], own, float("-inf")
        else:
            group.append(strip)
            taken = both
        floor = max(floor, *(line.bottom for line in strip))
    if group:
        yield group, _gaps(taken, size)


def _union(intervals: list[_Interval]) -> list[_Interval]:
    out: list[_Interval] = []
    for low, high in sorted(intervals):
        if out and low <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], high))
        else:
            out.append((low, high))
    return out


def _gaps(taken: list[_Interval], size: float) -> list[_Interval]:
    pairs = pairwise(taken)
    return [(left[1], right[0]) for left, right in pairs if right[0] - left[1] >= _GUTTER * size]


def _parts(lines: list[Line], gutters: list[_Interval]) -> list[list[Line]]:
    parts: list[list[Line]] = [[] for _ in range(len(gutters) + 1)]
    for line in lines:
        parts[sum(line.left >= high for _, high in gutters)].append(line)
    return [part for part in parts if part]


def _is_table(group: list[list[Line]], gutters: list[_Interval], size: float) -> bool:
    """Tell whether strips with common gutters are rows of cells: most have several, and all columns but one are narrow."""
    if sum(len(strip) > 1 for strip in group) < _ROWS * len(group):
        return False
    parts = _parts([line for strip in group for line in strip], gutters)
    return sum(median(line.right - line.left for line in part) >= _CELL * size for part in parts) <= 1


def _rows(group: list[list[Line]]) -> Column:
    """Return a column's lines, the runs of each from left to right as one line."""
    return [_row(sorted(strip, key=lambda line: line.left)) for strip in group]


def _row(runs: list[Line]) -> Line:
    row = runs[0]
    gaps = [right.left - left.right for left, right in pairwise(runs)]
    if any(gap >= _GUTTER * row.size for gap in gaps) and all(len(run.text.strip()) > 1 for run in runs):
        return _as_cells(runs)
    for run in runs[1:]:
        near = run.left - row.right < 0.3 * row.size
        left, right = (row.text, run.text) if near else (row.text + " ", run.text)
        row = replace(
            row,
            text=left + right,
            right=max(row.right, run.right),
            top=min(row.top, run.top),
            bottom=max(row.bottom, run.bottom),
            size=max(row.size, run.size),
            bold=row.bold and run.bold,
        )
    return row


def _as_cells(runs: list[Line]) -> Line:
    """Return runs with wide gaps between them as one row of a table."""
    text = "| " + " | ".join(run.text.strip() for run in runs) + " |"
    box = (runs[0].left, min(r.top for r in runs), max(r.right for r in runs), max(r.bottom for r in runs))
    return Line(text, *box, median(run.size for run in runs), is_row=True)
