"""Put the lines of two columns that were read across in order, each column under its own headlines."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qa.reading.abreast import Abreast
from qa.reading.bylines import lead_byline, own_byline
from qa.reading.chars import ends_paragraph
from qa.reading.column_heads import share_top
from qa.reading.lanes import Lines, Sides
from qa.reading.lines import Line
from qa.reading.parting import parted, sequences, tail_end
from qa.reading.threefold import threefold, with_heads
from qa.reading.wrapping import Columns

# No article has more lines above its text.
_HEADS = 7
_HEADS_OF_THREE = 10


def in_order(
    flat: str, text: str, lines: Sequence[Line], columns: Columns, abreast: Sequence[Abreast]
) -> Sequence[Line]:
    """Return the lines in the order in which a person reads them; the very same sequence where nothing is interleaved.

    The columns of lines that stood abreast are known.
    """
    page = Lines(flat, text, lines, columns)
    gap = columns.gap
    out: list[Line] = []
    done = 0
    for region in _regions(page, abreast):
        parts, end = _parts_of(page, region, done)
        out += lines[done : min(map(min, parts))]
        out += [lines[at] for at in parts[0]]
        for part in parts[1:]:
            head = lines[part[0]]
            begins = page.is_top(part[0]) and ends_paragraph(flat[out[-1].body : out[-1].stop])
            goes_on = part[0] in region.seams and not head.indented and not begins
            out.append(head if goes_on else replace(head, before=max(head.before, gap + 1)))
            out += [lines[at] for at in part[1:]]
        done = end
    if not out:
        return lines
    return [*out, *lines[done:]]


@dataclass(frozen=True, slots=True)
class _Region:
    """Columns that stand beside each other: two, known by their place or found by their words, or three."""

    sides: Sides
    known: bool = False
    three: tuple[list[int], ...] = ()

    @property
    def seams(self) -> set[int]:
        """Return the first lines of the columns that may go on from another one."""
        return {self.sides.right[0], *(column[0] for column in self.three[1:])}


def _regions(page: Lines, abreast: Sequence[Abreast]) -> Iterator[_Region]:
    """Yield all columns that stand beside each other, from above down."""
    done = 0
    ranges = sequences(page)
    starts = [min(columns.left + columns.right) for columns in abreast] + [len(page.lines)]
    for number, columns in enumerate([*abreast, None]):
        for low, high in ranges[max(0, bisect_left(ranges, (done, 0)) - 1) :]:
            if low >= starts[number]:
                break
            if max(low, done) < min(high, starts[number]):
                yield from _found(page, max(low, done), min(high, starts[number]))
        if columns is not None:
            done = max(columns.left + columns.right) + 1
            sides = Sides(list(columns.left), list(columns.right), done)
            limit = range(done, starts[number + 1])
            head = next((at for at in limit if page.is_top(at) and ends_paragraph(page.words[at - 1])), limit.stop)
            sides.end = done = tail_end(page, done, head, sides.left)
            yield _Region(sides, known=True)


def _found(page: Lines, low: int, high: int) -> Iterator[_Region]:
    """Yield the columns of a range of lines: three where lines go on so, else two."""
    for three, end in threefold(page, low, high):
        first = min(map(min, three))
        yield from (_Region(sides) for sides in parted(page, low, first))
        yield _Region(Sides(three[0], three[1] + three[2], end), three=tuple(three))
        low = end
    if low < high:
        yield from (_Region(sides) for sides in parted(page, low, high))


def _parts_of(page: Lines, region: _Region, done: int) -> tuple[Sequence[list[int]], int]:
    """Return the columns of a region with their headlines, in the order in which they are read, and where it ends."""
    if region.three:
        first = above = min(map(min, region.three))
        while above > done and first - above < _HEADS_OF_THREE and page.is_top(above - 1):
            above -= 1
        return with_heads(page, region.three, range(above, first)) or region.three, region.sides.end
    under = _under_heads if region.known else _with_heads
    return under(page, region.sides, done), region.sides.end


def _under_heads(page: Lines, sides: Sides, done: int) -> tuple[list[int], list[int]]:
    """Return both columns, where each line's column is known, with the headlines that stand above them."""
    first = above = min(sides.left[0], sides.right[0])
    while above > done and first - above < _HEADS and page.is_top(above - 1):
        above -= 1
    heads = (column[0] for column in (sides.left, sides.right))
    own = all(page.is_top(place) and not own_byline(page.words[place]) for place in heads)
    words = ["".join(page.words[at] for at in column) for column in (sides.left, sides.right)]
    shared = None if own else share_top([page.words[at] for at in range(above, first)], *words, in_turn=True)
    left, right = shared or ([], [])
    columns = [above + at for at in left] + sides.left, [above + at for at in right] + sides.right
    return columns if shared is None and not own else _longer_last(*columns)


def _with_heads(page: Lines, sides: Sides, done: int) -> tuple[list[int], list[int]]:
    """Return the lines of both columns, each with the headlines and bylines above it that are its own."""
    _extend(page, sides, done)
    first = above = min(_first_of_text(page, column) for column in (sides.left, sides.right))
    columns = [[place for place in column if place >= first] for column in (sides.left, sides.right)]
    while above > done and first - above < _HEADS and page.is_top(above - 1):
        above -= 1
    top = list(range(above, first))
    words = ["".join(page.words[at] for at in column) for column in columns]
    shared = share_top([page.words[at] for at in top], *words, in_turn=columns[0][0] == first)
    if shared is None:
        return _one_article(page, sides, first)
    left, right = ([top[at] for at in side] for side in shared)
    return left + columns[0], right + columns[1]


def _longer_last(left: list[int], right: list[int]) -> tuple[list[int], list[int]]:
    """Return the columns of two articles, last the one that ends lower: what stands below goes on from it."""
    return (right, left) if left[-1] > right[-1] else (left, right)


def _extend(page: Lines, sides: Sides, done: int) -> None:
    """Take in the lines of text above that alternate as well, where a byline stands in turn between them."""
    while (first := min(sides.left[0], sides.right[0])) - 1 >= done:
        between = [first - 1] if first - 2 >= done and own_byline(page.words[first - 1]) else []
        place = first - 1 - len(between)
        column = next((side for side in (sides.left, sides.right) if side[0] == place + 2), None)
        straight, across = page.link(place, place + 1), page.link(place, place + 2)
        if column is None or not page.lines[place].indented or own_byline(page.words[place]) or across < straight:
            return
        column.insert(0, place)
        other = sides.right if column is sides.left else sides.left
        other[:0] = between


def _one_article(page: Lines, sides: Sides, first: int) -> tuple[list[int], list[int]]:
    """Return the columns of one article in order: a byline above the text stands in turn, if both begin a paragraph."""
    begins = [page.lines[side[0]].indented for side in (sides.left, sides.right)]
    bylines = 0
    while first - bylines > 0 and own_byline(page.words[first - bylines - 1]):
        bylines += 1
    swapped = begins[1] and (not begins[0] or bylines % 2 == 1)
    return (sides.right, sides.left) if swapped else (sides.left, sides.right)


def _first_of_text(page: Lines, column: Sequence[int]) -> int:
    """Return the first line of a column that is no headline or byline, where a paragraph begins in it."""
    text = next((place for place in column[:_HEADS] if not page.is_top(place)), column[0])
    begins = page.lines[text].indented or lead_byline(page.words[text])
    return text if begins else column[0]
