"""From places in a passage's readable text back to the exact places in the stored text.

A passage's text equals its quote without white space, so the n-th non-blank character of one is that of the other.
"""

from __future__ import annotations

from collections.abc import Sequence

from qa.records import Span


def stored_spans(spans: Sequence[Span], quote: str, text: str, start: int, end: int) -> tuple[Span, ...]:
    """Return where `text[start:end]` stands in the stored text, as spans inside the passage's spans.

    `quote` is the passage's quote, the stored text of `spans` joined. Blanks between the first and the last
    character of one span are part of the result; a part without a non-blank character gives no span.
    """
    first = _solid(text[:start])
    last = first + _solid(text[start:end])
    offsets = [offset for s, e in spans for offset in range(s, e)]
    solid = [offset for offset, character in zip(offsets, quote, strict=True) if not character.isspace()]
    wanted = solid[first:last]
    found = []
    for s, e in spans:
        inside = [offset for offset in wanted if s <= offset < e]
        if inside:
            found.append((inside[0], inside[-1] + 1))
    return tuple(found)


def part_of(spans: Sequence[Span], quote: str, text: str, start: int, end: int) -> tuple[tuple[Span, ...], str]:
    """Return the spans of `text[start:end]` as `stored_spans` does, and the quote that belongs to them."""
    found = stored_spans(spans, quote, text, start, end)
    place = {offset: i for i, offset in enumerate(offset for s, e in spans for offset in range(s, e))}
    return found, "".join(quote[place[s] : place[e - 1] + 1] for s, e in found)


def _solid(text: str) -> int:
    return sum(not c.isspace() for c in text)


def quote_of(stored: str, spans: Sequence[Span]) -> str:
    """Return the stored text of the spans, joined."""
    return "".join(stored[start:end] for start, end in spans)
