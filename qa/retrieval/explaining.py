"""Why passages got their hybrid scores, taken from what the search itself computes.

The candidates are scored again just as `HybridRetriever` scores them, so that every number is the one that decided; only
what the search adds up at once (terms, tokens, index-time questions) is looked at piece by piece.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.asked_time import AskedTime, asked_time
from qa.index.generation import Mask
from qa.retrieval.explanation import LEGS, Explanation, Pair, Part, StandIn, Term, TimeKept
from qa.retrieval.fusion import PLAIN, LegScores, leg_ranks, rank_shares
from qa.retrieval.legs import DENSE_MARGIN, LEXICAL_MARGIN, Candidates
from qa.retrieval.lexical import lexical_scores, most, parts_of, question_shares
from qa.retrieval.query import Query
from qa.retrieval.rarity import rarity
from qa.retrieval.retrievers import KIND_FACTOR, HybridRetriever, merged
from qa.retrieval.timeliness import Kept, kept_for, of_other_time

Rows = NDArray[np.int64]
Scores = NDArray[np.float64]
QuestionsOf = Callable[[str], Sequence[str]]
# Vectors are compared in blocks of one size when searched and of another here: the last bits may differ.
_CLOSE = 1e-5


@dataclass(frozen=True, slots=True)
class _Scored:
    """Some rows as the hybrid scores them, ascending, each column (rows,)."""

    rows: Rows
    legs: LegScores
    totals: Scores
    relevance: Scores
    kept: Kept | None
    final: Scores


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question with what all of its passages share.

    `own` (rows of the index,) is the coverage by passages' own words, `by_questions` that by each index-time question, by the
    number of its segment.
    """

    query: Query
    time: AskedTime
    found: Candidates
    own: NDArray[np.float32]
    by_questions: Mapping[int, NDArray[np.float32]]
    pool: _Scored
    places: dict[int, int]


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explain the scores that one hybrid retriever gives; `questions` knows the words of a passage's index-time questions."""

    hybrid: HybridRetriever
    questions: QuestionsOf | None = None

    def explain(self, question: str, passage_ids: Sequence[str], allowed: Mask | None = None) -> list[Explanation]:
        """Return an explanation of each passage, in order, whether a search finds it or not; ids that are not there have none.

        `allowed` is what the search was restricted to.
        """
        generation = self.hybrid.legs.generation
        rows = {generation.passage_id(int(row)): int(row) for row in generation.rows_of(passage_ids)}
        asked = self._asked(question, generation.alive if allowed is None else allowed)
        others = np.array(sorted(set(rows.values()) - asked.places.keys()), np.int64)
        scored = {int(row): (asked.pool, at) for at, row in enumerate(asked.pool.rows)}
        if len(others):
            beside = self._beside(asked, others)
            scored |= {int(row): (beside, at) for at, row in enumerate(beside.rows) if int(row) not in scored}
        shared = _terms(asked.query, self.hybrid, list(rows.values()))
        wanted = [rows[id_] for id_ in passage_ids if id_ in rows]
        return [self._explanation(asked, row, *scored[row], shared[row]) for row in wanted]

    def _asked(self, question: str, allowed: Mask) -> _Asked:
        query, legs = Query(question, self.hybrid.encoder, self.hybrid.cutter), self.hybrid.legs
        time, found = asked_time(question, self.hybrid.clock()), legs.candidates(query, allowed)
        pool = self._scored(query, time, found.rows, legs.scored(query, found.rows, found))
        ids = [legs.generation.passage_id(int(row)) for row in found.rows]
        order = sorted(range(len(ids)), key=lambda at: (-pool.final[at], ids[at]))
        places = {int(found.rows[at]): place for place, at in enumerate(order, start=1)}
        own = lexical_scores(legs.generation, query).coverage
        return _Asked(query, time, found, own, question_shares(legs.generation, query), pool, places)

    def _beside(self, asked: _Asked, rows: Rows) -> _Scored:
        """Score rows that are no candidates as if they were; the candidates themselves keep their scores."""
        together = np.union1d(asked.pool.rows, rows)
        legs = self.hybrid.legs.scored(asked.query, together, asked.found)
        return self._scored(asked.query, asked.time, together, legs)

    def _scored(self, query: Query, time: AskedTime, rows: Rows, legs: LegScores) -> _Scored:
        generation = self.hybrid.legs.generation
        totals, relevance, strength = merged(legs, query.latin, self.hybrid.fitted)
        kept = kept_for(generation, rows, relevance, time, strength)
        timely = relevance if kept is None else relevance * kept.fit * kept.latest
        factors = np.array([KIND_FACTOR[generation.kind(int(row))] for row in rows])
        return _Scored(rows, legs, totals, relevance, kept, timely * factors)

    def _explanation(self, asked: _Asked, row: int, scored: _Scored, at: int, terms: tuple[Term, ...]) -> Explanation:
        generation, fitted, kept = self.hybrid.legs.generation, self.hybrid.fitted, scored.kept
        kind, place = generation.kind(row), asked.places.get(row)
        return Explanation(
            passage_id=generation.passage_id(row),
            place=place,
            parts=self._parts(asked.query, scored, at, place is not None),
            total=float(scored.totals[at]),
            curve=None if fitted is None else fitted.relevance,
            relevance=float(scored.relevance[at]),
            time=None
            if kept is None
            else TimeKept(float(kept.fit[at]), float(kept.latest[at]), of_other_time(generation, row, asked.time)),
            kind=kind,
            kind_factor=KIND_FACTOR[kind],
            score=float(scored.final[at]),
            terms=terms,
            most=most(generation, asked.query),
            stand_ins=self._stand_ins(asked, row, scored, at),
            alignment=self._alignment(asked.query, row),
        )

    def _parts(self, query: Query, scored: _Scored, at: int, ranked: bool) -> tuple[Part, ...]:
        values = {name: float(getattr(scored.legs, name)[at]) for name in PLAIN}
        if self.hybrid.fitted is None:
            ranks = leg_ranks(scored.legs)
            shares = rank_shares(ranks)
            return tuple(
                Part(name, values[name], None, int(ranks[name][at]) if ranked else None, float(shares[name][at]))
                if name in ranks
                else Part(name, values[name], None, None, 0.0)
                for name in LEGS
            )
        weights, n = self.hybrid.fitted.ranking, len(PLAIN)
        return tuple(
            Part(name, values[name], weight, None, values[name] * weight)
            for i, name in enumerate(PLAIN)
            for weight in [weights[i] + weights[n + i] * query.latin]
        )

    def _stand_ins(self, asked: _Asked, row: int, scored: _Scored, at: int) -> tuple[StandIn, ...]:
        """Return the legs in which one of the passage's index-time questions scored more than the passage itself."""
        generation = self.hybrid.legs.generation
        segment, local = generation.locate(row)
        questions = np.flatnonzero(segment.question_owners == local)
        if not self.hybrid.legs.use_questions or not len(questions):
            return ()
        number = next(i for i, one in enumerate(generation.segments) if one is segment)
        words = asked.by_questions.get(number, np.zeros(len(segment.question_owners), np.float32))[questions]
        near = segment.question_vectors.scores(asked.query.vector, questions)
        mine = float(segment.vectors.scores(asked.query.vector, np.array([local]))[0])
        legs = (
            ("coverage", words, LEXICAL_MARGIN, float(asked.own[row]), float(scored.legs.coverage[at])),
            ("dense", near, DENSE_MARGIN, mine, float(scored.legs.dense[at])),
        )
        known = () if self.questions is None else self.questions(generation.passage_id(row))
        # The library may have been given other questions since.
        texts = known if len(known) == len(questions) else [None] * len(questions)
        return tuple(
            StandIn(leg, texts[int(likeness.argmax())], float(likeness.max()), float(margin), own)
            for leg, likeness, margin, own, used in legs
            if used > own + _CLOSE
        )

    def _alignment(self, query: Query, row: int) -> tuple[Pair, ...]:
        """Return the question's tokens in its order, each with what it meets."""
        offered = query.token_vectors
        if offered is None:
            return ()
        met = {one.token: one for one in self.hybrid.legs.soft.alignment(query, row)}
        order = [met[int(token)] for token in dict.fromkeys(offered.token_ids([query.text])[0].tolist())]
        return tuple(
            Pair(
                offered.piece(one.token),
                one.share,
                None if one.counterpart is None else offered.piece(one.counterpart),
                one.cosine,
            )
            for one in order
        )


def _terms(query: Query, hybrid: HybridRetriever, rows: Sequence[int]) -> dict[int, tuple[Term, ...]]:
    """Return the BM25 of each of the question's terms in each row, by field."""
    generation = hybrid.legs.generation
    met: dict[tuple[int, str, str], float] = {}
    for part in parts_of(generation, query):
        at = np.searchsorted(part.rows, rows)
        for row, place in zip(rows, at, strict=True):
            if place < len(part.rows) and part.rows[place] == row:
                met[row, part.term, part.field] = float(part.scores[place])
    rare = {term: rarity(generation, term) for term in query.terms}
    whole = sum(rare.values()) or 1.0
    return {
        row: tuple(
            Term(term, rare[term] / whole, met.get((row, term, "body"), 0.0), met.get((row, term, "context"), 0.0))
            for term in query.terms
        )
        for row in rows
    }
