"""What is kept of making test questions: drafts that a person accepts or rejects, and judgements of passages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from qa.records import Span

LONGEST_QUESTION, LONGEST_ANSWER, LONGEST_QUOTE, LONGEST_NOTE = 1000, 4000, 4000, 1000
GRADES = (0, 1, 2, 3)


class State(StrEnum):
    """What a person has said of a draft."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A test question as it is proposed: the quote stands in the document `document_id`.

    An unanswerable one needs none; what a person has made one of an answerable one keeps its quote, which counts no more.
    `origin` says what proposed it: `rules`, `model` or `person`.
    """

    question: str
    lang: str
    type: str
    answerable: bool
    answer: str
    document_id: str
    file: str
    quote: str
    origin: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposal that is kept, with what a person has made of it."""

    id: str
    proposal: Proposal
    state: State
    note: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person said of one passage for one question: grade 0 (not relevant) to 3.

    File and quote outlive any index: a passage's id does not. `day` is the date alone (`YYYY-MM-DD`).
    """

    question_id: str
    question: str
    passage_id: str
    document_id: str
    file: str
    spans: tuple[Span, ...]
    quote: str
    grade: int
    day: str


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question that passages were judged for; `unanswerable` says that a person found none to answer it."""

    id: str
    question: str
    lang: str
    unanswerable: bool
    judgements: tuple[Judgement, ...]
