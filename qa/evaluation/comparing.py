"""Two runs over the same questions: how the measures differ, how sure that is, which questions are won and lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qa.evaluation.runs import Outcome
from qa.evaluation.statistics import Difference, changes, difference

# What decides whether a question is won: the finest of the usual measures.
DECIDING = "nDCG@10"


@dataclass(frozen=True, slots=True)
class Run:
    """What one contender, or a run that was saved, got for every question."""

    name: str
    outcomes: Sequence[Outcome]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`run` beside `against`: differences and both means of the measures that both have, the ids of questions won and lost.

    A question is won when nDCG@10 is higher (without that measure: the first one that both have). `unmatched` counts the
    questions that only one of them has: they are left out.
    """

    run: str
    against: str
    measures: dict[str, Difference]
    means: dict[str, tuple[float, float]]
    wins: tuple[str, ...]
    losses: tuple[str, ...]
    ties: int
    unmatched: int


def compare(run: Run, against: Run) -> Comparison:
    """Compare two runs over the questions that both have, matched by id."""
    others = {outcome.query.id: outcome for outcome in against.outcomes}
    pairs = [(one, others[one.query.id]) for one in run.outcomes if one.query.id in others]
    names = [name for name in pairs[0][0].values if name in pairs[0][1].values] if pairs else []
    columns = {name: _columns(pairs, name) for name in names}
    decided = columns.get(DECIDING, next(iter(columns.values()), None))
    change = np.zeros(0) if decided is None else changes(*decided)
    ids = [one.query.id for one, _ in pairs]
    return Comparison(
        run.name,
        against.name,
        {name: difference(*both) for name, both in columns.items()},
        {name: (float(one.mean()), float(other.mean())) for name, (one, other) in columns.items()},
        tuple(id_ for id_, d in zip(ids, change, strict=False) if d > 0),
        tuple(id_ for id_, d in zip(ids, change, strict=False) if d < 0),
        int((change == 0).sum()),
        len({o.query.id for o in run.outcomes} ^ others.keys()),
    )


def _columns(pairs: Sequence[tuple[Outcome, Outcome]], name: str) -> tuple[np.ndarray, np.ndarray]:
    one, other = ([outcome.values[name] for outcome in side] for side in zip(*pairs, strict=True))
    return np.array(one, np.float64), np.array(other, np.float64)


def comparisons(runs: Sequence[Run], baseline: Run | None) -> list[Comparison]:
    """Compare every run with the baseline, or, without one, every other run with the first."""
    if baseline is not None:
        return [compare(run, baseline) for run in runs]
    return [compare(run, runs[0]) for run in runs[1:]]
