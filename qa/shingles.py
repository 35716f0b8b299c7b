"""How much two texts share: character trigrams and their Jaccard coefficient."""

from __future__ import annotations

from functools import lru_cache

from qa.fold import fold


# The same leading passages come up again and again; some 10 MB at most.
@lru_cache(maxsize=512)
def shingles(text: str) -> frozenset[str]:
    """Return the character trigrams of a folded text without white space and punctuation; a short text is one itself."""
    plain = "".join(c for c in fold(text) if c.isalnum())
    return frozenset(plain[i : i + 3] for i in range(max(1, len(plain) - 2))) if plain else frozenset()


def resemblance(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the Jaccard coefficient `|a & b| / |a | b|` of two sets, 0 when both are empty."""
    shared = len(one & other)
    union = len(one) + len(other) - shared
    return shared / union if union else 0.0
