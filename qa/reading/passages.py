"""Cut an article into passages, the units that are retrieved and cited: paragraphs, headline and captions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from qa.reading.records import Article, Block, Role, Span
from qa.reading.splitting import split_spans

PassageKind = Literal["paragraph", "headline", "caption"]
# How long a passage is to be and may be, in characters as it reads.
TARGET, LONGEST = 250, 400


@dataclass(frozen=True, slots=True)
class PassageSpans:
    """One passage by its exact spans, which are non-empty, ascending and disjoint.

    `subhead` holds the spans of a sub-head that stands above the paragraph; `spans` covers it as well, in one span with
    the text where only blanks lie between them. `beheaded` and `cut` say that the page lost the beginning or the end.
    """

    kind: PassageKind
    spans: tuple[Span, ...]
    subhead: tuple[Span, ...] | None = None
    beheaded: bool = False
    cut: bool = False


def split_passages(article: Article, text: str, *, target: int = TARGET, longest: int = LONGEST) -> list[PassageSpans]:
    """List the passages of an article in reading order, none longer than `longest` characters as it reads.

    A paragraph longer than `target` is split at sentence ends into parts of nearly equal length, in no quotation where
    that can be had. Kickers, bylines, repeats and `#` marks give no passage.
    """
    if not 80 <= target <= longest:
        raise ValueError(f"found target={target}, longest={longest}; expected 80 <= target <= longest")
    passages: list[PassageSpans] = []
    headline = sorted(span for block in article.blocks if block.role is Role.HEADLINE for span in _words(block, text))
    if headline:
        passages.extend(_simple("headline", text, headline, longest))
    subhead: list[Span] = []
    for block in article.blocks:
        if block.role is Role.SUBHEAD:
            subhead.extend(_words(block, text))
        elif block.role is Role.CAPTION:
            passages.extend(_simple("caption", text, _words(block, text), longest))
        elif block.role is Role.PARAGRAPH:
            passages.extend(_paragraph(text, block, subhead, target, longest))
            subhead = []
    if subhead:
        # Nothing follows it: it is kept as a passage of its own, so that nothing is lost.
        passages.extend(_simple("paragraph", text, sorted(subhead), longest))
    return passages


def _words(block: Block, text: str) -> list[Span]:
    """Return the spans of a block without those that hold only `#` or bold marks."""
    return [(start, end) for start, end in block.spans if text[start:end].strip("#\uff03*_")]


def _simple(kind: PassageKind, text: str, spans: Sequence[Span], longest: int) -> Iterator[PassageSpans]:
    for part in split_spans(text, spans, target=longest, longest=longest):
        yield PassageSpans(kind, part)


def _paragraph(text: str, block: Block, subhead: Sequence[Span], target: int, longest: int) -> Iterator[PassageSpans]:
    words = _words(block, text)
    if not words:
        return
    above = sum(end - start for start, end in subhead) + 1 if subhead else 0
    if above > target // 2 or (subhead and list(subhead) != sorted(subhead)) or (subhead and subhead[-1] > words[0]):
        # A sub-head of such a length is a misread paragraph; one below its text stands in the column beside it.
        yield from _simple("paragraph", text, sorted(subhead), longest)
        subhead, above = [], 0
    parts = split_spans(text, words, target=target, longest=longest, above=above)
    for place, part in enumerate(parts):
        first, last = place == 0, place == len(parts) - 1
        yield PassageSpans(
            "paragraph",
            _under(text, subhead, part) if first else part,
            tuple(subhead) if first and subhead else None,
            beheaded=block.beheaded and first,
            cut=block.cut and last,
        )


def _under(text: str, subhead: Sequence[Span], part: tuple[Span, ...]) -> tuple[Span, ...]:
    """Put a sub-head's spans before a paragraph's, as one span where only blanks part them."""
    out = list(subhead)
    for start, end in part:
        if subhead and len(out) == len(subhead) and not text[out[-1][1] : start].strip():
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return tuple(out)
