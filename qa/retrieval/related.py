"""Evidence beyond a question's own words: other words for the same thing, and other spellings of the same word.

Both are shares of the question's rarity, comparable with its coverage. They are kept apart from it because they are worth
less: how much less is learnt.
"""

from __future__ import annotations

import numpy as np

from qa.alike import pinyin_terms, sound_terms, spelt_alike
from qa.retrieval.holding import Holding, Scores
from qa.retrieval.query import Query
from qa.terms import terms


def synonym_shares(holding: Holding, query: Query, rare: float) -> Scores:
    """Return how much of the question each row answers for with other words for the same, (rows,), in 0-1.

    A word of the question that has others counts by its rarity times the share of the best other word that the row holds.
    `rare` is the rarity of the whole question.
    """
    total = np.zeros(holding.size, np.float32)
    for expansion in query.expansions:
        _, weight = holding.weighed(_solid(expansion.word))
        best = np.zeros(holding.size, np.float32)
        for other in expansion.others:
            np.maximum(best, holding.share(_solid(other)), out=best)
        total += np.float32(weight) * best
    return _share(total, rare)


def variant_shares(holding: Holding, query: Query, rare: float) -> Scores:
    """Return how much of the question each row answers for in another spelling, (rows,), in 0-1.

    A pair of characters or a Latin word that no passage holds is looked for by its sound (聂家伟 for 聂加伟, jianghai for
    江海) and with one character that looks alike. It counts by the rarity of what is found.
    """
    total = np.zeros(holding.size, np.float32)
    for term in query.terms:
        if len(term) > 1 and term[0] not in "#%@" and not holding.of(term)[2]:
            total += _spelt_otherwise(holding, term)
    return _share(total, rare)


def _spelt_otherwise(holding: Holding, term: str) -> Scores:
    """Return, for each row, the rarity of the rarest other spelling of a term that it holds."""
    if term.isascii():
        return holding.weighed(pinyin_terms(term), "sounds")[0]
    best = np.zeros(holding.size, np.float32)
    if len(term) == 2:
        for field, others in (("sounds", sound_terms(term)), ("body", spelt_alike(term))):
            for other in others:
                held, rare, _ = holding.of(other, field)
                np.maximum(best, np.where(held, np.float32(rare), np.float32(0)), out=best)
    return best


def _solid(word: str) -> list[str]:
    """Return the pairs of a word, or what it has instead: a single character meets by chance."""
    found = terms(word)
    return [term for term in found if len(term) > 1] or found


def _share(total: Scores, rare: float) -> Scores:
    share: Scores = np.minimum(total / np.float32(rare or 1), np.float32(1))
    return share
