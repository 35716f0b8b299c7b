"""Requests and responses of feedback, with their bounds."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from api.schemas import DocumentId, Flag, Question, Span, no_nul
from qa.feedback.records import CitedPlace, Feedback, Judged, Reason, Verdict

MAX_COMMENT = 500
MAX_ANSWER = 4000
MAX_CITATIONS = 20
MAX_SPANS = 50

Text = Annotated[str, StringConstraints(min_length=1, max_length=MAX_ANSWER), AfterValidator(no_nul)]
Comment = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_COMMENT), AfterValidator(no_nul)]
Edge = Annotated[int, Field(ge=0, le=2**31, strict=True)]


class SentCitation(BaseModel):
    """A citation as the answer brought it; fields other than these are ignored."""

    document_id: DocumentId
    spans: list[tuple[Edge, Edge]] = Field(min_length=1, max_length=MAX_SPANS)
    quote: Text


class FeedbackRequest(BaseModel):
    """A verdict on an answer, and the answer that it is on."""

    model_config = ConfigDict(extra="forbid")
    verdict: Verdict = Field(description="`up`: right, `down`: not")
    reasons: list[Reason] = Field([], max_length=len(Reason), description="what was wrong")
    comment: Comment = Field("", description="at most 500 characters")
    question: Question
    asked: Question | None = Field(None, description="the question as it was searched for, when it was made whole")
    answer: Text
    answerable: Flag
    answerer: str = Field("extractive", pattern=r"^[a-z0-9-]{1,40}$")
    confidence: float = Field(ge=0, le=1, allow_inf_nan=False)
    index_version: int = Field(ge=0, le=2**53, strict=True)
    citations: list[SentCitation] = Field([], max_length=MAX_CITATIONS, description="as the answer brought them")

    def record(self, citations: tuple[CitedPlace, ...]) -> Judged:
        """Return the feedback as it is kept, with the citations that were found to stand."""
        return Judged(
            verdict=self.verdict,
            question=self.question,
            asked=self.asked or self.question,
            answer=self.answer,
            answerable=self.answerable,
            answerer=self.answerer,
            confidence=self.confidence,
            index_version=self.index_version,
            reasons=tuple(dict.fromkeys(self.reasons)),
            comment=self.comment,
            citations=citations,
        )


class FeedbackGiven(BaseModel):
    """Feedback was kept: `id` is told this once, and takes it back."""

    id: str
    citations: int = Field(description="how many of the citations stand in the documents and were kept")


class Removed(BaseModel):
    """How many pieces of feedback were removed."""

    removed: int


class Counts(BaseModel):
    """How many there are of each verdict."""

    up: int
    down: int


class CitedText(BaseModel):
    """What the answer cited."""

    document_id: str
    file: str
    spans: list[Span]
    quote: str


class FeedbackItem(BaseModel):
    """One piece of feedback; `day` is the date on which it was given."""

    id: str
    day: str
    verdict: Verdict
    reasons: list[Reason]
    comment: str
    question: str
    asked: str
    answer: str
    answerable: bool
    answerer: str
    confidence: float
    index_version: int
    citations: list[CitedText]

    @classmethod
    def of(cls, one: Feedback) -> FeedbackItem:
        """Return feedback with all that is kept of it."""
        return cls.model_validate({"id": one.id, "day": one.day} | asdict(one.judged))


class FeedbackList(BaseModel):
    """One page of feedback, the newest first."""

    feedback: list[FeedbackItem]
    next_cursor: str | None
    counts: Counts
