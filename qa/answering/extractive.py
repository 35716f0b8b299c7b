"""Answer without a language model: the sentence or two of the best passages that meet the question best, verbatim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from embeddings.encoder import Encoder, unit_rows
from embeddings.opening import token_vectors
from qa.answering.answerer import Draft
from qa.asked import Asked, has_what_is_asked
from qa.index.generation import Generation
from qa.places import stored_spans
from qa.records import AnswerCitation, CitedHit, Kind, Span
from qa.retrieval.lexical import rarity
from qa.retrieval.query import Query
from qa.retrieval.soft import THRESHOLD
from qa.sentences import statements
from qa.terms import terms
from qa.words import WordCutter

# Passages that sentences are taken from, and how many sentences an answer has at most.
PASSAGES = 3
MOST_SENTENCES = 2
# A second sentence joins the first when it meets the question nearly as well.
NEARLY = 0.9
# What a sentence gains when it has the form that is asked for (a number, a date).
FORM = 0.15


@dataclass(frozen=True, slots=True)
class _Candidate:
    passage: CitedHit
    place: Span
    score: float

    @property
    def text(self) -> str:
        return self.passage.text[self.place[0] : self.place[1]]


@dataclass(frozen=True, slots=True)
class ExtractiveAnswerer:
    """Quote sentences. A sentence's score: how much of the question it covers by words and by meaning, times its passage's."""

    generation: Generation
    encoder: Encoder
    cutter: WordCutter
    name: str = "extractive"

    def answer(self, question: str, passages: Sequence[CitedHit]) -> Draft:
        query = Query(question, self.encoder, self.cutter)
        candidates = self._candidates(query, query.asked, passages)
        return quoted(_chosen(candidates))

    def _candidates(self, query: Query, asked: Asked, passages: Sequence[CitedHit]) -> list[_Candidate]:
        places = [(p, place) for p in passages[:PASSAGES] for place in statements(p.text)]
        texts = [p.text[start:end] for p, (start, end) in places]
        meanings = soft_match(query, texts)
        found = []
        for (passage, place), text, meaning in zip(places, texts, meanings, strict=True):
            score = (self._covered(query, text) + meaning) / 2 + FORM * has_what_is_asked(text, asked)
            found.append(_Candidate(passage, place, score * passage.score))
        return found

    def _covered(self, query: Query, text: str) -> float:
        """Return the share of the question's terms, weighed by their rarity, that the sentence holds."""
        present = set(terms(text))
        weights = {t: rarity(self.generation, t) for t in query.terms}
        total = sum(weights.values())
        return sum(w for t, w in weights.items() if t in present) / total if total else 0.0


def soft_match(query: Query, texts: Sequence[str]) -> list[float]:
    """Return how well each text meets the question token by token (see `qa.retrieval.soft`), else by its vector."""
    offered = token_vectors(query.encoder)
    if offered is None or not len(query.tokens):
        cosines = query.encoder.encode_passages(list(texts)) @ query.vector[0]
        return [max(0.0, float(c)) for c in cosines]
    mine = unit_rows(np.asarray(offered.vectors[query.tokens], np.float32))
    weights = offered.weights[query.tokens] / offered.weights[query.tokens].sum()
    scores = []
    for ids in offered.token_ids(list(texts)):
        if not len(ids):
            scores.append(0.0)
            continue
        likeness = mine @ unit_rows(np.asarray(offered.vectors[np.unique(ids)], np.float32)).T
        best = likeness.max(axis=1)
        scores.append(float(weights @ np.where(best >= THRESHOLD, best, 0)))
    return scores


def _chosen(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Return the best sentence and those nearly as good, best first; text proves more than a headline or caption."""
    paragraphs = [c for c in candidates if c.passage.kind is Kind.PARAGRAPH] or list(candidates)
    ranked = sorted(paragraphs, key=lambda c: (-c.score, c.passage.rank, c.place))
    chosen = [c for c in ranked if c.score >= NEARLY * ranked[0].score][:MOST_SENTENCES]
    return sorted(chosen, key=lambda c: (c.passage.rank != chosen[0].passage.rank, c.passage.rank, c.place))


def quoted(sentences_: Sequence[_Candidate]) -> Draft:
    """Write the sentences as quotations with markers, one citation a sentence."""
    parts, citations = [], []
    for marker, candidate in enumerate(sentences_, start=1):
        passage, (start, end) = candidate.passage, candidate.place
        spans = stored_spans(passage.citation.spans, passage.citation.quote, passage.text, start, end)
        quote = _quote(passage, spans)
        citation = replace(passage.citation, spans=spans, quote=quote)
        parts.append(f"“{candidate.text}”[{marker}]")
        citations.append(AnswerCitation(marker, passage.id, citation))
    return Draft("\n".join(parts), tuple(citations))


def _quote(passage: CitedHit, spans: Sequence[Span]) -> str:
    """Cut the quote of a part of a passage out of the passage's quote, by its offsets."""
    offsets = [offset for s, e in passage.citation.spans for offset in range(s, e)]
    place = {offset: i for i, offset in enumerate(offsets)}
    return "".join(passage.citation.quote[place[s] : place[e - 1] + 1] for s, e in spans)
