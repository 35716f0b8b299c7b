"""Soft matching: each token of the question looks for its best counterpart in the passage.

    soft(q, d) = sum over tokens t of q: w(t) * max over tokens u of d of c(t, u)  /  sum over t: w(t)
    c(t, u)    = the cosine of their vectors when above 0.3, else 0;  w(t) = the length of t's vector

A mean vector forgets which words met; this does not. Source for the form: MaxSim of O. Khattab, M. Zaharia, ColBERT, 2020.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import TokenVectors, unit_rows
from qa.index.generation import Generation
from qa.index.ragged import ragged
from qa.retrieval.query import Query

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]
THRESHOLD = np.float32(0.3)


# Up to this many distinct tokens in a segment their unit vectors are kept ready; beyond, those of the candidates are made.
READY = 20_000


@dataclass(frozen=True, slots=True)
class Aligned:
    """A token of the question, its share of the weight, and its best counterpart; None and 0 where none is near enough."""

    token: int
    share: float
    counterpart: int | None
    cosine: float


class SoftMatcher:
    """Soft scores of the rows of one generation."""

    def __init__(self, generation: Generation, before: SoftMatcher | None = None) -> None:
        """Take what `before` has ready of segments that both have."""
        self._generation = generation
        names = {segment.record.name for segment in generation.segments}
        ready: dict[str, Scores] = before._units if before else {}
        self._units: dict[str, Scores] = {name: ready[name] for name in names & ready.keys()}

    def scores(self, query: Query, rows: Rows) -> Scores:
        """Return the soft scores of ascending rows, in 0-1; zeros when the encoder offers no token vectors."""
        offered = query.token_vectors
        if offered is None or not len(query.tokens):
            return np.zeros(len(rows), np.float32)
        wanted, weights = _units(offered, query.tokens), offered.weights[query.tokens]
        starts = [*self._generation.starts, self._generation.rows]
        bounds = np.searchsorted(rows, starts)
        parts = [
            self._segment_scores(i, rows[bounds[i] : bounds[i + 1]] - starts[i], wanted, weights, offered)
            for i in range(len(self._generation.segments))
        ]
        return np.concatenate([*parts, np.zeros(0, np.float32)])

    def alignment(self, query: Query, row: int) -> list[Aligned]:
        """Return for each of the question's tokens what it meets in the passage: what the soft score is made of."""
        offered = query.token_vectors
        if offered is None or not len(query.tokens):
            return []
        segment, local = self._generation.locate(row)
        start, end = segment.token_offsets[local : local + 2]
        ids, weights = segment.vocabulary[segment.tokens[start:end]], offered.weights[query.tokens]
        shares = weights / weights.sum()
        if not len(ids):
            return [Aligned(int(t), float(s), None, 0.0) for t, s in zip(query.tokens, shares, strict=True)]
        likeness = _cosines(_units(offered, query.tokens), offered, ids)
        best = likeness.argmax(axis=1)
        met = [
            (int(ids[at]), float(near)) if near >= THRESHOLD else (None, 0.0)
            for at, near in zip(best, likeness.max(axis=1), strict=True)
        ]
        return [Aligned(int(t), float(s), *one) for t, s, one in zip(query.tokens, shares, met, strict=True)]

    def _segment_scores(
        self, number: int, rows: Rows, wanted: Scores, weights: Scores, offered: TokenVectors
    ) -> Scores:
        segment = self._generation.segments[number]
        tokens, lengths = ragged(segment.tokens, segment.token_offsets, rows)
        if not len(tokens):
            return np.zeros(len(rows), np.float32)
        if len(segment.vocabulary) <= READY:
            likeness = wanted @ self._ready_units(number, offered).T
        else:
            used = np.zeros(len(segment.vocabulary), np.bool_)
            used[tokens] = True
            distinct = np.flatnonzero(used)
            places = np.zeros(len(used), np.int32)
            places[distinct] = np.arange(len(distinct))
            likeness = _cosines(wanted, offered, segment.vocabulary[distinct])
            tokens = places[tokens]
        likeness[likeness < THRESHOLD] = 0
        return weighted(likeness[:, tokens], lengths, weights)

    def _ready_units(self, number: int, offered: TokenVectors) -> Scores:
        segment = self._generation.segments[number]
        if segment.record.name not in self._units:
            self._units[segment.record.name] = _units(offered, segment.vocabulary)
        return self._units[segment.record.name]


def _cosines(wanted: Scores, offered: TokenVectors, ids: NDArray[np.int32]) -> Scores:
    """Return (wanted, ids) cosines; dividing them by the lengths is less work than dividing every vector."""
    lengths = np.maximum(offered.weights[ids], 1e-12).astype(np.float32)
    cosines: Scores = (wanted @ np.asarray(offered.vectors[ids], np.float32).T) / lengths
    return cosines


def _units(offered: TokenVectors, ids: NDArray[np.int32]) -> Scores:
    return unit_rows(np.asarray(offered.vectors[ids], np.float32))


def weighted(likeness: Scores, lengths: Rows, weights: Scores) -> Scores:
    """Take each passage's best counterpart for each question token, then the weighted mean over the question.

    `likeness` is (question tokens, tokens of all passages one after the other), `lengths` says how many each passage has.
    """
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    filled = lengths > 0
    best = np.zeros((len(likeness), len(lengths)), np.float32)
    best[:, filled] = np.maximum.reduceat(likeness, starts[filled], axis=1)
    scores: Scores = (weights / weights.sum()) @ best
    return scores
