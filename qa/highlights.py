"""Which parts of a passage the question's words meet."""

from __future__ import annotations

import re
from functools import lru_cache

from qa.fold import Folded, fold_with_origins
from qa.numerals import numerals
from qa.records import Span
from qa.retrieval.query import Query


def highlights(query: Query, text: str) -> tuple[Span, ...]:
    """Return the spans of `text` that the question names, ascending, touching ones merged.

    Dictionary words (the user's terms among them), Latin words, numbers and dates count; where no word of the question is
    found, pairs of characters do. A single Chinese character alone meets by chance and does not.
    """
    folded = _folded(text)
    latin = [term for term in query.terms if term.isascii()]
    places = [place for term in (*latin, *query.words) for place in _places(term, folded.text)]
    places = places or [place for term in query.terms for place in _places(term, folded.text)]
    wanted = {term for term in query.terms if term[0] in "#%@"}
    if wanted:
        places += [(n.start, n.end) for n in numerals(folded.text) if n.term in wanted]
    merged: list[Span] = []
    for start, end in sorted((folded.origins[s], folded.origins[e - 1] + 1) for s, e in places):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


@lru_cache(maxsize=512)
def _folded(text: str) -> Folded:
    return fold_with_origins(text)


def _places(term: str, folded: str) -> list[Span]:
    if term[0] in "#%@" or (len(term) == 1 and term >= "\u3400"):
        return []
    if term.isascii():
        return [match.span() for match in re.finditer(rf"(?<![a-z0-9]){re.escape(term)}(?![a-z0-9])", folded)]
    found, at = [], folded.find(term)
    while at >= 0:
        found.append((at, at + len(term)))
        at = folded.find(term, at + 1)
    return found
