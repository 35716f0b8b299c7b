"""What a vector index is: the nearest rows for given vectors, best first."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors
from embeddings.errors import DimensionMismatch

NO_ROW = -1
NO_SCORE = -np.inf

Rows = NDArray[np.int64]
Allowed = NDArray[np.bool_]


class VectorIndex(Protocol):
    """Find rows by inner product, which is cosine likeness for unit vectors.

    Every implementation gives the same rows and scores: a score is the inner product summed in double precision
    and rounded to float32; ties break by the lower row. Where fewer than k rows are there, or allowed, the rest
    of a line is padded with the score -inf and the row -1.
    """

    def __len__(self) -> int:
        """Return the number of rows, allowed or not."""
        ...

    @property
    def dimensions(self) -> int:
        """Return the length of a vector."""
        ...

    def search(self, queries: Vectors, k: int, allowed: Allowed | None = None) -> tuple[Vectors, Rows]:
        """Return (scores float32, rows int64), each (q, k), among the rows where `allowed` (n booleans) is true.

        Raises DimensionMismatch when the queries or `allowed` do not fit, ValueError when k is not positive.
        """
        ...

    def scores(self, query: Vectors, rows: Rows) -> Vectors:
        """Return the scores of the given rows for one query (1, dimensions), in their order: those `search` gives."""
        ...

    def vectors(self, rows: Rows) -> Vectors:
        """Return the vectors of the given rows, (rows, dimensions) float32, as they were put in."""
        ...


def scores_of(vectors: Vectors, query: Vectors) -> Vectors:
    """Return the score of each row of `vectors`; equal rows have equal scores, wherever they stand.

    A matrix product does not promise that: its last bits depend on how the rows fall into blocks.
    """
    products = vectors.astype(np.float64) * query.astype(np.float64)
    total: NDArray[np.float64] = products.sum(axis=1)
    return total.astype(np.float32)


def best(scores: Vectors, rows: Rows, k: int) -> tuple[Vectors, Rows]:
    """Return the k best of one query, ties by the lower row, padded to k."""
    order = np.lexsort((rows, -scores))[:k]
    padding = k - len(order)
    return (
        np.pad(scores[order], (0, padding), constant_values=NO_SCORE),
        np.pad(rows[order], (0, padding), constant_values=NO_ROW),
    )


def check_search(queries: Vectors, k: int, allowed: Allowed | None, rows: int, dimensions: int) -> None:
    """Raise the errors that `VectorIndex.search` promises."""
    if queries.ndim != 2 or queries.shape[1] != dimensions:
        raise DimensionMismatch(
            f"found queries of shape {queries.shape}, expected (any number, {dimensions}); "
            "encode them with the encoder that made the index"
        )
    if allowed is not None and allowed.shape != (rows,):
        raise DimensionMismatch(f"found `allowed` of shape {allowed.shape}, expected ({rows},): one boolean a row")
    if k < 1:
        raise ValueError(f"found k = {k}, expected 1 or more")


def check_table(vectors: Vectors) -> Vectors:
    """Return `vectors` as a contiguous float32 table; raise DimensionMismatch unless all is finite."""
    if vectors.ndim != 2 or vectors.shape[1] < 1 or not np.isfinite(vectors).all():
        raise DimensionMismatch(
            f"found vectors of shape {vectors.shape}, expected (rows, dimensions) of finite numbers; encode them again"
        )
    return np.ascontiguousarray(vectors, np.float32)
