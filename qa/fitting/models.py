"""The three small models: a conditional logit that ranks, a logistic curve of relevance, a logistic regression of confidence.

Each is drawn to a centre, the weights that one would choose without any question; what a weight gains on the questions
has to outweigh `strength * (weight - centre)^2`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.fitting.pools import Pool
from qa.retrieval.fusion import confidence_features, features, sigmoid

Vector = NDArray[np.float64]
Loss = Callable[[Vector], tuple[float, Vector]]
PENALTY = 1e-3


@dataclass(frozen=True, slots=True)
class Pull:
    """Where weights are drawn to, and how strongly each of them."""

    centre: Vector
    strength: Vector

    def on(self, loss: Loss) -> Loss:
        """Return the loss with the pull's penalty, and its gradient."""

        def penalised(weights: Vector) -> tuple[float, Vector]:
            value, gradient = loss(weights)
            away = weights - self.centre
            return float(value + self.strength @ away**2), gradient + 2 * self.strength * away

        return penalised


def minimise(loss: Loss, start: Vector) -> Vector:
    """Return the weights of the least loss; `loss` returns its value and its gradient."""
    # SciPy comes with sentence-transformers; only fitting needs it.
    from scipy.optimize import minimize

    result: Vector = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return result


@dataclass(frozen=True, slots=True)
class Choices:
    """The candidates of all questions that have a right one, (n, features), one question after the other."""

    rows: Vector
    right: NDArray[np.bool_]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, pools: Sequence[Pool]) -> Choices:
        """Gather the pools; those without a right candidate say nothing of ranking and are left out."""
        known = [pool for pool in pools if len(pool.right)]
        rows = [features(pool.legs, pool.latin) for pool in known]
        right = [np.isin(np.arange(len(part)), pool.right) for part, pool in zip(rows, known, strict=True)]
        starts = np.cumsum([0, *(len(part) for part in rows)])[:-1]
        return cls(np.concatenate(rows), np.concatenate(right), starts.astype(np.int64))

    def loss(self, weights: Vector) -> tuple[float, Vector]:
        """Return the mean over the questions of `-log P(a right candidate is chosen)`, and its gradient.

        P is the sum of the right candidates' softmax: of several that answer, it does not matter which one is chosen.
        """
        sums = self.rows @ weights
        everything, all_shares = self._softmax(sums)
        wanted, right_shares = self._softmax(np.where(self.right, sums, -np.inf))
        n = len(self.starts)
        return float((everything - wanted).mean()), (all_shares - right_shares) @ self.rows / n

    def fit(self, pull: Pull) -> Vector:
        """Return the weights of the least loss, drawn as the pull says."""
        return minimise(pull.on(self.loss), pull.centre)

    def _softmax(self, sums: Vector) -> tuple[Vector, Vector]:
        """Return each question's `log sum exp`, and each candidate's share of its question."""
        lengths = np.diff([*self.starts, len(sums)])
        top = np.maximum.reduceat(sums, self.starts)
        raised = np.exp(sums - np.repeat(top, lengths))
        totals = np.add.reduceat(raised, self.starts)
        return top + np.log(totals), raised / np.repeat(totals, lengths)


def fit_ranking(pools: Sequence[Pool], pull: Pull | None = None) -> Vector:
    """Return the weights that make a right candidate the likeliest: softmax over each question's candidates.

    Without a pull the weights are drawn to 0, as suits many questions.
    Source: D. McFadden, Conditional logit analysis of qualitative choice behavior, 1974.
    """
    choices = Choices.of(pools)
    width = choices.rows.shape[1]
    return choices.fit(pull or Pull(np.zeros(width), np.full(width, PENALTY)))


def fit_relevance(pools: Sequence[Pool], ranking: Vector, depth: int = 10) -> tuple[float, float]:
    """Return slope and offset of the logistic curve from a candidate's weighted sum to its probability of being right.

    Fitted on the first `depth` candidates of each question.
    """
    sums, right = [], []
    for pool in pools:
        totals = features(pool.legs, pool.latin) @ ranking
        leading = np.argsort(-totals)[:depth]
        sums += list(totals[leading])
        right += list(np.isin(leading, pool.right))
    slope, offset = fit_logistic(np.array(sums)[:, None], np.array(right, np.float64))
    return float(slope), float(offset)


def fit_logistic(rows: Vector, labels: Vector, centre: Vector | None = None, strength: float = PENALTY) -> Vector:
    """Return the weights, then the offset, of a logistic regression of 0/1 labels on (n, features).

    The weights are drawn to `centre` (0 without one), with `strength` for features of spread 1; the offset is free.
    """
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    scaled = np.hstack([(rows - mean) / spread, np.ones((len(rows), 1))])
    start = np.append(np.zeros(rows.shape[1]) if centre is None else centre * spread, 0.0)
    strengths = np.append(np.full(rows.shape[1], strength), 0.0)
    weights = minimise(Pull(start, strengths).on(lambda w: logistic_loss(scaled @ w, labels, scaled)), start)
    plain = weights[:-1] / spread
    return np.append(plain, weights[-1] - plain @ mean)


def logistic_loss(sums: Vector, labels: Vector, rows: Vector) -> tuple[float, Vector]:
    """Return the mean of `-log P(label)`, and its gradient for the weights that made `sums` of `rows`."""
    loss = float((np.logaddexp(0, sums) - labels * sums).mean())
    gradient: Vector = (sigmoid(sums) - labels) @ rows / len(labels)
    return loss, gradient


def confidence_rows(pools: Sequence[Pool], ranking: Vector) -> Vector:
    """Return the confidence features of each question, (n, features)."""
    return np.array([confidence_features(features(p.legs, p.latin) @ ranking, p.legs, p.latin) for p in pools])


def answer_ranks(pools: Sequence[Pool], ranking: Vector) -> NDArray[np.int64]:
    """Return the rank, from 1, of each question's best placed right candidate; a large number when there is none."""
    found = []
    for pool in pools:
        totals: Any = features(pool.legs, pool.latin) @ ranking
        best = totals[pool.right].max() if len(pool.right) else None
        found.append(10**6 if best is None else 1 + int((totals > best).sum()))
    return np.array(found)
