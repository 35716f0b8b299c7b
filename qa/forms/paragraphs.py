"""Make blocks of the columns of a document's pages: headings by their type, paragraphs by indents, ends and gaps.

A paragraph goes on over the end of a column and of a page where its last line is full and the next one is not indented.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import median

from qa.forms.layout import Column, Line
from qa.forms.letters import collapse, is_wide, joined
from qa.forms.records import Block, Part, Piece

# In multiples of the size of the type: what is an indent.
_INDENT, _DEEPEST_INDENT = 0.8, 6.0
# Of pages whose paragraphs are indented, so many lines are at least.
_INDENTED = 0.04
# How far from the edge the last line of a paragraph may end by chance: words of Latin type are not cut.
_SHORT, _SHORT_LATIN = 1.9, 0.2
_LEAST_WIDTH = 6
# A wider step between two lines parts paragraphs; the lines of a headline are set wide.
_GAP, _HEADING_STEP = 1.45, 2.2
_LONGEST_HEADING = 70
_LONGEST_BOLD = 30
_LIST_MARK = re.compile(r"[-•·▪◆●■□○◎★▲]\s|[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）、]|\d{1,2}\.\s|[①-⑳]")
_SENTENCE = re.compile("[。!?！？;；.…:：][”’』」)）]?$")


@dataclass(frozen=True, slots=True)
class Type:
    """How a document is set: the size of its body, whether paragraphs are indented, from which sizes lines are headings.

    `title` and `section` are multiples of the body's size; `play` is by how much the sizes of one paragraph's lines differ.
    """

    body: float
    indents: bool
    title: float
    section: float
    play: float
    bold: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """A line where it stands: the line above it in its column, the column's edges and the usual step of its lines."""

    line: Line
    above: Line | None
    left: float
    right: float
    pitch: float

    @property
    def indent(self) -> float:
        """Return how far in the line begins, in multiples of its size."""
        return (self.line.left - self.left) / self.line.size

    @property
    def is_full(self) -> bool:
        """Tell whether the line reaches the right edge, so that its paragraph may go on."""
        latin = not any(map(is_wide, self.line.text))
        width = self.right - self.left
        slack = max(_SHORT * self.line.size, _SHORT_LATIN * width if latin else 0.0)
        return self.right - self.line.right < slack and width > _LEAST_WIDTH * self.line.size


@dataclass(slots=True)
class _Open:
    """A block that is being built, with the last line that went into it."""

    part: Part
    level: int
    pieces: list[Piece]
    last: _Place


def type_of(pages: Sequence[Sequence[Column]], *, even: bool) -> Type:
    """Measure how a document is set; `even` says that sizes are exact, as in a text layer, and not read from a scan."""
    places = [place for columns in pages for column in columns for place in _places(column)]
    weights: Counter[float] = Counter()
    bold = 0
    for place in places:
        weights[round(place.line.size * 2) / 2] += len(place.line.text)
        bold += len(place.line.text) if place.line.bold else 0
    body = weights.most_common(1)[0][0] if even else _median(weights)
    indented = sum(_INDENT < place.indent < _DEEPEST_INDENT for place in places)
    title, section, play = (1.5, 1.15, 0.2) if even else (1.7, 1.4, 0.45)
    indents = indented >= max(2, _INDENTED * len(places))
    return Type(body, indents, title, section, play, bold > 0.5 * weights.total())


def _median(weights: Counter[float]) -> float:
    half = weights.total() / 2
    sizes = sorted(weights)
    sums = accumulate(weights[size] for size in sizes)
    return next(size for size, total in zip(sizes, sums, strict=True) if total >= half)


def _places(column: Column) -> list[_Place]:
    left, right = min(line.left for line in column), max(line.right for line in column)
    pitch = median([below.middle - above.middle for above, below in pairwise(column)] or [0.0])
    return [_Place(line, above, left, right, pitch) for line, above in zip(column, [None, *column[:-1]], strict=True)]


def blocks_of(pages: Sequence[Sequence[Column]], set_in: Type) -> list[Block]:
    """Return the blocks of a document from the columns of its pages, in order."""
    out: list[_Open] = []
    for number, columns in enumerate(pages, start=1):
        for place in (place for column in columns for place in _places(column)):
            part, level = _part(place.line, set_in)
            if out and _goes_on(out[-1], part, level, place, set_in):
                _add(out[-1], number, place)
            else:
                out.append(_Open(part, level, [Piece(number, place.line.text)], place))
    return [_closed(one) for one in out]


def _part(line: Line, set_in: Type) -> tuple[Part, int]:
    if line.is_row:
        return Part.ROW, 0
    short = len(line.text) <= _LONGEST_HEADING
    if short and line.size >= set_in.title * set_in.body:
        return Part.HEADING, 1
    if short and line.size >= set_in.section * set_in.body and not line.text.endswith("。"):
        return Part.HEADING, 3
    if line.bold and not set_in.bold and len(line.text) <= _LONGEST_BOLD and not _SENTENCE.search(line.text):
        return Part.BOLD, 0
    return Part.PARAGRAPH, 0


def _goes_on(open_: _Open, part: Part, level: int, place: _Place, set_in: Type) -> bool:
    """Tell whether a line goes on from the block before it."""
    line, last = place.line, open_.last.line
    if part is Part.BOLD and open_.part is Part.PARAGRAPH and open_.last.is_full and not _SENTENCE.search(last.text):
        # The end of a paragraph that is set in bold from somewhere on.
        part = Part.PARAGRAPH
    if part is not open_.part or level != open_.level or part in (Part.BOLD, Part.ROW):
        return False
    if part is Part.HEADING:
        near = place.above is not None and line.middle - place.above.middle < _HEADING_STEP * line.size
        return near and abs(line.size - last.size) <= set_in.play / 2 * last.size
    if not open_.last.is_full or _LIST_MARK.match(line.text) or abs(line.size - last.size) > set_in.play * last.size:
        return False
    level_with_above = place.above is not None and abs(line.left - place.above.left) <= 0.3 * line.size
    if place.indent > _INDENT and not level_with_above:
        return False
    if place.above is None:
        return set_in.indents or not _SENTENCE.search(last.text)
    return line.middle - place.above.middle <= _GAP * place.pitch


def _add(open_: _Open, page: int, place: _Place) -> None:
    last, text = open_.pieces[-1], place.line.text
    left, right = (last.text + " ", text) if open_.part is Part.HEADING else joined(last.text, text)
    if last.page == page:
        open_.pieces[-1] = Piece(page, left + right)
    else:
        open_.pieces[-1] = Piece(last.page, left)
        open_.pieces.append(Piece(page, right))
    open_.last = place


def _closed(open_: _Open) -> Block:
    pieces = tuple(Piece(piece.page, collapse(piece.text) + " " * piece.text.endswith(" ")) for piece in open_.pieces)
    last = Piece(pieces[-1].page, pieces[-1].text.rstrip())
    return Block(open_.part, (*pieces[:-1], last), open_.level)
