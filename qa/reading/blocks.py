"""Turn an article's units into blocks with exact spans: every non-blank code point in exactly one of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qa.reading.bylines import closing_byline, lead_byline
from qa.reading.captions import is_credit_only
from qa.reading.chars import is_han
from qa.reading.drafts import Draft
from qa.reading.joins import is_beheaded, is_cut, join_pieces
from qa.reading.kinds import Kind, Unit
from qa.reading.records import Block, Role, Span
from qa.reading.words import PageWords

_ROLES = {
    Kind.HEAD: Role.HEADLINE,
    Kind.LABEL: Role.KICKER,
    Kind.FURNITURE: Role.KICKER,
    Kind.SUBHEAD: Role.SUBHEAD,
    Kind.BYLINE: Role.BYLINE,
    Kind.CAPTION: Role.CAPTION,
    Kind.REPEAT: Role.REPEAT,
}


def blocks_of(text: str, draft: Draft, words: PageWords) -> list[Block]:
    """List the blocks of an article: kickers and headline first, then the rest as it stands on the page."""
    top = [Block(Role.KICKER, _line_spans(unit)) for unit in draft.kickers]
    top += [Block(Role.HEADLINE, _line_spans(unit)) for unit in draft.heads]
    rest: list[Block] = []
    for unit in draft.units:
        if unit.is_text:
            continue
        if unit.kind is Kind.CAPTION and rest and is_credit_only(unit.text) and rest[-1].role is Role.CAPTION:
            rest[-1] = Block(Role.CAPTION, rest[-1].spans + _line_spans(unit))
        else:
            rest.append(Block(_ROLES[unit.kind], _line_spans(unit)))
    for paragraph in join_pieces(draft.units, words):
        rest.extend(_paragraph_blocks(text, paragraph, words))
    return sorted(top, key=_start) + sorted(rest, key=_start)


def _start(block: Block) -> int:
    return block.spans[0][0]


def _line_spans(unit: Unit) -> tuple[Span, ...]:
    """Return the spans of a line: its marks, when it has any, apart from its words."""
    line = unit.line
    return tuple(sorted(span for span in (*line.marks, (line.body, line.stop)) if span[0] < span[1]))


def _paragraph_blocks(text: str, paragraph: Sequence[Unit], words: PageWords) -> Iterable[Block]:
    """Give the bylines at both ends of a paragraph their own blocks, and the paragraph what is left."""
    spans: list[Span] = []
    for unit in paragraph:
        line = unit.line
        low = line.body + (lead_byline(unit.text) if unit.kind is Kind.LEAD else 0)
        high = max(low, line.body + closing_byline(unit.text))
        yield from _byline_blocks(text, ((line.body, low), (high, line.stop)))
        spans.extend(span for span in line.marks if span[0] < line.body)
        piece = _trimmed(text, low, high)
        if piece:
            spans.append(piece)
        spans.extend(span for span in line.marks if span[0] >= line.stop)
    if spans:
        yield Block(Role.PARAGRAPH, _merged(text, spans), is_beheaded(paragraph, words), is_cut(paragraph))


def _byline_blocks(text: str, places: Iterable[Span]) -> Iterable[Block]:
    for low, high in places:
        span = _trimmed(text, low, high)
        if span:
            yield Block(Role.BYLINE, (span,))


def _trimmed(text: str, low: int, high: int) -> Span | None:
    part = text[low:high]
    start, end = low + len(part) - len(part.lstrip()), high - (len(part) - len(part.rstrip()))
    return (start, end) if start < end else None


def _merged(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Join spans with only blanks between them, where a blank must stay between two Latin words."""
    out = [spans[0]]
    for start, end in spans[1:]:
        low = out[-1][1]
        latin = (
            text[low - 1].isalpha() and not is_han(text[low - 1]) and text[start].isalpha() and not is_han(text[start])
        )
        if latin and not text[low:start].strip():
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return tuple(out)
