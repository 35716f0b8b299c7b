"""BM25 over fields: a passage's own terms, its headline and date, its dictionary words.

    score(q, d) = sum over fields f of w_f * sum over terms t in q of
                  idf(t, f) * tf * (k1 + 1) / (tf + k1 * (1 - b + b * |d| / avg))
    idf(t, f)   = ln(1 + (N - df + 0.5) / (df + 0.5))

Source: S. Robertson, H. Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009; the idf that is never
negative is Lucene's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.index.generation import Generation
from qa.retrieval.query import Query

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class FieldWeights:
    """How much each field counts; 0 leaves it out."""

    body: float = 1.0
    context: float = 0.3
    words: float = 0.0


K1 = 1.2
B = 0.4
WEIGHTS = FieldWeights()


@dataclass(frozen=True, slots=True)
class LexicalScores:
    """`scores` (rows,), 0 where no term is found; `best_possible` is what a passage would get that is full of every term.

    `scores / best_possible` tells how much of a question the passage's words cover: near 0 everywhere when question and
    text share no words.
    """

    scores: Scores
    best_possible: float

    @property
    def coverage(self) -> Scores:
        """Return the scores as shares of the best possible one, in 0-1."""
        if self.best_possible <= 0:
            return np.zeros_like(self.scores)
        shares: Scores = np.minimum(self.scores / np.float32(self.best_possible), np.float32(1))
        return shares


def idf(rows: int, rows_with_term: int) -> float:
    """Return the inverse document frequency of a term.

    >>> round(idf(10, 1), 4)
    1.992
    """
    return math.log(1 + (rows - rows_with_term + 0.5) / (rows_with_term + 0.5))


def lexical_scores(generation: Generation, query: Query, weights: FieldWeights = WEIGHTS) -> LexicalScores:
    """Score every row of the index."""
    total = np.zeros(generation.rows, np.float32)
    for field, weight, terms in (
        ("body", weights.body, query.terms),
        ("context", weights.context, query.terms),
        ("words", weights.words, query.words if weights.words else []),
    ):
        if weight and terms:
            _add_field(total, generation, field, weight, terms)
    return LexicalScores(total, _best_possible(generation, query, weights))


def _best_possible(generation: Generation, query: Query, weights: FieldWeights) -> float:
    return (K1 + 1) * sum(rarity(generation, t) for t in query.terms) * weights.body


def rarity(generation: Generation, term: str) -> float:
    """Return the idf of a term among the passages' own texts."""
    places = (segment.postings["body"].find(term) for segment in generation.segments)
    return idf(generation.rows, sum(place.stop - place.start for place in places if place is not None))


def _add_field(total: Scores, generation: Generation, field: str, weight: float, terms: list[str]) -> None:
    lengths = [segment.postings[field].lengths for segment in generation.segments]
    average = sum(float(part.sum()) for part in lengths) / max(1, generation.rows) or 1.0
    norms = [K1 * (1 - B + B * part / np.float32(average)) for part in lengths]
    for term in terms:
        places = [segment.postings[field].find(term) for segment in generation.segments]
        frequency = sum(place.stop - place.start for place in places if place is not None)
        factor = np.float32(weight * idf(generation.rows, frequency) * (K1 + 1))
        for segment, start, norm, place in zip(generation.segments, generation.starts, norms, places, strict=True):
            if place is not None:
                rows = segment.postings[field].rows[place]
                tf = segment.postings[field].frequencies[place]
                total[start + rows] += factor * tf / (tf + norm[rows])
