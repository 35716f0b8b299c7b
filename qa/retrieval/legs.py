"""The legs together: candidates of the lexical and the dense one, scored by all.

A passage's index-time questions stand in for it: where one of them meets the query better than the passage itself, less a
margin, its score counts, since a question lies nearer to a question than to what answers it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.asked import Asked
from qa.index.generation import Generation, Mask
from qa.index.segment import DATE, NUMBER
from qa.retrieval.dense import cosines, nearest, nearest_questions
from qa.retrieval.fusion import LegScores
from qa.retrieval.lexical import LexicalScores, lexical_scores, question_coverage
from qa.retrieval.query import Query
from qa.retrieval.shares import shares_of
from qa.retrieval.soft import SoftMatcher

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]

# How many candidates each leg brings to the pool that is scored by all legs.
POOL = 100
# What a question's likeness to an index-time question is worth less than its likeness to a passage.
DENSE_MARGIN = np.float32(0.05)
LEXICAL_MARGIN = np.float32(0.1)


@dataclass(frozen=True, slots=True)
class Candidates:
    """The rows that all legs score, ascending; `coverage` of every row of the index; the nearest rows with their cosines."""

    rows: Rows
    coverage: Scores
    near: Rows
    likeness: Scores


@dataclass(frozen=True, slots=True)
class Legs:
    """Scores of the rows of one generation, with or without index-time questions."""

    generation: Generation
    soft: SoftMatcher
    use_questions: bool = True

    def lexical(self, query: Query) -> LexicalScores:
        """Return the lexical scores of every row."""
        own = lexical_scores(self.generation, query)
        if not self.use_questions:
            return own
        return own.at_least(question_coverage(self.generation, query) - LEXICAL_MARGIN)

    def dense(self, query: Query, k: int, allowed: Mask) -> tuple[Rows, Scores]:
        """Return up to `k` allowed rows and their cosines, best first, ties by row."""
        rows, scores = nearest(self.generation, query, k, allowed)
        if not self.use_questions:
            return rows, scores
        owners, likeness = nearest_questions(self.generation, query, 2 * k, allowed)
        return _merged(self.generation.rows, (rows, scores), (owners, likeness - DENSE_MARGIN), k)

    def pool(self, query: Query, allowed: Mask) -> tuple[Rows, LegScores]:
        """Return the candidates (the best of the lexical and of the dense leg, ascending) and every leg's score of each."""
        found = self.candidates(query, allowed)
        return found.rows, self.scored(query, found.rows, found)

    def candidates(self, query: Query, allowed: Mask) -> Candidates:
        """Return the best rows of the lexical and of the dense leg, with what these two know of them."""
        coverage = self.lexical(query).coverage
        found = np.flatnonzero((coverage > 0) & allowed)
        if len(found) > POOL:
            found = found[np.argpartition(-coverage[found], POOL)[:POOL]]
        near, likeness = self.dense(query, POOL, allowed)
        return Candidates(np.union1d(found, near).astype(np.int64), coverage, near, likeness)

    def scored(self, query: Query, rows: Rows, found: Candidates) -> LegScores:
        """Return every leg's score of ascending rows, candidates or not."""
        dense = np.zeros(self.generation.rows, np.float32)
        dense[rows] = cosines(self.generation, query, rows)
        dense[found.near] = np.maximum(dense[found.near], found.likeness)
        soft = self.soft.scores(query, rows)
        held = shares_of(self.generation, query, rows)
        number, date = self._forms(query, rows)
        return LegScores(
            found.coverage[rows],
            dense[rows],
            soft,
            held.terms,
            held.pairs,
            held.numbers,
            number,
            date,
            held.synonyms,
            held.variants,
        )

    def _forms(self, query: Query, rows: Rows) -> tuple[Scores, Scores]:
        """Return which rows hold a number, and which a date, when the question asks for one; else zeros."""
        parts = [segment.forms for segment in self.generation.segments]
        forms = np.concatenate([np.zeros(0, np.uint8), *parts])[rows]
        number = ((forms & NUMBER) > 0) & (query.asked is Asked.NUMBER)
        date = ((forms & DATE) > 0) & (query.asked is Asked.DATE)
        return number.astype(np.float32), date.astype(np.float32)


def _merged(n: int, one: tuple[Rows, Scores], other: tuple[Rows, Scores], k: int) -> tuple[Rows, Scores]:
    """Return the `k` best of two lists of rows, a row that stands in both with its better score."""
    best = np.full(n, -np.inf, np.float32)
    for rows, scores in (one, other):
        np.maximum.at(best, rows, scores)
    found = np.flatnonzero(best > -np.inf)
    order = np.lexsort((found, -best[found]))[:k]
    return found[order].astype(np.int64), best[found[order]]
