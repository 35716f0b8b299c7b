"""Read the text of a newspaper page: articles, each with its headline, byline, paragraphs and captions."""

from __future__ import annotations

from collections.abc import Sequence

from qa.reading.blocks import blocks_of
from qa.reading.bylines import lead_byline, names_in
from qa.reading.chars import flatten, fold, squeeze
from qa.reading.drafts import Draft
from qa.reading.gathering import Gatherer
from qa.reading.headlines import DATELINE, overlap, title_of
from qa.reading.kinds import Kind
from qa.reading.misread import legible, restored
from qa.reading.records import Article, Block, PageReading, Role
from qa.reading.repeats import mark_repeats
from qa.reading.straight import straighten
from qa.reading.units import read_units

# A headline that its own report does not share words with, and another paragraph does, is another report's.
_FOREIGN = 0.15
_OWN = 0.3
_OPENING = 120


def read_page(text: str, *, whole: bool = False) -> PageReading:
    """Read one page into its articles; every non-blank code point of the text stands in exactly one block.

    `whole` says that the text comes from a document whose paragraphs and headlines are marked as such: nothing in it was cut
    by columns, printed twice, misread or lost.
    """
    straight = None if whole else straighten(text)
    return _read(text, whole=whole) if straight is None else straight.restored(text, _read(straight.text, whole=False))


def _read(text: str, *, whole: bool) -> PageReading:
    units, words = read_units(flatten(text) if whole else legible(text), whole=whole)
    drafts = sorted(Gatherer(units, words).gather(), key=_first_place)
    blocks = [blocks_of(text, draft, words) for draft in drafts]
    if not whole:
        blocks = mark_repeats(text, blocks)
    return PageReading(tuple(_article(text, *pair) for pair in zip(drafts, blocks, strict=True)))


def _first_place(draft: Draft) -> int:
    return min(unit.line.start for unit in (draft.heads or draft.kickers + draft.units))


def _article(text: str, draft: Draft, blocks: Sequence[Block]) -> Article:
    body = "\n".join(text[unit.line.body : unit.line.stop] for unit in draft.units)
    byline = " ".join(" ".join(_quote(text, block).split()) for block in blocks if block.role is Role.BYLINE)
    reporters, correspondents = names_in(restored(fold(byline)))
    kickers = [text[unit.line.body : unit.line.stop] for unit in draft.kickers]
    return Article(
        title=title_of([text[unit.line.body : unit.line.stop] for unit in draft.heads], body),
        kicker=title_of(kickers, body),
        byline=byline or None,
        reporters=reporters,
        correspondents=correspondents,
        dateline=_dateline(text, byline, blocks),
        mixed=_is_mixed(draft),
        blocks=tuple(blocks),
    )


def _quote(text: str, block: Block) -> str:
    return "".join(text[start:end] for start, end in block.spans)


def _dateline(text: str, byline: str, blocks: Sequence[Block]) -> str | None:
    """Find the date in the byline, or at the beginning of a clause in the first sentence."""
    first = next((_quote(text, block) for block in blocks if block.role is Role.PARAGRAPH and not block.beheaded), "")
    printed = squeeze(first)[:_OPENING]
    for place in (byline, printed):
        found = DATELINE.search(fold(place).split("。", 1)[0])
        if found:
            return place[found.start("date") : found.end("date")]
    return None


def _is_mixed(draft: Draft) -> bool:
    """Tell whether the headline speaks of later paragraphs only, so that the report under it is another one."""
    title = " ".join(unit.text for unit in draft.kickers + draft.heads)
    texts = [unit for unit in draft.units if unit.is_text]
    if not draft.heads or len(texts) < 3 or texts[0].kind is not Kind.LEAD:
        return False
    shares = [overlap(title, unit.text[lead_byline(unit.text) :]) for unit in texts]
    return max(shares[:2]) < _FOREIGN and max(shares[2:]) >= _OWN
