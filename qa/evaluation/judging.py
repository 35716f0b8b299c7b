"""Which needs of a test question a passage meets: judged by places and words, so that judgements outlive any chunking."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from qa.errors import TestQueryError
from qa.evaluation.faults import MOST_TOLD, told
from qa.evaluation.nearest import Shelf
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


def needs_of(
    queries: Sequence[TestQuery], stored_text: Callable[[str], str | None], files: Collection[str] = ()
) -> dict[str, tuple[Need, ...]]:
    """Locate every quote; `stored_text(file)` is None for a file that is not there, `files` names all that are.

    Raises `TestQueryError` that lists every quote that does not stand in its file, with the nearest text that does.
    """
    shelf = Shelf(stored_text, files)
    found: dict[str, tuple[Need, ...]] = {}
    astray: list[tuple[TestQuery, Evidence]] = []
    for query in queries:
        found[query.id] = tuple(Need(e, _occurrences(shelf, e)) for e in query.evidence)
        astray += [(query, need.evidence) for need in found[query.id] if not need.occurrences]
    if astray:
        faults = [f"{_named(query)}: {shelf.fault(e.file, e.quote)}" for query, e in astray[:MOST_TOLD]]
        raise TestQueryError(told(faults, more=len(astray) - len(faults)))
    return found


def _occurrences(shelf: Shelf, evidence: Evidence) -> tuple[tuple[int, ...], ...]:
    solid_ = shelf.solid(evidence.file)
    return () if solid_ is None else solid_.occurrences(evidence.quote)


def _named(query: TestQuery) -> str:
    return f"{query.place}: {query.id}" if query.place else query.id
