"""Which of some rows hold a term: what is asked of the few candidates is not computed for every row of the index."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from qa.index.generation import Generation
from qa.retrieval.rarity import idf

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]


class Holding:
    """Look terms up for ascending rows of one generation."""

    def __init__(self, generation: Generation, rows: Rows) -> None:
        self._generation = generation
        self._bounds = np.searchsorted(rows, [*generation.starts, generation.rows])
        self._parts = [
            (rows[first:last] - start).astype(np.int32)
            for start, first, last in zip(generation.starts, self._bounds, self._bounds[1:], strict=False)
        ]
        self.size = len(rows)
        self._nobody = np.zeros(len(rows), np.bool_)

    def of(self, term: str, field: str = "body") -> tuple[NDArray[np.bool_], float, bool]:
        """Return which rows hold a term, (rows,), how rare it is, and whether any row of the index holds it."""
        places = self._generation.places(field, term)
        if not places:
            return self._nobody, idf(self._generation.rows, 0), False
        held, frequency = np.zeros(self.size, np.bool_), 0
        for number, place in places:
            there, wanted = self._generation.segments[number].postings[field].rows[place], self._parts[number]
            frequency += len(there)
            found = np.minimum(there.searchsorted(wanted), len(there) - 1)  # both ascend
            held[self._bounds[number] : self._bounds[number + 1]] = there[found] == wanted
        return held, idf(self._generation.rows, frequency), True

    def weighed(self, terms: Iterable[str], field: str = "body") -> tuple[Scores, float]:
        """Return the rarity of those terms that each row holds, added up, and what a row with all of them would have."""
        total, possible = np.zeros(self.size, np.float32), 0.0
        for term in terms:
            held, rare, _ = self.of(term, field)
            total[held] += np.float32(rare)
            possible += rare
        return total, possible

    def share(self, terms: Iterable[str], field: str = "body") -> Scores:
        """Return the share of the terms, by rarity, that each row holds; 0 when there are none."""
        total, possible = self.weighed(terms, field)
        return total / np.float32(possible or 1)
