"""Ask every question of contenders over one corpus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa.evaluation.comparing import Run
from qa.evaluation.contenders import Contender
from qa.evaluation.corpora import Corpus, Progress
from qa.evaluation.gathering import Material, gather
from qa.evaluation.judging import Judge
from qa.evaluation.measures import depth_of
from qa.evaluation.queries import TestQuery
from qa.evaluation.runs import evaluate


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions, how hits are judged, and the measures."""

    queries: Sequence[TestQuery]
    judge: Judge
    measures: tuple[str, ...]


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
    materials = gather(corpus, asked.judge, runs, progress) if report else [Material()] * len(runs)
    facts = corpus.facts()
    return [Result(one, run, facts, material) for (one, run), material in zip(runs, materials, strict=True)]
