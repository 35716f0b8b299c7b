"""Ask every question of each contender, and gather what a report shows of it while its corpus is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from qa.errors import InvalidRequest
from qa.evaluation.comparing import Run
from qa.evaluation.contenders import Contender, Setup
from qa.evaluation.corpora import Corpus, Progress, Shown, Told
from qa.evaluation.judging import Judge
from qa.evaluation.measures import depth_of
from qa.evaluation.queries import TestQuery
from qa.evaluation.runs import Outcome, evaluate

Opened = Callable[[Setup], AbstractContextManager[Corpus]]


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


def ask_all(
    asked: Asked, contenders: Sequence[Contender], opened: Opened, progress: Progress, *, report: bool
) -> list[Result]:
    """Ask each contender every answerable question; those that share an index share an opened corpus.

    A retriever that a corpus does not offer is left out, as soft matching is with an encoder without token vectors; raises
    `InvalidRequest` when none is left. `report` gathers what a report needs, which takes some milliseconds a question.
    """
    found: list[Result] = []
    for _, group in groupby(contenders, key=lambda one: one.setup.index):
        together = list(group)
        with opened(together[0].setup) as corpus:
            offered = [one for one in together if one.mode in corpus.offers()]
            found += _ask(asked, offered, corpus, progress, report)
    if not found:
        names = ", ".join(one.name for one in contenders)
        raise InvalidRequest(f"found {names}, expected a retriever that is offered there")
    return found


def _ask(
    asked: Asked, contenders: Sequence[Contender], corpus: Corpus, progress: Progress, report: bool
) -> list[Result]:
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
    by_question: dict[str, tuple[str, dict[str, None]]] = {}
    for outcome in (outcome for run in runs for outcome in run):
        ids = by_question.setdefault(outcome.query.id, (outcome.query.question, {}))[1]
        ids.update(dict.fromkeys(hit.passage_id for hit in outcome.hits))
    shown = corpus.shown(list(dict.fromkeys(id_ for _, ids in by_question.values() for id_ in ids)))
    tell = progress("explaining")
    told: dict[str, Told] = {}
    for done, (query_id, (question, ids)) in enumerate(by_question.items(), start=1):
        told[query_id] = corpus.tell(question, {id_: shown[id_].text for id_ in ids if id_ in shown})
        tell(done, len(by_question))
    return Material(dict(shown), told)
