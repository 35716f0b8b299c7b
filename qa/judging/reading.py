"""Read the passages that were found: the chance of each statement that it answers, and the chance that any does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from embeddings.encoder import Encoder
from embeddings.opening import open_encoder, token_vectors
from qa.errors import SettingsError
from qa.fold import fold
from qa.general import general_words
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
# What a statement's chance is worth in a passage of another time than is asked about.
_OF_OTHER_TIME = 0.2
# And how near one of the time asked about must come to the likeliest of another.
_NEAR = 0.3


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
        units = dict.fromkeys(unit.text for unit in self.parts.units)
        words = tuple([text for text in units if len(text) > 1] or units)[:_MOST_NAMED]
        known = {unit.text for unit in self.parts.units if unit.known and unit.text not in general_words()}
        missing = tuple(word for word in words if word in known and not any(word in text for text in texts))
        absent = tuple(a.name for a in self.parts.attributes if not any(a.held_by(text) for text in texts))
        return Sought(words, missing, absent, self.other_time)


@dataclass(frozen=True, slots=True)
class Search:
    """How sure the search is that its passages are about the question, and below what they are about something else.

    Both are None where nothing is fitted to the encoder. `other_time`: passages that are of another time than is asked about.
    `likeness` of the question and what was found (see `qa.retrieval.retrievers.likeness_of`) tells better whether they are
    about it at all, in whatever words; None where the weights that are read with do not belong to what searched.
    """

    confidence: float | None
    threshold: float | None
    other_time: frozenset[str] = frozenset()
    likeness: float | None = None

    def about_it(self, unlike: float) -> float:
        """Return 1 where the passages may be about the question, less the surer it is that they are not.

        Below `unlike` a likeness is that of something else.
        """
        if self.likeness is not None:
            # Squared: most of what is about something else lies a little below, and is surely about something else.
            return min(1.0, max(0.0, self.likeness) / unlike) ** 2 if unlike > 0 else 1.0
        if self.confidence is None or not self.threshold:
            return 1.0
        return min(1.0, self.confidence / self.threshold)


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
        read, parted = passages[:DEPTH], clauses(question)
        # Of several things that are asked, one may be of a time that another is not of.
        search = replace(search, other_time=frozenset()) if parted else search
        parts, found, rows = self.rows(question, generation, read)
        if not found or not parts.units:
            return Reading(parts, (), 0.0)
        judged = self._judged(found, rows, search)
        other_time = _answered_of_other_time(judged, search)
        asked = [self.rows(clause, generation, read)[2] for clause in parted]
        chance = self._chance(rows, asked, search)
        # What is about something else or another time does not answer, nor does what lacks the very thing, however it looks.
        about_it = search.about_it(self._weights.unlike)
        left = min(about_it, _OTHER_TIME if other_time else 1.0, _NOT_THERE if _lacking(parts, read) else 1.0)
        for clause in asked:
            # The passages' ranks are of the whole question: for its parts they do not count.
            clause[:, _RANKS] = self._weights.statement.centre[_RANKS]
        return Reading(
            parts,
            judged,
            chance if left == 1 else min(chance, self.threshold * left),
            tuple(self._judged(found, clause, search) for clause in asked),
            other_time,
        )

    def _chance(self, rows: Rows, clauses_: Sequence[Rows], search: Search) -> float:
        """Return the chance that something answers: the whole question or, of several things that it asks, one with another."""
        sure = _UNKNOWN if search.confidence is None else search.confidence
        made = [question_row(one, self._weights.statement.chances(one), sure) for one in (rows, *clauses_)]
        whole, *others = self._weights.question.chances(np.array(made)).tolist()
        return float(max(whole, sum(others) / len(others) if others else 0.0))

    def _judged(self, found: Sequence[Statement], rows: Rows, search: Search) -> tuple[Judged, ...]:
        """Return the statements with their chances.

        A headline or caption says in short what a paragraph says in full; what is of another time seldom answers.
        """
        chances = self._weights.statement.chances(rows)
        return tuple(
            Judged(one, float(chance) * _worth(one.passage, search)) for one, chance in zip(found, chances, strict=True)
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


def _answered_of_other_time(judged: Sequence[Judged], search: Search) -> bool:
    """Say whether the likeliest statement of all is of another time than is asked about, and none of that time comes near it."""
    apart = [one for one in judged if one.statement.passage.id in search.other_time]
    inside = max((one.chance for one in judged if one.statement.passage.id not in search.other_time), default=0.0)
    return bool(apart) and inside < _NEAR * max(one.chance for one in apart) / _OF_OTHER_TIME


def _worth(passage: CitedHit, search: Search) -> float:
    return KIND_FACTOR[passage.kind] * (_OF_OTHER_TIME if passage.id in search.other_time else 1.0)


def _lacking(parts: QuestionParts, passages: Sequence[CitedHit]) -> bool:
    """Say whether something whose form is certain is asked for that no passage holds."""
    texts = [fold(f"{passage.text} {passage.citation.title or ''}") for passage in passages]
    return any(a.certain and not any(a.held_by(text) for text in texts) for a in parts.attributes)
