"""The index that serves: FAISS' flat inner product, saved to a file and mapped into memory from it."""

import os
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.encoder import Vectors
from embeddings.errors import IndexDamaged
from embeddings.vector_index import Allowed, Rows, best, check_search, check_table, scores_of

# FAISS sums in single precision: rows this close to the last candidate may belong before it.
_CLOSE = 1e-5
_MARGIN = 8
_AGAIN = "build the index again"


class FaissIndex:
    """Let FAISS find the candidates, then score and order them as every VectorIndex does. Implements VectorIndex.

    Searching does not change the index, so threads may share it.
    """

    def __init__(self, index: Any) -> None:
        """Wrap a faiss.IndexFlatIP; use `FaissIndex.of` or `FaissIndex.open`."""
        self._index = index

    @classmethod
    def of(cls, vectors: Vectors) -> "FaissIndex":
        """Build the index of (rows, dimensions) float32 vectors in memory."""
        table = check_table(vectors)
        index = _faiss().IndexFlatIP(int(table.shape[1]))
        index.add(table)
        return cls(index)

    @classmethod
    def open(cls, path: Path, expected_rows: int, dimensions: int) -> "FaissIndex":
        """Map a saved index into memory; raise IndexDamaged unless it is whole and of the expected size."""
        expected = f"a whole index of {expected_rows} rows of {dimensions} numbers"
        try:
            size = path.stat().st_size
        except OSError as error:
            raise IndexDamaged(f"found no index at {path} ({error}), expected {expected}; {_AGAIN}") from error
        data = expected_rows * dimensions * 4
        if not data < size < data + 1024:  # the header is some dozens of bytes
            raise IndexDamaged(f"found {size} bytes in {path}, expected {expected}; {_AGAIN}")
        index = _read(path, expected)
        if (index.ntotal, index.d) != (expected_rows, dimensions) or index.metric_type != _faiss().METRIC_INNER_PRODUCT:
            raise IndexDamaged(
                f"found {index.ntotal} rows of {index.d} numbers in {path}, expected {expected}; {_AGAIN}"
            )
        return cls(index)

    def save(self, path: Path) -> None:
        """Write the index; an interruption leaves what was at `path` before."""
        partial = path.with_name(f"{path.name}.partial")
        # Written here rather than by FAISS, whose error for a full disk is a RuntimeError like any other.
        with partial.open("wb") as file:
            file.write(_faiss().serialize_index(self._index).data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimensions(self) -> int:
        """Return the length of a vector."""
        return int(self._index.d)

    def search(self, queries: Vectors, k: int, allowed: Allowed | None = None) -> tuple[Vectors, Rows]:
        """Return the k best allowed rows of each query."""
        check_search(queries, k, allowed, len(self), self.dimensions)
        queries = np.ascontiguousarray(queries, np.float32)
        available = len(self) if allowed is None else int(np.count_nonzero(allowed))
        found = [self._best(query, k, available, allowed) for query in queries]
        if not found:
            return np.zeros((0, k), np.float32), np.zeros((0, k), np.int64)
        return np.stack([scores for scores, _ in found]), np.stack([rows for _, rows in found])

    def scores(self, query: Vectors, rows: Rows) -> Vectors:
        """Return the scores of the given rows."""
        check_search(query, 1, None, len(self), self.dimensions)
        return scores_of(self.vectors(rows), query[0])

    def vectors(self, rows: Rows) -> Vectors:
        """Return the vectors of the given rows."""
        if not len(rows):
            return np.zeros((0, self.dimensions), np.float32)
        found: Vectors = self._index.reconstruct_batch(rows)
        return found

    def _best(self, query: Vectors, k: int, available: int, allowed: Allowed | None) -> tuple[Vectors, Rows]:
        rows = self._candidates(query, k, available, allowed)
        return best(scores_of(self.vectors(rows), query), rows, k)

    def _candidates(self, query: Vectors, k: int, available: int, allowed: Allowed | None) -> Rows:
        """Return rows among which the k best are for sure: more are asked for while the last is as good as the k-th."""
        wanted = min(k + _MARGIN, available)
        while wanted:
            scores, rows = self._index.search(query[None], wanted, params=_selection(allowed))
            if wanted == available or scores[0, -1] < scores[0, k - 1] - _CLOSE * max(1.0, abs(scores[0, k - 1])):
                return np.asarray(rows[0], np.int64)
            wanted = min(wanted * 4, available)
        return np.zeros(0, np.int64)


def _selection(allowed: Allowed | None) -> Any:
    if allowed is None or allowed.all():  # looking each row up costs more than scoring it
        return None
    faiss = _faiss()
    return faiss.SearchParameters(sel=faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little")))


def _read(path: Path, expected: str) -> Any:
    faiss = _faiss()
    try:
        return faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    except (RuntimeError, MemoryError, ValueError) as error:
        raise IndexDamaged(f"found an unreadable index at {path} ({error}), expected {expected}; {_AGAIN}") from error


def _faiss() -> Any:
    # faiss takes 0.1 s to import. One thread: two on a busy machine wait for each other, and a search is short.
    import faiss

    faiss.omp_set_num_threads(1)
    return faiss
