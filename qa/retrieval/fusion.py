"""Weigh the legs: a linear model over their scores, learnt on questions, or rank fusion for an encoder without one.

The lexical score enters as coverage, the share of the question that the passage's own words answer for: where question and
text share no words it is near 0 for every passage and decides nothing by itself, so the weight follows the question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float32]
Features = NDArray[np.float64]
Scores = NDArray[np.float64]

CONFIDENCE_FEATURES = ("best", "lead", "dense", "soft", "latin")
_RANK_CONSTANT = 60


@dataclass(frozen=True, slots=True)
class LegScores:
    """The three legs' scores of the same candidates, each (n,), and further evidence of the same length.

    `terms`, `pairs` and `numbers` are the shares of the question's terms that a candidate holds, `synonyms` and `variants`
    those of other words and other spellings; `number_form` and `date_form` say (0 or 1) that the question asks for such a
    thing and the candidate holds one.
    """

    coverage: Column
    dense: Column
    soft: Column
    terms: Column
    pairs: Column
    numbers: Column
    number_form: Column
    date_form: Column
    synonyms: Column
    variants: Column

    def columns(self) -> Features:
        """Return all of it, (n, columns), in the order of the fields."""
        return np.column_stack([getattr(self, field.name) for field in fields(self)]).astype(np.float64)


PLAIN = tuple(field.name for field in fields(LegScores))
# What the parameters weigh: every column, and again for a question in Latin letters.
FEATURES = (*PLAIN, *(f"latin_{name}" for name in PLAIN))


class Origin(StrEnum):
    """Where parameters come from: with the program, or fitted to the questions of this data folder."""

    SHIPPED = "shipped"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Fitted:
    """Parameters learnt for one encoder, known by its fingerprint.

    `ranking` weighs `FEATURES`; `relevance` (slope, offset) turns a candidate's weighted sum into a probability;
    `confidence` weighs `CONFIDENCE_FEATURES`, its last number is the offset; an answer is given from `threshold` on.
    """

    encoder_fingerprint: str
    ranking: tuple[float, ...]
    relevance: tuple[float, float]
    confidence: tuple[float, ...]
    threshold: float
    origin: Origin = Origin.SHIPPED


def features(legs: LegScores, latin: bool) -> Features:
    """Return one row of `FEATURES` a candidate: the evidence, and again for a question in Latin letters."""
    plain = legs.columns()
    return np.hstack([plain, plain * latin])


def fuse(legs: LegScores, latin: bool, fitted: Fitted) -> Scores:
    """Return the weighted sum of each candidate's features, higher is better."""
    total: Scores = features(legs, latin) @ np.asarray(fitted.ranking)
    return total


def relevance(sums: Scores, fitted: Fitted) -> Scores:
    """Return the probability that a candidate with the weighted sum holds the answer, in 0-1."""
    slope, offset = fitted.relevance
    shares: Scores = sigmoid(slope * sums + offset)
    return shares


def fuse_ranks(legs: LegScores) -> Scores:
    """Merge the legs by reciprocal ranks, scaled to 0-1: `sum 1 / (60 + rank)`, ranks from 1, ties share the best rank.

    Source: G. Cormack, C. Clarke, S. Büttcher, Reciprocal Rank Fusion outperforms Condorcet, 2009.
    """
    ranks = leg_ranks(legs)
    total = np.zeros(len(legs.dense))
    for places in ranks.values():
        total += 1 / (_RANK_CONSTANT + places)
    return total * (_RANK_CONSTANT + 1) / max(1, len(ranks))


def leg_ranks(legs: LegScores) -> dict[str, NDArray[np.int64]]:
    """Return the ranks that each leg gives the candidates, without a leg that has nothing to say."""
    parts = {name: getattr(legs, name) for name in ("coverage", "dense", "soft")}
    return {name: 1 + (leg[None, :] > leg[:, None]).sum(axis=1) for name, leg in parts.items() if leg.any()}


def rank_shares(ranks: Mapping[str, NDArray[np.int64]]) -> dict[str, Scores]:
    """Return what each leg's rank adds to the score of `fuse_ranks`."""
    return {name: (_RANK_CONSTANT + 1) / len(ranks) / (_RANK_CONSTANT + places) for name, places in ranks.items()}


def confidence_features(sums: Scores, legs: LegScores, latin: bool) -> Features:
    """Return `CONFIDENCE_FEATURES` of the best candidates, (5,); all zero when there are no candidates."""
    if not len(sums):
        return np.zeros(len(CONFIDENCE_FEATURES))
    first, *rest = np.sort(sums)[::-1]
    # Against the fifth, not the second: a repeated or neighbouring paragraph close behind is no sign of doubt.
    lead = first - rest[min(len(rest), 4) - 1] if rest else 0.0
    return np.array([first, lead, legs.dense.max(), legs.soft.max(), float(latin)])


def confidence(found: Features, fitted: Fitted) -> float:
    """Return the probability that the top passages hold the answer."""
    *weights, offset = fitted.confidence
    return float(sigmoid(found @ np.asarray(weights) + offset))


def sigmoid(x: Any) -> Any:
    """Return 1 / (1 + exp(-x))."""
    return 1 / (1 + np.exp(-np.clip(x, -500, 500)))
