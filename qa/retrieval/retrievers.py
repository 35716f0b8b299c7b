"""The seam `Retriever` and its implementations: lexical, dense, soft and hybrid over one generation of the index."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder
from embeddings.opening import token_vectors
from qa.asked_time import ANY_TIME, AskedTime, asked_time
from qa.index.generation import Generation, Mask
from qa.records import Hit, Kind, Mode
from qa.retrieval.dense import cosines
from qa.retrieval.fusion import Fitted, LegScores, confidence, confidence_features, fuse, fuse_ranks, relevance
from qa.retrieval.legs import DENSE_MARGIN, Legs
from qa.retrieval.query import Query
from qa.retrieval.timeliness import RANKED, of_other_time, timely
from qa.words import WordCutter

Rows = NDArray[np.int64]
Scores = NDArray[np.float64]
Clock = Callable[[], date]

# What a headline or caption loses against a paragraph: it says in short what a paragraph says in full, and answers less.
KIND_FACTOR = {Kind.PARAGRAPH: 1.0, Kind.HEADLINE: 0.5, Kind.CAPTION: 0.8}


class Retriever(Protocol):
    """Find passages for a question."""

    def search(self, question: str, k: int, allowed: Mask | None = None) -> list[Hit]:
        """Return up to `k` hits, best first, ties by passage id; `allowed` (rows,) bool says which rows may be found."""
        ...


# Any two questions are more alike than a question and a passage on another subject: by so much at the least, for questions
# about something else entirely.
QUESTION_MARGIN = 0.08


@dataclass(frozen=True, slots=True)
class Found:
    """Hits, best first, with the probability that they hold the answer (None when no parameters fit the encoder).

    `strength` is the best hybrid score, 0 without hits: it stays when a reranker gives the hits other scores.
    `other_time` holds those passages that are of another time than the question names; `likeness` is how like the question
    the passage is that is most like it, -1 without any (see `likeness_of`).
    """

    hits: list[Hit]
    confidence: float | None
    strength: float
    other_time: frozenset[str] = frozenset()
    likeness: float = -1.0


class Finder(Retriever, Protocol):
    """A retriever that also says how likely it is that its hits hold the answer."""

    def find(self, question: str, k: int, allowed: Mask | None = None) -> Found:
        """Return what `search` returns, with how sure that is."""
        ...


@dataclass(frozen=True, slots=True)
class LexicalRetriever:
    """BM25 alone."""

    legs: Legs
    encoder: Encoder
    cutter: WordCutter

    def search(self, question: str, k: int, allowed: Mask | None = None) -> list[Hit]:
        generation = self.legs.generation
        mask = generation.alive if allowed is None else allowed
        coverage = self.legs.lexical(Query(question, self.encoder, self.cutter)).coverage
        rows = np.flatnonzero((coverage > 0) & mask)
        return best_hits(generation, rows, coverage[rows].astype(np.float64), k)


@dataclass(frozen=True, slots=True)
class DenseRetriever:
    """Vectors alone; a cosine below 0 counts as 0."""

    legs: Legs
    encoder: Encoder
    cutter: WordCutter

    def search(self, question: str, k: int, allowed: Mask | None = None) -> list[Hit]:
        generation = self.legs.generation
        mask = generation.alive if allowed is None else allowed
        rows, scores = self.legs.dense(Query(question, self.encoder, self.cutter), 2 * k + 10, mask)
        return best_hits(generation, rows, np.clip(scores, 0, 1).astype(np.float64), k)


@dataclass(frozen=True, slots=True)
class SoftRetriever:
    """Soft matching alone, over the candidates of the lexical and the dense leg."""

    legs: Legs
    encoder: Encoder
    cutter: WordCutter

    def search(self, question: str, k: int, allowed: Mask | None = None) -> list[Hit]:
        generation = self.legs.generation
        query = Query(question, self.encoder, self.cutter)
        rows, scores = self.legs.pool(query, generation.alive if allowed is None else allowed)
        return best_hits(generation, rows, scores.soft.astype(np.float64), k)


@dataclass(frozen=True, slots=True)
class HybridRetriever:
    """All legs, weighed by parameters fitted to the encoder, else merged by rank; then the time that is asked for.

    `clock` gives the day of asking, from which 去年 counts.
    """

    legs: Legs
    encoder: Encoder
    cutter: WordCutter
    fitted: Fitted | None
    clock: Clock = date.today

    def search(self, question: str, k: int, allowed: Mask | None = None) -> list[Hit]:
        return self.find(question, k, allowed).hits

    def find(self, question: str, k: int, allowed: Mask | None = None) -> Found:
        """Search, and say how likely it is that the hits hold the answer."""
        generation, query = self.legs.generation, Query(question, self.encoder, self.cutter)
        rows, scores = self.legs.pool(query, generation.alive if allowed is None else allowed)
        asked = asked_time(question, self.clock())
        found = weighed(generation, rows, scores, query.latin, self.fitted, k, asked)
        return replace(found, likeness=likeness_of(generation, query, rows, scores))


def likeness_of(generation: Generation, query: Query, rows: Rows, legs: LegScores) -> float:
    """Return the best cosine of the question with a candidate, or with an index-time question less a wide margin, -1-1."""
    if not len(rows):
        return -1.0
    own = float(cosines(generation, query, rows).max())
    return max(own, float(legs.dense.max()) + float(DENSE_MARGIN) - QUESTION_MARGIN)


def weighed(
    generation: Generation,
    rows: Rows,
    legs: LegScores,
    latin: bool,
    fitted: Fitted | None,
    k: int,
    asked: AskedTime = ANY_TIME,
) -> Found:
    """Return the `k` best of the candidates `rows`, weighed by the parameters, else merged by rank.

    The time that is asked for changes their order, not how sure it is that they hold the answer.
    """
    sums, shares, strength = merged(legs, latin, fitted)
    sure = None if fitted is None else 0.0
    if fitted is not None and len(rows):
        sure = confidence(confidence_features(sums, legs, latin), fitted)
    ranked = timely(generation, rows, shares, asked, strength)
    hits = best_hits(generation, rows, ranked, k)
    return Found(hits, sure, hits[0].score if hits else 0.0, _of_other_time(generation, rows, ranked, k, asked))


def merged(legs: LegScores, latin: bool, fitted: Fitted | None) -> tuple[Scores, Scores, float]:
    """Return the candidates' sums, the scores in 0-1 made of them, and how strongly the time asked for counts with such."""
    if fitted is None:
        ranked = fuse_ranks(legs)
        return ranked, ranked, RANKED
    sums = fuse(legs, latin, fitted)
    return sums, relevance(sums, fitted), 1.0


def _of_other_time(generation: Generation, rows: Rows, scores: Scores, k: int, asked: AskedTime) -> frozenset[str]:
    """Return the leading passages that are of another time than the question names."""
    if not asked.days:
        return frozenset()
    leading = (row for row, _ in _leading(rows, scores, 3 * k + 10))
    return frozenset(generation.passage_id(row) for row in leading if of_other_time(generation, row, asked))


def best_hits(generation: Generation, rows: Rows, scores: Scores, k: int) -> list[Hit]:
    """Return the `k` best rows as hits, after what a headline or caption loses; ties by passage id."""
    hits = [
        Hit(generation.passage_id(int(row)), float(score) * KIND_FACTOR[generation.kind(int(row))])
        for row, score in _leading(rows, scores, 3 * k + 10)
    ]
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage_id))[:k]


def _leading(rows: Rows, scores: Scores, n: int) -> list[tuple[int, float]]:
    """Return the rows that score at least as high as the `n`-th best: a tie is not cut by the order of rows."""
    if len(rows) > n:
        bar = np.partition(scores, len(scores) - n)[len(scores) - n]
        keep = scores >= bar
        rows, scores = rows[keep], scores[keep]
    return [(int(row), float(score)) for row, score in zip(rows, scores, strict=True)]


def retrievers(hybrid: HybridRetriever) -> dict[Mode, Retriever]:
    """Return every retriever over the hybrid's parts; soft matching only when the encoder offers token vectors."""
    legs, encoder, cutter = hybrid.legs, hybrid.encoder, hybrid.cutter
    found: dict[Mode, Retriever] = {
        Mode.HYBRID: hybrid,
        Mode.DENSE: DenseRetriever(legs, encoder, cutter),
        Mode.LEXICAL: LexicalRetriever(legs, encoder, cutter),
    }
    if token_vectors(encoder) is not None:
        found[Mode.SOFT] = SoftRetriever(legs, encoder, cutter)
    return found
