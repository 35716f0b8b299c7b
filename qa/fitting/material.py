"""What parameters are fitted on, and the one fit that makes them: of those that ship, and of a data folder's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.fitting.models import (
    PENALTY,
    Pull,
    Vector,
    answer_ranks,
    confidence_rows,
    fit_logistic,
    fit_ranking,
    fit_relevance,
)
from qa.fitting.pools import Pool
from qa.retrieval.fusion import Fitted, sigmoid

# Of the questions whose answer is among the first five passages, this share may be refused.
REFUSED = 0.06
DEPTH = 5


@dataclass(frozen=True, slots=True)
class Material:
    """Pools to learn from: `ranking` of which passage is right, `there` and `unanswered` of whether one is."""

    ranking: Sequence[Pool]
    there: Sequence[Pool]
    unanswered: Sequence[Pool]


@dataclass(frozen=True, slots=True)
class Prior:
    """What a fit on few questions is drawn to; `confidence` (features,) without the offset."""

    ranking: Pull
    confidence: Vector
    confidence_strength: float = PENALTY


def fit(material: Material, encoder_fingerprint: str, prior: Prior | None = None) -> Fitted:
    """Return the parameters; without a prior they are drawn to 0, as suits many questions."""
    ranking = fit_ranking(material.ranking, None if prior is None else prior.ranking)
    relevance = fit_relevance(material.there, ranking)
    rows, labels = answered_or_not(material, ranking)
    pull = () if prior is None else (prior.confidence, prior.confidence_strength)
    confidence = fit_logistic(rows, labels, *pull)
    chances = sigmoid(rows @ confidence[:-1] + confidence[-1])
    found = chances[labels == 1]
    threshold = float(np.quantile(found, REFUSED)) if len(found) else 1.0
    return Fitted(encoder_fingerprint, tuple(ranking.tolist()), relevance, tuple(confidence.tolist()), threshold)


def answered_or_not(material: Material, ranking: Vector) -> tuple[Vector, NDArray[np.float64]]:
    """Return the confidence features of all questions, and 1 for those whose answer is among the first five passages."""
    rows = np.vstack([confidence_rows(material.there, ranking), confidence_rows(material.unanswered, ranking)])
    found = answer_ranks(material.there, ranking) <= DEPTH
    return rows, np.concatenate([found, np.zeros(len(material.unanswered))]).astype(np.float64)
