"""The exact index in NumPy: short, slow, and the oracle of every other one."""

import numpy as np

from embeddings.encoder import Vectors
from embeddings.vector_index import Allowed, Rows, best, check_search, check_table, scores_of


class ExactIndex:
    """Compare each query with every row. Implements VectorIndex."""

    def __init__(self, vectors: Vectors) -> None:
        """Hold (rows, dimensions) float32 vectors."""
        self._vectors = check_table(vectors)

    def __len__(self) -> int:
        return len(self._vectors)

    @property
    def dimensions(self) -> int:
        """Return the length of a vector."""
        return int(self._vectors.shape[1])

    def search(self, queries: Vectors, k: int, allowed: Allowed | None = None) -> tuple[Vectors, Rows]:
        """Return the k best allowed rows of each query."""
        check_search(queries, k, allowed, len(self), self.dimensions)
        rows = np.arange(len(self), dtype=np.int64) if allowed is None else np.flatnonzero(allowed)
        found = [best(scores_of(self._vectors[rows], query), rows, k) for query in queries]
        if not found:
            return np.zeros((0, k), np.float32), np.zeros((0, k), np.int64)
        return np.stack([scores for scores, _ in found]), np.stack([row for _, row in found])

    def scores(self, query: Vectors, rows: Rows) -> Vectors:
        """Return the scores of the given rows."""
        check_search(query, 1, None, len(self), self.dimensions)
        return scores_of(self._vectors[rows], query[0])

    def vectors(self, rows: Rows) -> Vectors:
        """Return the vectors of the given rows."""
        found: Vectors = self._vectors[rows]
        return found
