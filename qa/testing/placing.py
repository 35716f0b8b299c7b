"""Find the place of a quote in its document: where it stands letter for letter, or where something like it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.errors import InvalidRequest
from qa.evaluation.judging import solid
from qa.evaluation.nearest import Solid, nearest
from qa.library import Library
from qa.records import Citation, PassageRecord, Span

_SHORTEST = 2
_CONTEXT = 160  # characters around a quote that no passage holds whole
_SHOWN = 80


class QuoteNotFound(InvalidRequest):
    """A quote that does not stand in its document; `near` is the text there that is most like it, "" when none is."""

    def __init__(self, message: str, near: str) -> None:
        super().__init__(message)
        self.near = near


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote stands: as it is printed, its spans in the stored text, and the text around it.

    `marked` is its place in `context`. `citation` is that of the passage which holds it whole, None when none does.
    """

    quote: str
    spans: tuple[Span, ...]
    context: str
    marked: Span
    citation: Citation | None


def place(library: Library, document_id: str, quote: str) -> Place:
    """Return the first place of a quote in a document, white space aside.

    Raises `NotFound` for the document, and `QuoteNotFound` with the nearest text when the quote does not stand there.
    """
    document = library.document(document_id)
    text, wanted = Solid(document.text), solid(quote)
    found = text.occurrences(quote) if len(wanted) >= _SHORTEST else ()
    if not found:
        raise _not_found(text, document.file, quote)
    spans = _runs(found[0], document.text)
    for passage in library.passages(document_id):
        held = _within(passage.text, wanted)
        if held is not None and _covers(passage, spans):
            ((_, citation),) = library.cite([passage.id])
            return Place(passage.text[slice(*held)], spans, passage.text, held, citation)
    start, end = spans[0][0], spans[-1][1]
    low = max(0, start - _CONTEXT)
    context = document.text[low : end + _CONTEXT]
    return Place(document.text[start:end], spans, context, (start - low, end - low), None)


def longest_piece(text: str, passage: PassageRecord) -> str:
    """Return the longest piece of a passage that stands in the stored text in one run: the layout may cut it in several."""
    start, end = max(passage.spans, key=lambda span: span[1] - span[0])
    return text[start:end]


def _not_found(text: Solid, file: str, quote: str) -> QuoteNotFound:
    near = nearest(text, quote)
    shown = " ".join(quote.split())
    shown = shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"
    if near is None:
        return QuoteNotFound(f"found no {shown!r} in {file}, nor anything like it; copy the quote from the page", "")
    return QuoteNotFound(
        f"found no {shown!r} in {file}, expected the quote letter for letter; nearest at {near.start}-{near.end}: {near.text!r}",
        near.text,
    )


def _runs(offsets: Sequence[int], text: str) -> tuple[Span, ...]:
    """Return the offsets as spans; white space between two of them parts nothing."""
    runs: list[Span] = []
    for offset in offsets:
        if runs and not text[runs[-1][1] : offset].strip():
            runs[-1] = (runs[-1][0], offset + 1)
        else:
            runs.append((offset, offset + 1))
    return tuple(runs)


def _within(text: str, wanted: str) -> Span | None:
    places = [i for i, c in enumerate(text) if not c.isspace()]
    at = solid(text).find(wanted)
    return None if at < 0 else (places[at], places[at + len(wanted) - 1] + 1)


def _covers(passage: PassageRecord, spans: Sequence[Span]) -> bool:
    return all(any(low <= start and end <= high for low, high in passage.spans) for start, end in spans)
