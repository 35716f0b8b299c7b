"""How much of a question's terms a candidate holds, by rarity, however often: evidence beside BM25, in 0-1."""

from __future__ import annotations

from dataclasses import dataclass

from qa.index.generation import Generation
from qa.retrieval.holding import Holding, Rows, Scores
from qa.retrieval.query import Query
from qa.retrieval.related import synonym_shares, variant_shares


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of a question's terms that each row holds, each (rows,): of all terms, of pairs of characters and Latin words,
    of numbers and dates; 0 when the question has none. `synonyms` and `variants` are the shares that other words for the
    same, and other spellings, account for.
    """

    terms: Scores
    pairs: Scores
    numbers: Scores
    synonyms: Scores
    variants: Scores


def shares_of(generation: Generation, query: Query, rows: Rows) -> Shares:
    """Return the shares of ascending rows."""
    holding = Holding(generation, rows)
    numbers = [term for term in query.terms if term[0] in "#%@"]
    pairs = [term for term in query.terms if len(term) > 1 and term[0] not in "#%@"]
    held, rare = holding.weighed(query.terms)
    return Shares(
        held / (rare or 1),
        holding.share(pairs),
        holding.share(numbers),
        synonym_shares(holding, query, rare),
        variant_shares(holding, query, rare),
    )
