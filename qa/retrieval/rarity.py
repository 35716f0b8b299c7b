"""How rare a term is among the passages: the weight that its meeting has."""

from __future__ import annotations

import math

from qa.index.generation import Generation


def idf(rows: int, rows_with_term: int) -> float:
    """Return the inverse document frequency of a term.

    >>> round(idf(10, 1), 4)
    1.992
    """
    return math.log(1 + (rows - rows_with_term + 0.5) / (rows_with_term + 0.5))


def rarity(generation: Generation, term: str, field: str = "body") -> float:
    """Return the idf of a term among the passages' own texts, or in another field."""
    return idf(generation.rows, sum(place.stop - place.start for _, place in generation.places(field, term)))
