"""How sure a figure is: bootstrap intervals of means over questions, and a paired randomisation test of two runs.

Everything is seeded, so that the same run gives the same figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
RESAMPLES = 2000
# A p below 1 / (FLIPS + 1) cannot be told.
FLIPS = 10_000
LEVEL = 0.05
# Questions times resamples that are held at once: some tens of megabytes.
_AT_ONCE = 4_000_000
_SEED = 20_260


@dataclass(frozen=True, slots=True)
class Difference:
    """How one run differs from another over the same questions, in the mean of a measure.

    `low` and `high` bound its 95 % interval; `p` is the chance of so large a difference, in either direction, between runs
    that are equal, `p_lower` that of falling so far below.
    """

    mean: float
    low: float
    high: float
    p: float
    p_lower: float
    higher: int
    lower: int
    n: int


def intervals(values: Array, level: float = LEVEL, resamples: int = RESAMPLES) -> tuple[Array, Array]:
    """Return the lower and upper bounds, (m,) each, of the means of `values`, (n, m): percentiles of resampled means.

    All columns are resampled together, which keeps them comparable; without questions the bounds are 0.
    Source: B. Efron, R. Tibshirani, An Introduction to the Bootstrap, 1993.
    """
    n, m = values.shape
    if n == 0:
        return np.zeros(m), np.zeros(m)
    rng = np.random.default_rng(_SEED)
    means = []
    step = max(1, _AT_ONCE // n)
    for start in range(0, resamples, step):
        times = rng.multinomial(n, np.full(n, 1 / n), size=min(step, resamples - start))
        means.append(times @ values / n)
    low, high = np.quantile(np.concatenate(means), (level / 2, 1 - level / 2), axis=0)
    return low, high


def difference(run: Array, against: Array, flips: int = FLIPS) -> Difference:
    """Compare two runs over the same questions, (n,) each: `run - against`.

    The test turns the sign of each question's difference at random: were the runs equal, each sign would be as likely.
    `p = (1 + turns as far from 0 or farther) / (turns + 1)`. Source: M. Smucker, J. Allan, B. Carterette, A comparison of
    statistical significance tests for information retrieval evaluation, 2007.
    """
    each = changes(run, against)
    low, high = intervals(each[:, None])
    # Questions that do not differ add nothing to any sum.
    differing = each[each != 0]
    p, p_lower = _turned(differing, flips) if len(differing) else (1.0, 1.0)
    n = len(each)
    mean = float(each.mean()) if n else 0.0
    return Difference(mean, float(low[0]), float(high[0]), p, p_lower, int((each > 0).sum()), int((each < 0).sum()), n)


def changes(run: Array, against: Array) -> Array:
    """Return `run - against`; what is too little to be more than a saved figure's last digits is 0."""
    each = run - against
    return np.where(np.abs(each) < 1e-9, 0.0, each)


def _turned(each: Array, flips: int) -> tuple[float, float]:
    rng = np.random.default_rng(_SEED)
    total, slack = each.sum(), 1e-9
    either = lower = 0
    step = max(1, _AT_ONCE // len(each))
    for start in range(0, flips, step):
        signs = rng.integers(0, 2, (min(step, flips - start), len(each)), dtype=np.int8) * 2.0 - 1.0
        sums = signs @ each
        either += int((np.abs(sums) >= abs(total) - slack).sum())
        lower += int((sums <= total + slack).sum())
    return (1 + either) / (flips + 1), (1 + lower) / (flips + 1)


def adjusted(chances: Sequence[float]) -> list[float]:
    """Return the p values adjusted for their number: the smallest times all of them, the next times one fewer, and so on.

    Source: S. Holm, A simple sequentially rejective multiple test procedure, 1979.
    """
    order = sorted(range(len(chances)), key=lambda i: chances[i])
    found = [0.0] * len(chances)
    highest = 0.0
    for passed, i in enumerate(order):
        highest = max(highest, min(1.0, chances[i] * (len(chances) - passed)))
        found[i] = highest
    return found
