"""The three small models: a conditional logit that ranks, a logistic curve of relevance, a logistic regression of confidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.fitting.pools import Pool
from qa.retrieval.fusion import confidence_features, features, sigmoid

Vector = NDArray[np.float64]
PENALTY = 1e-3


def _minimise(loss: Any, size: int) -> Vector:
    # SciPy comes with sentence-transformers; only fitting needs it.
    from scipy.optimize import minimize

    result: Vector = minimize(loss, np.zeros(size), method="L-BFGS-B").x
    return result


def fit_ranking(pools: Sequence[Pool]) -> Vector:
    """Return the weights that make the right candidate the likeliest: softmax over each question's candidates.

    Source: D. McFadden, Conditional logit analysis of qualitative choice behavior, 1974.
    """
    known = [(features(p.legs, p.latin), p.answer) for p in pools if p.answer is not None]

    def loss(weights: Vector) -> float:
        total = 0.0
        for rows, answer in known:
            sums = rows @ weights
            total += np.log(np.exp(sums - sums.max()).sum()) + sums.max() - sums[answer]
        return float(total / len(known) + PENALTY * weights @ weights)

    return _minimise(loss, known[0][0].shape[1])


def fit_relevance(pools: Sequence[Pool], ranking: Vector, depth: int = 10) -> tuple[float, float]:
    """Return slope and offset of the logistic curve from a candidate's weighted sum to its probability of being right.

    Fitted on the first `depth` candidates of each question.
    """
    sums, right = [], []
    for pool in pools:
        totals = features(pool.legs, pool.latin) @ ranking
        leading = np.argsort(-totals)[:depth]
        sums += list(totals[leading])
        right += list(leading == (-1 if pool.answer is None else pool.answer))
    slope, offset = fit_logistic(np.array(sums)[:, None], np.array(right, np.float64))
    return float(slope), float(offset)


def fit_logistic(rows: Vector, labels: Vector) -> Vector:
    """Return the weights, then the offset, of a logistic regression of 0/1 labels on (n, features)."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    scaled = np.hstack([(rows - mean) / spread, np.ones((len(rows), 1))])

    def loss(weights: Vector) -> float:
        chances = np.clip(sigmoid(scaled @ weights), 1e-12, 1 - 1e-12)
        fit = -(labels * np.log(chances) + (1 - labels) * np.log(1 - chances)).mean()
        return float(fit + PENALTY * weights[:-1] @ weights[:-1])

    weights = _minimise(loss, scaled.shape[1])
    plain = weights[:-1] / spread
    return np.append(plain, weights[-1] - plain @ mean)


def confidence_rows(pools: Sequence[Pool], ranking: Vector) -> Vector:
    """Return the confidence features of each question, (n, 5)."""
    return np.array([confidence_features(features(p.legs, p.latin) @ ranking, p.legs, p.latin) for p in pools])


def answer_ranks(pools: Sequence[Pool], ranking: Vector) -> NDArray[np.int64]:
    """Return the rank, from 1, of each question's right candidate; a large number when it is not there."""
    found = []
    for pool in pools:
        totals = features(pool.legs, pool.latin) @ ranking
        found.append(10**6 if pool.answer is None else 1 + int((totals > totals[pool.answer]).sum()))
    return np.array(found)
