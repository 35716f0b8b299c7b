"""Answer without a language model: the sentence or two of the best passages that meet the question best, verbatim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from embeddings.encoder import Encoder, unit_rows
from embeddings.opening import token_vectors
from qa.answering.answerer import Draft
from qa.asked import Wanted
from qa.index.generation import Generation
from qa.places import stored_spans
from qa.records import AnswerCitation, CitedHit, Kind, Span
from qa.retrieval.query import Query
from qa.retrieval.rarity import rarity
from qa.retrieval.soft import THRESHOLD
from qa.sentences import statements
from qa.terms import terms
from qa.words import WordCutter

# Passages that sentences are taken from, and how many sentences an answer has at most.
PASSAGES = 3
MOST_SENTENCES = 2
# A second sentence joins the first when it meets the question nearly as well.
NEARLY = 0.87
# What a sentence gains when it has the form that is asked for (a number before the unit, a date), and loses when not.
FORM = 0.15
# A passage's score counts by its root: a clearly better sentence of the second passage wins over one of the first.
DAMPING = 0.5
# What the sentences before it name counts for a sentence by this share: "该公司" and "当天" point back.
BEFORE = 0.5
# A headline or caption proves less than text that says the same.
NO_TEXT = 0.85


@dataclass(frozen=True, slots=True)
class _Candidate:
    passage: CitedHit
    place: Span
    score: float
    fit: float

    @property
    def text(self) -> str:
        return self.passage.text[self.place[0] : self.place[1]]


@dataclass(frozen=True, slots=True)
class ExtractiveAnswerer:
    """Quote sentences. A sentence's score: how much of the question it covers by words and by meaning, more or less by its
    form (see `qa.asked`), times its passage's score, damped."""

    generation: Generation
    encoder: Encoder
    cutter: WordCutter
    name: str = "extractive"

    def answer(self, question: str, passages: Sequence[CitedHit]) -> Draft:
        query = Query(question, self.encoder, self.cutter)
        candidates = self._candidates(query, passages)
        return quoted(_chosen(candidates))

    def _candidates(self, query: Query, passages: Sequence[CitedHit]) -> list[_Candidate]:
        places = [(p, place) for p in passages[:PASSAGES] for place in statements(p.text)]
        texts = [p.text[start:end] for p, (start, end) in places]
        meanings = soft_match(query, texts)
        found, wanted = [], Wanted(query.text)
        for (passage, place), text, meaning in zip(places, texts, meanings, strict=True):
            before = passage.text[: place[0]]
            covered, fit = self._covered(query, text, before), wanted.fit(text)
            score = max(0.0, (covered + meaning) / 2 + FORM * fit)
            found.append(_Candidate(passage, place, score * _weight(passage), fit))
        return found

    def _covered(self, query: Query, text: str, before: str) -> float:
        """Return the share of the question's terms, by rarity, that the sentence or, for less, the text before it holds."""
        present = dict.fromkeys(terms(before), BEFORE) | dict.fromkeys(terms(text), 1.0)
        weights = {t: rarity(self.generation, t) for t in query.terms}
        total = sum(weights.values())
        return sum(w * present.get(t, 0.0) for t, w in weights.items()) / total if total else 0.0


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


def _weight(passage: CitedHit) -> float:
    """Return what a sentence's score is worth in this passage."""
    damped = float(max(0.0, passage.score) ** DAMPING)
    return damped if passage.kind is Kind.PARAGRAPH else NO_TEXT * damped


def _chosen(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Return the best sentence and one nearly as good, best passage first; on ties its neighbour in the same passage.

    One that lacks the form asked for does not join one that has it.
    """
    first = min(candidates, key=lambda c: (-c.score, c.passage.rank, c.place))

    def order(c: _Candidate) -> tuple[float, bool, int, int]:
        elsewhere = c.passage.rank != first.passage.rank
        return -round(c.score, 2), elsewhere, abs(c.place[0] - first.place[0]), c.passage.rank

    others = [c for c in candidates if c.text != first.text and c.fit >= min(first.fit, 0)]
    rest = [c for c in others if c.score >= NEARLY * first.score]
    chosen = [first, *sorted(rest, key=order)[: MOST_SENTENCES - 1]]
    return sorted(chosen, key=lambda c: (c.passage.rank != first.passage.rank, c.passage.rank, c.place))


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
