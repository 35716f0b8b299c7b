"""Evidence beyond a question's own words: other words for the same thing, and other spellings of the same word.

Both are shares of the question's rarity, comparable with its coverage. They are kept apart from it because they are worth
less: how much less is learnt.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qa.alike import pinyin_terms, sound_terms, spelt_alike
from qa.index.generation import Generation
from qa.retrieval.query import Query
from qa.retrieval.rarity import idf, rarity
from qa.terms import terms

Scores = NDArray[np.float32]
Rows = NDArray[np.int64]


def synonym_shares(generation: Generation, query: Query, rare: float) -> Scores:
    """Return how much of the question each row answers for with other words for the same, (rows,), in 0-1.

    A word of the question that has others counts by its rarity times the share of the best other word that the row holds.
    """
    total = np.zeros(generation.rows, np.float32)
    for expansion in query.expansions:
        weight = sum(rarity(generation, term) for term in _solid(expansion.word))
        best = np.zeros(generation.rows, np.float32)
        for other in expansion.others:
            np.maximum(best, _held(generation, _solid(other)), out=best)
        total += np.float32(weight) * best
    return _share(total, rare)


def variant_shares(generation: Generation, query: Query, rare: float) -> Scores:
    """Return how much of the question each row answers for in another spelling, (rows,), in 0-1.

    A pair of characters or a Latin word that no passage holds is looked for by its sound (聂家伟 for 聂加伟, jianghai for
    江海) and with one character that looks alike. It counts by the rarity of what is found.
    """
    total = np.zeros(generation.rows, np.float32)
    for term in query.terms:
        if len(term) > 1 and term[0] not in "#%@" and not _rows(generation, "body", term):
            np.add(total, _spelt_otherwise(generation, term), out=total)
    return _share(total, rare)


def _spelt_otherwise(generation: Generation, term: str) -> Scores:
    """Return, for each row, the rarity of the rarest other spelling of a term that it holds."""
    if term.isascii():
        return _held(generation, pinyin_terms(term), "sounds", weighed=True)
    best = np.zeros(generation.rows, np.float32)
    if len(term) == 2:
        for field, others in (("sounds", sound_terms(term)), ("body", spelt_alike(term))):
            for other in others:
                _raise(best, generation, field, other)
    return best


def _raise(best: Scores, generation: Generation, field: str, term: str) -> None:
    rows = _rows(generation, field, term)
    weight = np.float32(idf(generation.rows, sum(map(len, rows))))
    for part in rows:
        best[part] = np.maximum(best[part], weight)


def _held(generation: Generation, wanted: Sequence[str], field: str = "body", *, weighed: bool = False) -> Scores:
    """Return the share of the terms, by rarity, that each row holds; `weighed` leaves it a sum of rarities."""
    held, possible = np.zeros(generation.rows, np.float32), 0.0
    for term in wanted:
        rows = _rows(generation, field, term)
        weight = idf(generation.rows, sum(map(len, rows)))
        possible += weight
        for part in rows:
            held[part] += np.float32(weight)
    return held if weighed else held / np.float32(possible or 1)


def _rows(generation: Generation, field: str, term: str) -> list[Rows]:
    """Return the rows that hold a term, segment by segment; an empty list when there are none."""
    found = []
    for segment, start in zip(generation.segments, generation.starts, strict=True):
        place = segment.postings[field].find(term)
        if place is not None:
            found.append(segment.postings[field].rows[place].astype(np.int64) + start)
    return found


def _solid(word: str) -> list[str]:
    """Return the pairs of a word, or what it has instead: a single character meets by chance."""
    found = terms(word)
    return [term for term in found if len(term) > 1] or found


def _share(total: Scores, rare: float) -> Scores:
    share: Scores = np.minimum(total / np.float32(rare or 1), np.float32(1))
    return share
