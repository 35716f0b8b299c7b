"""Postings of one field of one segment: which rows hold a term, and how often. Arrays on disk, memory-mapped.

A term is kept as a 64-bit hash, so that opening costs nothing and a look-up is one binary search; two terms of one index
share a hash with a probability under 1e-7 for a million terms.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

ARRAYS = ("hashes", "offsets", "rows", "frequencies", "lengths")


# A question's terms are looked up in several fields and segments, and people ask with the same words.
@lru_cache(maxsize=65_536)
def term_hash(term: str) -> int:
    """Return the 64-bit hash of a term."""
    return int.from_bytes(hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


@dataclass(frozen=True, slots=True)
class Postings:
    """`rows[offsets[i]:offsets[i+1]]` hold the term with `hashes[i]`, `frequencies[...]` times; `lengths[row]` counts terms."""

    hashes: NDArray[np.uint64]
    offsets: NDArray[np.int64]
    rows: NDArray[np.int32]
    frequencies: NDArray[np.float32]
    lengths: NDArray[np.float32]

    def find(self, term: str) -> slice | None:
        """Return where the postings of a term lie in `rows` and `frequencies`, or None when no row holds it."""
        wanted = np.uint64(term_hash(term))
        i = int(self.hashes.searchsorted(wanted))
        if i == len(self.hashes) or self.hashes[i] != wanted:
            return None
        return slice(int(self.offsets[i]), int(self.offsets[i + 1]))

    def rows_with(self, terms: Iterable[str]) -> NDArray[np.int32]:
        """Return the rows that hold any of the terms, ascending."""
        wanted = np.fromiter((term_hash(t) for t in terms), np.uint64)
        places = np.minimum(self.hashes.searchsorted(wanted), max(0, len(self.hashes) - 1))
        found = places[self.hashes[places] == wanted] if len(self.hashes) else places[:0]
        return np.unique(
            np.concatenate([self.rows[:0], *(self.rows[self.offsets[i] : self.offsets[i + 1]] for i in found)])
        )

    def named(self, field: str) -> dict[str, NDArray[Any]]:
        """Return the arrays by the names that they have in a file."""
        return {f"{field}.{array}": getattr(self, array) for array in ARRAYS}

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]], field: str) -> Postings:
        """Return the postings of a field from the arrays of a file."""
        return cls(*(arrays[f"{field}.{array}"] for array in ARRAYS))


def build_postings(rows: Iterable[Iterable[str]]) -> Postings:
    """Index rows of terms (row number = position)."""
    numbers: dict[str, int] = {}
    found_terms: list[int] = []
    found_rows: list[int] = []
    counts: list[int] = []
    lengths: list[int] = []
    for row, row_terms in enumerate(rows):
        counted = Counter(row_terms)
        lengths.append(counted.total())
        for term, count in counted.items():
            found_terms.append(numbers.setdefault(term, len(numbers)))
            found_rows.append(row)
            counts.append(count)
    hashes = np.fromiter((term_hash(t) for t in numbers), np.uint64, len(numbers))
    return _ordered(
        hashes[np.asarray(found_terms, np.int64)],
        np.asarray(found_rows, np.int32),
        np.asarray(counts, np.float32),
        np.asarray(lengths, np.float32),
    )


def merge_postings(parts: Sequence[Postings], kept: Sequence[NDArray[np.int64]]) -> Postings:
    """Return the postings of several segments as one: of each part the rows `kept` (ascending), one part after the other."""
    hashes, rows, frequencies, lengths = [], [], [], []
    start = 0
    for part, wanted in zip(parts, kept, strict=True):
        place = np.full(len(part.lengths), -1, np.int32)
        place[wanted] = np.arange(start, start + len(wanted), dtype=np.int32)
        moved = place[part.rows]
        there = moved >= 0
        hashes.append(np.repeat(part.hashes, np.diff(part.offsets))[there])
        rows.append(moved[there])
        frequencies.append(part.frequencies[there])
        lengths.append(part.lengths[wanted])
        start += len(wanted)
    return _ordered(np.concatenate(hashes), np.concatenate(rows), np.concatenate(frequencies), np.concatenate(lengths))


def _ordered(
    hashes: NDArray[np.uint64], rows: NDArray[np.int32], frequencies: NDArray[np.float32], lengths: NDArray[np.float32]
) -> Postings:
    """Group postings by term: `hashes`, `rows` and `frequencies` have one entry a posting, rows of a term ascending."""
    order = np.argsort(hashes, kind="stable")
    distinct, counts = np.unique(hashes, return_counts=True)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Postings(distinct, offsets, rows[order], frequencies[order], lengths)
