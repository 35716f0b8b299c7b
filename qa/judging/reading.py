"""Read the passages that were found: the chance of each statement that it answers, and the chance that any does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from embeddings.encoder import Encoder
from embeddings.opening import open_encoder, token_vectors
from qa.errors import SettingsError
from qa.fold import fold
from qa.index.generation import Generation
from qa.judging.clauses import clauses
from qa.judging.evidence import FEATURES, Rows, Statement, evidence, statements_of
from qa.judging.question import QuestionParts, take_apart
from qa.judging.weights import AnsweringWeights, question_row, shipped_weights
from qa.records import CitedHit
from qa.retrieval.query import Query
from qa.retrieval.retrievers import KIND_FACTOR
from qa.words import WordCutter

# How many passages are read, and how sure a search counts of which nothing is known.
DEPTH = 5
_UNKNOWN = 0.9
# How many words a refusal names.
_MOST_NAMED = 8
_RANKS = [FEATURES.index(name) for name in ("first_passage", "rank")]
# What is left of the threshold where nothing is of the time that the question names, or the thing asked for is not there.
_OTHER_TIME = 0.5
_NOT_THERE = 0.5


@dataclass(frozen=True, slots=True)
class Judged:
    """A statement, and the chance that it answers the question."""

    statement: Statement
    chance: float


@dataclass(frozen=True, slots=True)
class Sought:
    """The words that were looked for, those of them that no passage holds, and what was asked for by name and is not there.

    `other_time`: nothing near is of the time that the question names.
    """

    words: tuple[str, ...]
    missing: tuple[str, ...]
    attributes: tuple[str, ...]
    other_time: bool


@dataclass(frozen=True)
class Reading:
    """What reading the passages gave: the statements in order, each judged; `chance` that one of them answers.

    Where the question asks several things, `clauses` holds the statements judged for each of them.
    """

    parts: QuestionParts
    judged: tuple[Judged, ...]
    chance: float
    clauses: tuple[tuple[Judged, ...], ...] = ()
    other_time: bool = False

    @property
    def sought(self) -> Sought:
        """Return what was looked for, and what of it the passages do not hold."""
        passages = {j.statement.passage.id: j.statement.passage for j in self.judged}.values()
        texts = [fold(f"{passage.text} {passage.citation.title or ''}") for passage in passages]
        words = tuple(dict.fromkeys(u.text for u in self.parts.units if len(u.text) > 1))[:_MOST_NAMED]
        missing = tuple(word for word in words if not any(word in text for text in texts))
        absent = tuple(a.name for a in self.parts.attributes if not any(a.held_by(text) for text in texts))
        return Sought(words, missing, absent, self.other_time)


@dataclass(frozen=True, slots=True)
class Search:
    """How sure the search is that its passages are about the question, and below what they are about something else.

    Both are None where nothing is fitted to the encoder. `other_time`: nothing near is of the time that the question names.
    """

    confidence: float | None
    threshold: float | None
    other_time: bool = False

    @property
    def elsewhere(self) -> float:
        """Return 1 where the passages may answer, less the surer it is that they are about something else or another time."""
        share = _OTHER_TIME if self.other_time else 1.0
        if self.confidence is None or not self.threshold:
            return share
        return min(share, self.confidence / self.threshold)


class Reader:
    """Read with the embedded model, whichever encoder searches. Threads may share it."""

    def __init__(self, encoder: Encoder, cutter: WordCutter, weights: AnsweringWeights | None = None) -> None:
        """Take the encoder that searches when it is the embedded one, else open that beside it."""
        self._weights = weights or shipped_weights()
        fits = encoder.fingerprint == self._weights.encoder_fingerprint
        self._encoder = encoder if fits else open_encoder()
        offered = token_vectors(self._encoder)
        if offered is None:
            raise SettingsError(
                "found no token vectors in the embedded model, expected them; install the package again"
            )
        self._offered, self._cutter = offered, cutter

    @property
    def threshold(self) -> float:
        """From which chance on a question is answered."""
        return self._weights.threshold

    def read(self, question: str, generation: Generation, passages: Sequence[CitedHit], search: Search) -> Reading:
        """Judge every statement of the best passages, which come first."""
        parts, found, rows = self.rows(question, generation, passages[:DEPTH])
        if not found:
            return Reading(parts, (), 0.0)
        row = question_row(
            rows, self._weights.statement.chances(rows), _UNKNOWN if search.confidence is None else search.confidence
        )
        chance = float(self._weights.question.chances(row[None])[0])
        # What is about something else does not answer, nor does what lacks the very thing, however its words look.
        left = min(search.elsewhere, _NOT_THERE if _lacking(parts, passages[:DEPTH]) else 1.0)
        chance = chance if left == 1 else min(chance, self.threshold * left)
        asked = tuple(self._judged(clause, generation, passages[:DEPTH]) for clause in clauses(question))
        return Reading(parts, self._pairs(found, rows), chance, asked, search.other_time)

    def _judged(self, clause: str, generation: Generation, passages: Sequence[CitedHit]) -> tuple[Judged, ...]:
        """Judge the statements for a part of the question: the passages' ranks are of the whole and do not count."""
        _, found, rows = self.rows(clause, generation, passages)
        rows[:, _RANKS] = self._weights.statement.centre[_RANKS]
        return self._pairs(found, rows)

    def _pairs(self, found: Sequence[Statement], rows: Rows) -> tuple[Judged, ...]:
        """Return the statements with their chances; a headline or caption says in short what a paragraph says in full."""
        chances = self._weights.statement.chances(rows)
        return tuple(
            Judged(one, float(chance) * KIND_FACTOR[one.passage.kind])
            for one, chance in zip(found, chances, strict=True)
        )

    def rows(
        self, question: str, generation: Generation, passages: Sequence[CitedHit]
    ) -> tuple[QuestionParts, list[Statement], Rows]:
        """Return the question's parts, the statements and their evidence, (statements, features): what weights are fitted on."""
        query = Query(question, self._encoder, self._cutter)
        parts, found = take_apart(query, generation, self._offered), statements_of(passages)
        if not found:
            return parts, found, np.zeros((0, 0))
        meanings = self._encoder.encode_passages([one.text for one in found]) @ query.vector[0]
        return parts, found, evidence(parts, found, meanings.tolist(), self._offered)


def _lacking(parts: QuestionParts, passages: Sequence[CitedHit]) -> bool:
    """Say whether something whose form is certain is asked for that no passage holds."""
    texts = [fold(f"{passage.text} {passage.citation.title or ''}") for passage in passages]
    return any(a.certain and not any(a.held_by(text) for text in texts) for a in parts.attributes)
