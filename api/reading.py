"""Lay out a document for reading: its blocks in order, cut at the borders of passages and of what is marked.

A page is shown from its stored text, not from the passages' texts, so that each piece knows its offsets and a
citation can be marked exactly.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.reading import readable
from qa.records import ArticleRecord, BlockRecord, PassageRecord, Role, Span

# Titles may carry the number signs of a plain-text heading, which are not part of what they say.
_TITLES = (Role.HEADLINE, Role.KICKER, Role.SUBHEAD)
_MARKS = re.compile(r"[0-9]{1,9}-[0-9]{1,9}(?:,[0-9]{1,9}-[0-9]{1,9}){0,99}")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text: `anchor` is the paragraph number of the passage that begins here."""

    text: str
    paragraph: int | None
    anchor: int | None
    marked: bool


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A block ready to be shown; `notes` are the errata of the passages that begin in it.

    `page` is the number of the page that begins with it, None within a page and in a document without pages or with one.
    """

    role: Role
    pieces: tuple[Piece, ...]
    beheaded: bool
    cut: bool
    notes: tuple[str, ...]
    page: int | None = None


@dataclass(frozen=True, slots=True)
class ShownArticle:
    """An article ready to be shown: blocks of one headline in several lines stand next to each other."""

    article: ArticleRecord
    blocks: tuple[ShownBlock, ...]


def read_marks(text: str | None) -> tuple[Span, ...] | None:
    """Return the spans that `START-END,START-END` names; None for a text of another form."""
    if not text:
        return ()
    if not _MARKS.fullmatch(text):
        return None
    spans = [tuple(map(int, part.split("-"))) for part in text.split(",")]
    return tuple((start, end) for start, end in spans)


def lay_out(
    text: str,
    articles: Sequence[ArticleRecord],
    passages: Sequence[PassageRecord],
    marks: Sequence[Span],
    pages: Sequence[int] | None = None,
) -> list[ShownArticle]:
    """Return the articles with their blocks cut into pieces; every passage's anchor appears once.

    `pages` holds the offset at which each page of the document begins.
    """
    cutter = _Cutter(text, passages, marks, pages or ())
    return [ShownArticle(a, tuple(cutter.block(block) for block in a.blocks)) for a in articles]


class _Cutter:
    """Cut blocks at borders; remembers which anchors have been set, and the page of the last block."""

    def __init__(
        self, text: str, passages: Sequence[PassageRecord], marks: Sequence[Span], pages: Sequence[int]
    ) -> None:
        self._text = text
        self._pages = pages
        self._page = 0
        owned = [(start, end, passage) for passage in passages for start, end in passage.spans]
        self._owned = sorted(owned, key=lambda one: one[:2])
        self._starts = [start for start, _, _ in self._owned]
        self._marks = marks
        borders = {border for start, end, _ in self._owned for border in (start, end)}
        self._borders = sorted(borders.union(*marks))
        self._anchored: set[int] = set()

    def block(self, block: BlockRecord) -> ShownBlock:
        """Return the block in pieces; together they are its readable text, without a title's `#`."""
        text = readable(self._text, block.spans)
        pieces: list[Piece] = []
        notes: list[str] = []
        place = 0
        for start, end in (part for span in block.spans for part in self._parts(span)):
            shown_to = _past(text, place, _solid(self._text[start:end]))
            owner = self._owner(start)
            new = owner is not None and owner.paragraph not in self._anchored
            if owner is not None and new:
                self._anchored.add(owner.paragraph)
                notes += [owner.note] if owner.note else []
            paragraph = owner.paragraph if owner else None
            marked = any(low <= start and end <= high for low, high in self._marks)
            shown = text[place:shown_to]
            if block.role in _TITLES and not pieces:
                shown = shown.lstrip("# ")
            pieces.append(Piece(shown, paragraph, paragraph if new else None, marked))
            place = shown_to
        page = self._new_page(block.spans[0][0])
        return ShownBlock(block.role, tuple(pieces), block.beheaded, block.cut, tuple(notes), page)

    def _new_page(self, offset: int) -> int | None:
        before, self._page = self._page, bisect_right(self._pages, offset)
        return self._page if len(self._pages) > 1 and self._page != before else None

    def _parts(self, span: Span) -> list[Span]:
        low, high = bisect_right(self._borders, span[0]), bisect_left(self._borders, span[1])
        return list(pairwise((span[0], *self._borders[low:high], span[1])))

    def _owner(self, offset: int) -> PassageRecord | None:
        place = bisect_right(self._starts, offset) - 1
        if place < 0 or offset >= self._owned[place][1]:
            return None
        return self._owned[place][2]


def _past(text: str, start: int, count: int) -> int:
    """Return where `text` goes on after `count` non-blank characters from `start`."""
    end = start + count
    while missing := count - _solid(text[start:end]):
        end += missing
    return end


def _solid(text: str) -> int:
    return len("".join(text.split()))
