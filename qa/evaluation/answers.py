"""What answers are worth: do their citations cover the evidence, do they hold letter for letter, is refused what must be."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from qa.evaluation.judging import Need, Retrieved
from qa.evaluation.queries import TestQuery
from qa.evaluation.ranks import met_at
from qa.records import Span

MOST_CITATIONS = 3
_MARKER = re.compile(r"\[(\d+)\]")
StoredText = Callable[[str], str | None]


class Group(StrEnum):
    """What a question is for: to be answered, or to be refused for one reason or another."""

    ANSWERABLE = "answerable"
    NEAR_MISS = "near miss"
    OFF_TOPIC = "off-topic"
    OTHER = "other unanswerable"


@dataclass(frozen=True, slots=True)
class Quoted:
    """What stands behind one marker of an answer."""

    marker: int
    document_id: str
    file: str
    spans: tuple[Span, ...]
    quote: str


@dataclass(frozen=True, slots=True)
class Given:
    """What measuring needs of an answer."""

    text: str
    answerable: bool
    confidence: float
    citations: tuple[Quoted, ...]
    passages: tuple[Retrieved, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """One answer, judged.

    `half`: a citation covers at least half of the evidence; `whole`: the citations together cover all of it; `held`: the
    passages that were found hold the answer; `resolves`: markers and citations belong together; `verbatim`: so many quotes
    are what their spans say. `given` is the answer itself.
    """

    query: TestQuery
    answered: bool
    confidence: float
    citations: int
    half: bool
    whole: bool
    held: bool
    resolves: bool
    verbatim: int
    given: Given


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares over some answers, None where there is nothing to take a share of.

    `half` and `whole` are shares of the answerable questions, where one that is refused covers nothing; `mean_citations` and
    `few` (at most three citations) are of those answered. A refusal is right when nothing answers: `refusal_precision` is
    the share of refusals that are right, `refusal_recall` the share of unanswerable questions that are refused,
    `false_answers` the share of them that are answered.
    """

    n: int
    answered: int
    answerable: int
    unanswerable: int
    wrongly_refused: float | None
    half: float | None
    whole: float | None
    mean_citations: float | None
    few: float | None
    false_answers: float | None
    refusal_precision: float | None
    refusal_recall: float | None
    resolves: int
    quotes: int
    verbatim: int


def group_of(query: TestQuery) -> Group:
    """Return what a question is for, as its type says when nothing answers it."""
    if query.answerable:
        return Group.ANSWERABLE
    if "near" in query.type:
        return Group.NEAR_MISS
    return Group.OFF_TOPIC if "ood" in query.type or "off" in query.type else Group.OTHER


def judge(query: TestQuery, needs: Sequence[Need], given: Given, stored: StoredText) -> Judged:
    """Judge one answer; `stored(document_id)` is the stored text, None when there is no such document."""
    cited = [Retrieved("", c.file, c.spans, c.quote, 0.0) for c in given.citations]
    return Judged(
        query,
        given.answerable,
        given.confidence,
        len(cited),
        query.answerable and _all_or_any([any(need.met_by(c) for c in cited) for need in needs], query),
        query.answerable and _all_or_any([need.wholly_in(cited) for need in needs], query),
        query.answerable and _held(query, needs, given.passages),
        resolves(given),
        sum(is_verbatim(quoted, stored) for quoted in given.citations),
        given,
    )


def _all_or_any(met: Sequence[bool], query: TestQuery) -> bool:
    return all(met) if query.needs_all else any(met)


def _held(query: TestQuery, needs: Sequence[Need], passages: Sequence[Retrieved]) -> bool:
    ranking = [{i for i, need in enumerate(needs) if need.met_by(passage)} for passage in passages]
    return met_at(ranking, len(needs), query.needs_all) is not None


def resolves(given: Given) -> bool:
    """Say whether every `[n]` of an answer has its one citation, and every citation its marker."""
    numbers = [c.marker for c in given.citations]
    return set(numbers) == {int(n) for n in _MARKER.findall(given.text)} and len(set(numbers)) == len(numbers)


def is_verbatim(quoted: Quoted, stored: StoredText) -> bool:
    """Say whether a quote is, code point for code point, what stands at its spans."""
    text = stored(quoted.document_id)
    return text is not None and bool(quoted.quote) and "".join(text[s:e] for s, e in quoted.spans) == quoted.quote


def figures(judged: Sequence[Judged]) -> Figures:
    """Return the shares over some answers."""
    can = [j for j in judged if j.query.answerable]
    cannot = [j for j in judged if not j.query.answerable]
    answered, refused = [j for j in judged if j.answered], [j for j in judged if not j.answered]
    return Figures(
        n=len(judged),
        answered=len(answered),
        answerable=len(can),
        unanswerable=len(cannot),
        wrongly_refused=_mean([not j.answered for j in can]),
        half=_mean([j.half for j in can]),
        whole=_mean([j.whole for j in can]),
        mean_citations=_mean([j.citations for j in answered]),
        few=_mean([j.citations <= MOST_CITATIONS for j in answered]),
        false_answers=_mean([j.answered for j in cannot]),
        refusal_precision=_mean([not j.query.answerable for j in refused]),
        refusal_recall=_mean([not j.answered for j in cannot]),
        resolves=sum(j.resolves for j in judged),
        quotes=sum(j.citations for j in judged),
        verbatim=sum(j.verbatim for j in judged),
    )


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
