"""Make blocks of the columns of a document's pages: headings by their type, paragraphs by indents, ends and gaps.

A paragraph goes on over the end of a column and of a page where its last line is full and the next one is not indented.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from qa.forms.layout import Column, Line
from qa.forms.letters import collapse, is_wide, joined
from qa.forms.records import Block, Part, Piece

_INDENT, _DEEPEST_INDENT = 0.8, 6.0
_SHORT, _SHORT_LATIN = 1.9, 0.2
_GAP = 1.45
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


@dataclass(slots=True)
class _Open:
    """A block that is being built, with the last line that went into it."""

    part: Part
    level: int
    pieces: list[Piece]
    last: Line


def type_of(pages: Sequence[Sequence[Column]], *, even: bool) -> Type:
    """Measure how a document is set; `even` says that sizes are exact, as in a text layer, and not read from a scan."""
    lines = [line for columns in pages for column in columns for line in column]
    weights: Counter[float] = Counter()
    for line in lines:
        weights[round(line.size * 2) / 2] += len(line.text)
    body = weights.most_common(1)[0][0] if even else median(line.size for line in lines for _ in line.text)
    bold = sum(len(line.text) for line in lines if line.bold) > 0.5 * sum(len(line.text) for line in lines)
    firsts = [line for columns in pages for column in columns for line in column if line.size < 1.15 * body]
    indented = sum(_indent(line, column) for columns in pages for column in columns for line in column)
    return Type(
        body,
        indented >= max(2, 0.04 * len(firsts)),
        1.5 if even else 1.7,
        1.15 if even else 1.4,
        0.2 if even else 0.45,
        bold,
    )


def _indent(line: Line, column: Column) -> bool:
    left = min(other.left for other in column)
    return _INDENT * line.size < line.left - left < _DEEPEST_INDENT * line.size


def blocks_of(pages: Sequence[Sequence[Column]], set_in: Type) -> list[Block]:
    """Return the blocks of a document from the columns of its pages, in order."""
    out: list[_Open] = []
    full = False
    for number, columns in enumerate(pages, start=1):
        for column in columns:
            left, right = min(line.left for line in column), max(line.right for line in column)
            pitch = _pitch(column)
            for place, line in enumerate(column):
                before = column[place - 1] if place else None
                part, level = _part(line, set_in)
                if out and _goes_on(out[-1], part, level, line, before, left, pitch, full=full, set_in=set_in):
                    _add(out[-1], number, line)
                else:
                    out.append(_Open(part, level, [Piece(number, line.text)], line))
                full = _is_full(line, left, right)
    return [_closed(one) for one in out]


def _pitch(column: Column) -> float:
    steps = [below.middle - above.middle for above, below in pairwise(column)]
    return median(steps) if steps else 0.0


def _is_full(line: Line, left: float, right: float) -> bool:
    latin = not any(map(is_wide, line.text))
    slack = max(_SHORT * line.size, _SHORT_LATIN * (right - left) if latin else 0.0)
    return right - line.right < slack and right - left > 6 * line.size


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


def _goes_on(
    open_: _Open,
    part: Part,
    level: int,
    line: Line,
    before: Line | None,
    left: float,
    pitch: float,
    *,
    full: bool,
    set_in: Type,
) -> bool:
    """Tell whether a line goes on from the block before it; `before` is the line above in its column."""
    last = open_.last
    if part is Part.BOLD and open_.part is Part.PARAGRAPH and full and not _SENTENCE.search(last.text):
        # The end of a paragraph that is set in bold from somewhere on.
        part = Part.PARAGRAPH
    if part is not open_.part or level != open_.level or part in (Part.BOLD, Part.ROW):
        return False
    if part is Part.HEADING:
        near = before is not None and line.middle - before.middle < 2.2 * line.size
        return near and abs(line.size - last.size) <= 0.08 * last.size
    if not full or _LIST_MARK.match(line.text) or abs(line.size - last.size) > set_in.play * last.size:
        return False
    if line.left - left > _INDENT * line.size and (before is None or abs(line.left - before.left) > 0.3 * line.size):
        return False
    if before is None:
        return set_in.indents or not _SENTENCE.search(last.text)
    return line.middle - before.middle <= _GAP * pitch


def _add(open_: _Open, page: int, line: Line) -> None:
    last = open_.pieces[-1]
    if open_.part is Part.HEADING:
        left, right = last.text + " ", line.text
    else:
        left, right = joined(last.text, line.text)
    if last.page == page:
        open_.pieces[-1] = Piece(page, left + right)
    else:
        open_.pieces[-1] = Piece(last.page, left)
        open_.pieces.append(Piece(page, right))
    open_.last = line


def _closed(open_: _Open) -> Block:
    pieces = tuple(open_.pieces)
    if len(pieces) == 1:
        pieces = (Piece(pieces[0].page, collapse(pieces[0].text)),)
    return Block(open_.part, pieces, open_.level)
