"""Which needs of a test question a passage meets: judged by places and words, so that judgements outlive any chunking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa.errors import TestQueryError
from qa.evaluation.queries import Evidence, TestQuery
from qa.records import Span


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What judging needs of a retrieved passage."""

    passage_id: str
    file: str
    spans: tuple[Span, ...]
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Need:
    """One quote with the places where it stands: each occurrence is the list of its non-blank offsets."""

    evidence: Evidence
    occurrences: tuple[tuple[int, ...], ...]

    def met_by(self, passage: Retrieved) -> bool:
        """Say whether the passage covers half of an occurrence in that file, or its text holds the quote.

        White space does not count on either side.
        """
        if solid(self.evidence.quote) in solid(passage.text):
            return True
        if passage.file != self.evidence.file:
            return False
        return any(2 * _covered(occurrence, passage.spans) >= len(occurrence) for occurrence in self.occurrences)

    def wholly_in(self, passages: Sequence[Retrieved]) -> bool:
        """Say whether passages of that file together cover all of an occurrence, or the text of one holds the quote."""
        if any(solid(self.evidence.quote) in solid(passage.text) for passage in passages):
            return True
        spans = [span for passage in passages if passage.file == self.evidence.file for span in passage.spans]
        return any(_covered(occurrence, spans) == len(occurrence) for occurrence in self.occurrences)


def solid(text: str) -> str:
    """Return `text` without white space."""
    return "".join(text.split())


def _covered(offsets: Sequence[int], spans: Sequence[Span]) -> int:
    return sum(any(s <= offset < e for s, e in spans) for offset in offsets)


def needs_of(queries: Sequence[TestQuery], stored_text: Callable[[str], str | None]) -> dict[str, tuple[Need, ...]]:
    """Locate every quote; `stored_text(file)` is None for a file that is not there.

    Raises `TestQueryError` that lists every quote that does not stand in its file.
    """
    found: dict[str, tuple[Need, ...]] = {}
    faults: list[str] = []
    for query in queries:
        needs = []
        for evidence in query.evidence:
            text = stored_text(evidence.file)
            occurrences = _occurrences(text or "", evidence.quote)
            if text is None:
                faults.append(f"{query.id}: found no document {evidence.file!r}, expected it in the library")
            elif not occurrences:
                faults.append(f"{query.id}: the quote {evidence.quote[:40]!r} does not stand in {evidence.file}")
            needs.append(Need(evidence, occurrences))
        found[query.id] = tuple(needs)
    if faults:
        raise TestQueryError("\n".join(faults))
    return found


def _occurrences(text: str, quote: str) -> tuple[tuple[int, ...], ...]:
    places = [i for i, c in enumerate(text) if not c.isspace()]
    plain, wanted = solid(text), solid(quote)
    found, at = [], plain.find(wanted)
    while at >= 0:
        found.append(tuple(places[at : at + len(wanted)]))
        at = plain.find(wanted, at + 1)
    return tuple(found)
