"""The records of feedback: what was said of an answer, and the answer that it was said of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from qa.records import Span


class Verdict(StrEnum):
    """Whether an answer, or a refusal, was right."""

    UP = "up"
    DOWN = "down"


class Reason(StrEnum):
    """What was wrong with it."""

    WRONG = "wrong"
    NOT_ANSWERED = "not-answered-though-there"
    NOT_RELEVANT = "not-relevant"
    INCOMPLETE = "incomplete"
    OUTDATED = "outdated"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CitedPlace:
    """What an answer cited, letter for letter."""

    document_id: str
    file: str
    spans: tuple[Span, ...]
    quote: str


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer with a visitor's verdict on it; `asked` is the question as it was searched for."""

    verdict: Verdict
    question: str
    asked: str
    answer: str
    answerable: bool
    answerer: str
    confidence: float
    index_version: int
    reasons: tuple[Reason, ...] = ()
    comment: str = ""
    citations: tuple[CitedPlace, ...] = ()


@dataclass(frozen=True, slots=True)
class Feedback:
    """Feedback as it is kept: `number` grows with each, `day` is a date; who has the secret `id` may take it back."""

    number: int
    id: str
    day: str
    judged: Judged
