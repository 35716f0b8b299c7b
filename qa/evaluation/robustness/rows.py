"""One row of the table: what some variant of the questions or documents found, against the clean questions.

A variant that is drawn by chance is asked several times; each question then counts with its mean over the draws.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from qa.evaluation.runs import Outcome
from qa.evaluation.statistics import Difference, difference
from qa.records import Mode

MEASURES = ("Success@1", "Success@5", "RR@10", "nDCG@10")
# A question counts as lost or won by this one.
DECIDING = "Success@5"


@dataclass(frozen=True, slots=True)
class Lost:
    """A question that is met within five as it stands and not as it was asked here; the ranks at which it was met."""

    id: str
    asked: str
    rank: int | None
    clean_rank: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """Means by measure over `n` questions, and how they differ from the same questions asked clean.

    `lost` and `won` count questions at Success@5, as a mean over the draws; a clean row differs from nothing.
    """

    variant: str
    mode: Mode
    index_questions: bool
    n: int
    draws: int
    means: Mapping[str, float]
    differences: Mapping[str, Difference]
    lost: float = 0.0
    won: float = 0.0
    losses: tuple[Lost, ...] = ()


def clean_row(name: str, mode: Mode, index_questions: bool, outcomes: Sequence[Outcome]) -> Row:
    """Return the row of the questions as they stand over the library as it is."""
    return Row(name, mode, index_questions, len(outcomes), 1, _means([outcomes]), {})


def row_against(
    clean: Sequence[Outcome], name: str, mode: Mode, index_questions: bool, draws: Sequence[Sequence[Outcome]]
) -> Row | None:
    """Return the row of a variant, each draw against the same questions in `clean`; None when it applies to no question."""
    before = {outcome.query.id: outcome for outcome in clean}
    if not any(draws):
        return None
    differences = {measure: _difference(before, draws, measure) for measure in MEASURES}
    steps = [_step(before[o.query.id], o) for outcomes in draws for o in outcomes]
    lost, won = (sum(step == sign for step in steps) / len(draws) for sign in (-1, 1))
    losses = tuple(_losses(before, draws))
    return Row(
        name, mode, index_questions, differences[DECIDING].n, len(draws), _means(draws), differences, lost, won, losses
    )


def _step(clean: Outcome, other: Outcome) -> int:
    return int(np.sign(other.values[DECIDING] - clean.values[DECIDING]))


def _losses(before: Mapping[str, Outcome], draws: Sequence[Sequence[Outcome]]) -> Iterable[Lost]:
    for outcome in (outcome for outcomes in draws for outcome in outcomes):
        clean = before[outcome.query.id]
        if _step(clean, outcome) < 0:
            yield Lost(outcome.query.id, outcome.query.question, outcome.rank, clean.rank)


def _by_question(draws: Sequence[Sequence[Outcome]], measure: str) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for outcome in (outcome for outcomes in draws for outcome in outcomes):
        found.setdefault(outcome.query.id, []).append(outcome.values[measure])
    return found


def _means(draws: Sequence[Sequence[Outcome]]) -> dict[str, float]:
    """Return the mean over the questions of each one's mean over the draws; 0 where there are none."""
    means = {}
    for measure in MEASURES:
        values = [sum(drawn) / len(drawn) for drawn in _by_question(draws, measure).values()]
        means[measure] = sum(values) / max(1, len(values))
    return means


def _difference(before: Mapping[str, Outcome], draws: Sequence[Sequence[Outcome]], measure: str) -> Difference:
    """Return how the variant differs; below zero it finds less."""
    after = _by_question(draws, measure)
    means = np.array([sum(values) / len(values) for values in after.values()])
    return difference(means, np.array([before[id_].values[measure] for id_ in after]))
