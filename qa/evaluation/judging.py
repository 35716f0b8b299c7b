"""Which needs of a test question a passage meets: judged by places and words, so that judgements outlive any chunking.

Collections that name relevant passages by id (BEIR, TREC qrels) are judged by those.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from qa.errors import TestQueryError
from qa.evaluation.faults import MOST_TOLD, Say, several, silent, told
from qa.evaluation.queries import Evidence, TestQuery
from qa.evaluation.ranks import met_at
from qa.evaluation.shelf import Shelf
from qa.records import Span

# A quote at more places is no longer one thing that is said: a remark. So many are told one by one.
_MANY_PLACES, _MOST_REMARKS = 5, 10


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What judging needs of a retrieved passage; `highlights` (what the question's words meet in the text) is for showing."""

    passage_id: str
    file: str
    spans: tuple[Span, ...]
    text: str
    score: float
    highlights: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a ranking is worth for one question.

    `grades` has a number for each hit: how many quotes it meets, or the grade of qrels; 0 is not relevant. `rank` is where
    the question is met, None beyond the hits. `met` and `gains` are relevance by passage id, as the measures take it: of the
    passages that meet the question, and of those that bring something new. What no hit brings stands in `gains` as a passage
    of its own, so that it counts as missing.
    """

    grades: tuple[int, ...]
    rank: int | None
    met: Mapping[str, int]
    gains: Mapping[str, int]


Judge = Callable[[TestQuery, Sequence[Retrieved]], Judgement]


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


@dataclass(frozen=True, slots=True)
class ByQuotes:
    """Judge by the quotes of each question, as located in the library. A quote gains once, at the first hit that meets it."""

    needs: Mapping[str, Sequence[Need]]

    def __call__(self, query: TestQuery, hits: Sequence[Retrieved]) -> Judgement:
        wanted = self.needs[query.id]
        ranking = [{i for i, need in enumerate(wanted) if need.met_by(hit)} for hit in hits]
        rank = met_at(ranking, len(wanted), query.needs_all)
        gains: dict[str, int] = {}
        seen: set[int] = set()
        for hit, meets in zip(hits, ranking, strict=True):
            if new := meets - seen:
                gains[hit.passage_id] = len(new)
                seen |= new
        gains |= {f"quote {i + 1}, in no hit": 1 for i in range(len(wanted)) if i not in seen}
        grades = tuple(len(meets) for meets in ranking)
        return Judgement(grades, rank, _met(query, hits, grades, rank), gains)


def _met(query: TestQuery, hits: Sequence[Retrieved], grades: Sequence[int], rank: int | None) -> dict[str, int]:
    """Return the passages that meet a question: any with a quote, or the one that completes what it needs."""
    if rank is None:
        return {"in no hit": 1}
    if query.needs_all:
        return {hits[rank - 1].passage_id: 1}
    return {hit.passage_id: 1 for hit, grade in zip(hits, grades, strict=True) if grade}


@dataclass(frozen=True, slots=True)
class ByQrels:
    """Judge by the grades of passages; one that is not named has grade 0, and a grade below 0 counts as 0."""

    qrels: Mapping[str, Mapping[str, int]]

    def __call__(self, query: TestQuery, hits: Sequence[Retrieved]) -> Judgement:
        relevant = {id_: grade for id_, grade in self.qrels.get(query.id, {}).items() if grade > 0}
        grades = tuple(relevant.get(hit.passage_id, 0) for hit in hits)
        rank = next((at for at, grade in enumerate(grades, start=1) if grade), None)
        return Judgement(grades, rank, relevant, relevant)


def solid(text: str) -> str:
    """Return `text` without white space."""
    return "".join(text.split())


def _covered(offsets: Sequence[int], spans: Sequence[Span]) -> int:
    return sum(any(s <= offset < e for s, e in spans) for offset in offsets)


def needs_of(
    queries: Sequence[TestQuery],
    stored_text: Callable[[str], str | None],
    files: Collection[str] = (),
    earlier: Sequence[str] = (),
    say: Say = silent,
) -> dict[str, tuple[Need, ...]]:
    """Locate every quote; `stored_text(file)` is None for a file that is not there, `files` names all that are.

    Raises `TestQueryError` that lists faults found `earlier`, then every quote that does not stand in its file, with the
    nearest text that does. `say` is told of quotes that stand at many places.
    """
    shelf = Shelf(stored_text, files)
    found: dict[str, tuple[Need, ...]] = {}
    pairs: list[tuple[TestQuery, Need]] = []
    for query in queries:
        found[query.id] = tuple(Need(e, _occurrences(shelf, e)) for e in query.evidence)
        pairs += [(query, need) for need in found[query.id]]
    astray = [(query, need.evidence) for query, need in pairs if not need.occurrences]
    if earlier or astray:
        shown = astray[: max(0, MOST_TOLD - len(earlier))]
        faults = [*earlier, *(f"{_named(query)}: {shelf.fault(e.file, e.quote)}" for query, e in shown)]
        raise TestQueryError(told(faults, more=len(astray) - len(shown)))
    _say_many(pairs, say)
    return found


def _say_many(pairs: Sequence[tuple[TestQuery, Need]], say: Say) -> None:
    many = [(query, need) for query, need in pairs if len(need.occurrences) > _MANY_PLACES]
    for query, need in many[:_MOST_REMARKS]:
        say(
            f"{_named(query)}: {need.evidence.quote[:40]!r} stands at {len(need.occurrences)} places of {need.evidence.file}: "
            "any passage with it counts; a longer quote says which"
        )
    if rest := len(many) - _MOST_REMARKS if len(many) > _MOST_REMARKS else 0:
        say(f"and {several(rest, 'more quote stands', 'more quotes stand')} at more than {_MANY_PLACES} places")


def _occurrences(shelf: Shelf, evidence: Evidence) -> tuple[tuple[int, ...], ...]:
    solid_ = shelf.solid(evidence.file)
    return () if solid_ is None else solid_.occurrences(evidence.quote)


def _named(query: TestQuery) -> str:
    return f"{query.place}: {query.id}" if query.place else query.id
