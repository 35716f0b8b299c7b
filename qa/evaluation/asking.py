"""Ask every question of contenders over one corpus, and gather what a report shows of it while its corpus is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qa.evaluation.comparing import Run
from qa.evaluation.contenders import Contender
from qa.evaluation.corpora import Corpus, Progress, Shown, Told
from qa.evaluation.judging import Judge
from qa.evaluation.measures import depth_of
from qa.evaluation.queries import TestQuery
from qa.evaluation.runs import Outcome, evaluate

# Why a passage was found is told of so many of each contender's hits, and of all that are relevant.
_TOLD = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions, how hits are judged, and the measures."""

    queries: Sequence[TestQuery]
    judge: Judge
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """What a report shows beside figures: passages by id, and by question's id what is told of them."""

    shown: dict[str, Shown] = field(default_factory=dict)
    told: dict[str, Told] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """What one contender got, over what."""

    contender: Contender
    run: Run
    facts: Mapping[str, Any]
    material: Material


def ask(
    asked: Asked, contenders: Sequence[Contender], corpus: Corpus, progress: Progress, *, report: bool
) -> list[Result]:
    """Ask each contender every answerable question; `report` gathers what a report needs as well."""
    runs = []
    for one in contenders:
        search = corpus.search(one.mode, depth_of(asked.measures), one.setup.weights)
        outcomes = evaluate(asked.queries, asked.judge, search, progress(one.name), asked.measures)
        runs.append((one, Run(one.name, outcomes)))
    material = gather(corpus, [run.outcomes for _, run in runs], progress) if report else Material()
    facts = corpus.facts()
    return [Result(one, run, facts, material) for one, run in runs]


def gather(corpus: Corpus, runs: Sequence[Sequence[Outcome]], progress: Progress) -> Material:
    """Gather what is shown of every passage that some run found, and why each was found."""
    found = [outcome for run in runs for outcome in run]
    shown = corpus.shown(list(dict.fromkeys(hit.passage_id for outcome in found for hit in outcome.hits)))
    by_question: dict[str, tuple[str, dict[str, None]]] = {}
    for outcome in found:
        ids = by_question.setdefault(outcome.query.id, (outcome.query.question, {}))[1]
        ranked = enumerate(zip(outcome.hits, outcome.relevance, strict=True))
        ids.update((hit.passage_id, None) for at, (hit, grade) in ranked if at < _TOLD or grade)
    tell = progress("explaining")
    told: dict[str, Told] = {}
    for done, (query_id, (question, ids)) in enumerate(by_question.items(), start=1):
        told[query_id] = corpus.tell(question, {id_: shown[id_].text for id_ in ids if id_ in shown})
        tell(done, len(by_question))
    return Material(dict(shown), told)
