"""Part lines on which two columns stand abreast, divided by blanks or a tab, into the lines of each column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qa.reading.lines import Line, line_of
from qa.reading.wrapping import Columns, cells, edge_of, printed_line

# What divides two columns on one line; an indent of the right one may follow.
_GAP = re.compile(r"(?<=\S)(?:\t|[ \u3000]{3,}|[ ]*\u3000[ \u3000]*)[ \t\u3000]*(?=\S)")
_INDENT = re.compile(r"\u3000{1,2}\Z")
# So many lines must be divided alike, and so many in a row may have only one column.
_FEWEST, _LONE = 4, 3
# A line that begins so far to the right, in cells, stands in the right column alone.
_FAR = 10
# An indent has so many cells.
_INDENTED = 4


@dataclass(frozen=True, slots=True)
class Abreast:
    """Two columns abreast: the places of their lines among all lines."""

    left: list[int]
    right: list[int]


def parted_lines(flat: str, text: str, lines: Sequence[Line]) -> tuple[list[Line], list[Abreast]]:
    """Return the lines with those of columns abreast parted, left before right, and the columns."""
    out: list[Line] = []
    found: list[Abreast] = []
    done = 0
    for low, high in _blocks(text, lines):
        out += lines[done:low]
        columns = Abreast([], [])
        right_start = _usual_start(text, lines[low:high])
        for line in lines[low:high]:
            for side, part in _parts(flat, text, line, right_start):
                (columns.right if side else columns.left).append(len(out))
                out.append(part)
        found.append(columns)
        done = high
    return ([*out, *lines[done:]] if found else list(lines)), found


def with_abreast(text: str, lines: Sequence[Line], columns: Columns, abreast: Sequence[Abreast]) -> Columns:
    """Return the columns with the edges of those that stand abreast, each for itself; what stands below is the left one's."""
    if not abreast:
        return columns
    edges = dict(columns.edges)
    starts = [min(pair.left + pair.right) for pair in abreast]
    for pair, stop in zip(abreast, [*starts[1:], len(lines)], strict=True):
        for side in (pair.left, pair.right):
            edge = edge_of([printed_line(text, lines[at]) for at in side])
            if edge is not None:
                edges |= {lines[at].start: edge for at in side}
        place = max(pair.left + pair.right) + 1
        left = edges.get(lines[pair.left[-1]].start)
        while left is not None and place < stop and left.narrow(printed_line(text, lines[place])):
            edges[lines[place].start] = left
            place += 1
    return Columns(edges, columns.gap)


def _blocks(text: str, lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Find the ranges of lines that are divided, where both sides have the even edge of a column."""
    divided = [at for at, line in enumerate(lines) if _gap(text, line)]
    start = 0
    for index in range(1, len(divided) + 1):
        if index == len(divided) or divided[index] - divided[index - 1] > _LONE + 1:
            places = divided[start:index]
            if len(places) >= _FEWEST and _are_columns(text, [lines[at] for at in places]):
                end = places[-1] + 1
                while end < len(lines) and _begins(text, lines[end]) >= _FAR:
                    end += 1
                yield places[0], end
            start = index


def _are_columns(text: str, lines: Sequence[Line]) -> bool:
    gaps = [(line, gap) for line in lines if (gap := _gap(text, line))]
    lefts = [text[line.low : gap[0]] for line, gap in gaps]
    start = _usual_start(text, lines)
    rights = [text[_right_low(text, line, gap, start) : line.end] for line, gap in gaps]
    return edge_of(lefts) is not None and edge_of(rights) is not None


def _gap(text: str, line: Line) -> tuple[int, int] | None:
    """Return the widest gap within a line, the right column's indent included."""
    found = max(_GAP.finditer(text, line.body, line.end), key=lambda gap: cells(gap.group()), default=None)
    return found.span() if found else None


def _usual_start(text: str, lines: Sequence[Line]) -> int | None:
    """Return the cell at which the right column begins, None where it stands at no fixed place."""
    gaps = ((line, gap) for line in lines if (gap := _gap(text, line)))
    starts = Counter(cells(text[line.low : _right_low(text, line, gap, None)]) for line, gap in gaps)
    start, count = starts.most_common(1)[0]
    return start if count >= 0.5 * starts.total() else None


def _begins(text: str, line: Line) -> int:
    return cells(text[line.low : line.start].expandtabs(_FAR))


def _parts(flat: str, text: str, line: Line, right_start: int | None) -> Iterator[tuple[int, Line]]:
    """Yield the side of each part of a line (0 left, 1 right) and the part."""
    gap = _gap(text, line)
    if gap is None:
        far = _begins(text, line) >= _FAR
        indent = _INDENT.search(text, line.low, line.start) if far else None
        low = line.low if not far else indent.start() if indent else line.start
        yield int(far), line_of(flat, low, line.end, line.before)
        return
    yield 0, line_of(flat, line.low, gap[0], line.before)
    low = _right_low(text, line, gap, right_start)
    yield 1, replace(line_of(flat, low, line.end, 0), indented=low < gap[1])


def _right_low(text: str, line: Line, gap: tuple[int, int], right_start: int | None) -> int:
    """Return where the right part of a line begins, with its indent: other blanks than those of the gap, or more of them."""
    blanks = text[gap[0] : gap[1]]
    indent = _INDENT.search(blanks)
    if indent and blanks.strip("\u3000"):
        return gap[1] - len(indent.group())
    extra = 0 if right_start is None or "\t" in blanks else cells(text[line.low : gap[1]]) - right_start
    if extra < _INDENTED:
        return gap[1]
    return max(gap[0] + 1, gap[1] - (2 if indent else _INDENTED))
