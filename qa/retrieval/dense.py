"""Nearest vectors: the cosine of question and passage."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qa.index.generation import Generation, Mask
from qa.retrieval.query import Query

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]


def nearest(generation: Generation, query: Query, k: int, allowed: Mask) -> tuple[Rows, Scores]:
    """Return up to `k` allowed rows and their cosines, best first."""
    found_rows: list[Rows] = []
    found_scores: list[Scores] = []
    for segment, start in zip(generation.segments, generation.starts, strict=True):
        mask = allowed[start : start + segment.record.rows]
        scores, rows = segment.vectors.search(query.vector, k, mask)
        real = rows[0] >= 0
        found_rows.append(rows[0][real] + start)
        found_scores.append(scores[0][real])
    rows_ = np.concatenate([np.zeros(0, np.int64), *found_rows])
    scores_ = np.concatenate([np.zeros(0, np.float32), *found_scores])
    order = np.lexsort((rows_, -scores_))[:k]
    return rows_[order], scores_[order]


def nearest_questions(generation: Generation, query: Query, k: int, allowed: Mask) -> tuple[Rows, Scores]:
    """Return the rows of the passages that own the `k` nearest index-time questions, and those questions' cosines.

    A row stands once for each of its questions.
    """
    found_rows: list[Rows] = []
    found_scores: list[Scores] = []
    for segment, start in zip(generation.segments, generation.starts, strict=True):
        if len(segment.question_owners):
            owners = segment.question_owners + start
            scores, rows = segment.question_vectors.search(query.vector, k, allowed[owners])
            real = rows[0] >= 0
            found_rows.append(owners[rows[0][real]].astype(np.int64))
            found_scores.append(scores[0][real])
    return (
        np.concatenate([np.zeros(0, np.int64), *found_rows]),
        np.concatenate([np.zeros(0, np.float32), *found_scores]),
    )


def cosines(generation: Generation, query: Query, rows: Rows) -> Scores:
    """Return the cosines of the given ascending rows."""
    bounds = np.searchsorted(rows, [*generation.starts, generation.rows])
    parts = [
        segment.vectors.scores(query.vector, rows[first:last] - start)
        for segment, start, first, last in zip(generation.segments, generation.starts, bounds, bounds[1:], strict=False)
    ]
    return np.concatenate([np.zeros(0, np.float32), *parts])
