"""BM25 over fields: a passage's own terms, its headline and date, its dictionary words.

    score(q, d) = sum over fields f of w_f * sum over terms t in q of
                  idf(t, f) * tf * (k1 + 1) / (tf + k1 * (1 - b + b * |d| / avg))
    idf(t, f)   = ln(1 + (N - df + 0.5) / (df + 0.5))

Source: S. Robertson, H. Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009; the idf that is never
negative is Lucene's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from qa.index.generation import Generation
from qa.retrieval.query import Query
from qa.retrieval.rarity import idf, rarity

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
    """`scores` (rows,), 0 where no term is found; `coverage` is their share of what a passage full of every term would get.

    It tells, in 0-1, how much of a question the passage's words answer for: near 0 everywhere when question and text share
    no words.
    """

    scores: Scores
    coverage: Scores

    def at_least(self, coverage: Scores) -> LexicalScores:
        """Return these scores with the coverage raised to what is given, where that is more."""
        return replace(self, coverage=np.maximum(self.coverage, coverage))


@dataclass(frozen=True, slots=True)
class TermPart:
    """What one term in one field adds to the scores of rows of one segment, which ascend."""

    term: str
    field: str
    rows: NDArray[np.int32]
    scores: Scores


def lexical_scores(generation: Generation, query: Query, weights: FieldWeights = WEIGHTS) -> LexicalScores:
    """Score every row of the index."""
    total = np.zeros(generation.rows, np.float32)
    for part in parts_of(generation, query, weights):
        total[part.rows] += part.scores
    best = most(generation, query, weights)
    coverage = np.minimum(total / np.float32(best), np.float32(1)) if best > 0 else np.zeros_like(total)
    return LexicalScores(total, coverage)


def most(generation: Generation, query: Query, weights: FieldWeights = WEIGHTS) -> float:
    """Return what a passage full of every term of the question would score: what a coverage of 1 stands for."""
    return (K1 + 1) * sum(rarity(generation, t) for t in query.terms) * weights.body


def parts_of(generation: Generation, query: Query, weights: FieldWeights = WEIGHTS) -> Iterator[TermPart]:
    """Give what each term of the question adds to the rows that hold it, field by field."""
    yield from _field_parts(generation, "body", weights.body, query.terms)
    if weights.context:
        yield from _field_parts(generation, "context", weights.context, query.terms)
    if weights.words:
        yield from _field_parts(generation, "words", weights.words, query.words)


def question_coverage(generation: Generation, query: Query) -> Scores:
    """Return how much of the query the best of each row's index-time questions covers, (rows,), in 0-1."""
    covered = np.zeros(generation.rows, np.float32)
    for number, share in question_shares(generation, query).items():
        np.maximum.at(covered, generation.segments[number].question_owners + generation.starts[number], share)
    return covered


def question_shares(generation: Generation, query: Query) -> dict[int, Scores]:
    """Return how much of the query each index-time question covers, in 0-1, by the number of its segment.

    Each question is scored as a passage of its own, with the rarity of terms among the passages' texts.
    """
    rare = {t: rarity(generation, t) for t in query.terms}
    held: dict[int, Scores] = {}
    for term, weight in rare.items():
        for number, place in generation.places("questions", term):
            segment = generation.segments[number]
            share = held.setdefault(number, np.zeros(len(segment.question_owners), np.float32))
            share[segment.postings["questions"].rows[place]] += np.float32(weight)
    whole = np.float32(sum(rare.values()) or 1)
    return {number: share / whole for number, share in held.items()}


def _field_parts(generation: Generation, field: str, weight: float, terms: list[str]) -> Iterator[TermPart]:
    lengths = [segment.postings[field].lengths for segment in generation.segments]
    average = sum(float(part.sum()) for part in lengths) / max(1, generation.rows) or 1.0
    norms = [K1 * (1 - B + B * part / np.float32(average)) for part in lengths]
    for term in terms:
        places = generation.places(field, term)
        frequency = sum(place.stop - place.start for _, place in places)
        factor = np.float32(weight * idf(generation.rows, frequency) * (K1 + 1))
        for number, place in places:
            postings = generation.segments[number].postings[field]
            rows, tf = postings.rows[place], postings.frequencies[place]
            scores = (factor * tf / (tf + norms[number][rows])).astype(np.float32, copy=False)
            yield TermPart(term, field, generation.starts[number] + rows, scores)
