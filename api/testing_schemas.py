"""Requests and responses of making test questions, with their bounds."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from api.schemas import DocumentId, Flag, Question, Span, no_nul
from qa.testing import placing, records
from qa.testing.making import MOST_AT_ONCE


def _one_line(text: str) -> str:
    if any(character < " " or character == "\x7f" for character in text):
        raise PydanticCustomError("content", "line", {"found": "a control character", "expected": "one line of text"})
    return text


Count = Annotated[int, Field(ge=1, le=MOST_AT_ONCE, strict=True, description=f"how many drafts, 1-{MOST_AT_ONCE}")]
Grade = Annotated[int, Field(ge=0, le=3, strict=True, description="0 not relevant, 1 partly, 2 relevant, 3 highly")]
PassageId = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(no_nul)]
Type = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60), AfterValidator(_one_line)]
Quote = Annotated[str, StringConstraints(max_length=records.LONGEST_QUOTE), AfterValidator(no_nul)]
AnswerText = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=records.LONGEST_ANSWER), AfterValidator(no_nul)
]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=records.LONGEST_NOTE), AfterValidator(no_nul)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DraftRequest(_Request):
    """How many further test questions to propose, and from which documents (all, when none is named)."""

    count: Count = 5
    document_ids: list[DocumentId] = Field(default_factory=list, max_length=1000, description="only these documents")


class DraftChange(_Request):
    """What to change of a draft; what is left out stays."""

    question: Question | None = None
    type: Type | None = None
    answerable: Flag | None = None
    answer: AnswerText | None = None
    quote: Quote | None = Field(None, description="must stand in the draft's document, white space aside")
    state: records.State | None = None
    note: Note | None = None

    @model_validator(mode="after")
    def _something(self) -> DraftChange:
        if not self.model_dump(exclude_none=True):
            expected = "question, type, answerable, answer, quote, state or note"
            raise PydanticCustomError("content", "empty", {"found": "nothing to change", "expected": expected})
        return self

    def fields(self) -> dict[str, str | bool]:
        """Return the fields of the proposal that change."""
        return self.model_dump(exclude_none=True, exclude={"state", "note"})


class JudgementRequest(_Request):
    """What a person says of a passage for a question."""

    question: Question
    passage_id: PassageId
    grade: Grade


class QuestionRequest(_Request):
    """Whether nothing in the documents answers a question."""

    question: Question
    unanswerable: Flag


class QuotePlace(BaseModel):
    """Where a quote stands: its spans in the stored text, and the text around it with the quote's place in that."""

    spans: list[Span]
    context: str
    marked: Span
    paragraph: int | None = Field(description="of the passage that holds it whole; null when none does")
    title: str | None
    publication: str | None
    published: str | None

    @classmethod
    def of(cls, found: placing.Place) -> QuotePlace:
        """Return a place as it is shown."""
        cited = found.citation
        return cls(
            spans=list(found.spans),
            context=found.context,
            marked=found.marked,
            paragraph=cited.paragraph if cited else None,
            title=cited.title if cited else None,
            publication=cited.publication if cited else None,
            published=cited.published if cited else None,
        )


class Draft(BaseModel):
    """A test question that was proposed, and what a person has made of it."""

    id: str
    state: records.State
    note: str
    question: str
    lang: str
    type: str
    answerable: bool
    answer: str
    document_id: str
    file: str
    quote: str
    origin: str = Field(description="what proposed it: rules or model")
    place: QuotePlace | None = Field(description="null without a quote, or when it stands there no more")

    @classmethod
    def of(cls, draft: records.Draft, found: placing.Place | None) -> Draft:
        """Return a draft with the place of its quote."""
        names = set(cls.model_fields) - {"id", "state", "note", "place"}
        proposal = {name: getattr(draft.proposal, name) for name in names}
        where = None if found is None else QuotePlace.of(found)
        return cls(id=draft.id, state=draft.state, note=draft.note, place=where, **proposal)


class Counts(BaseModel):
    """How many drafts there are in each state."""

    proposed: int
    accepted: int
    rejected: int


class DraftList(BaseModel):
    """Drafts in the order in which they were proposed."""

    drafts: list[Draft]
    counts: Counts
    model: str | None = Field(description="the language model that proposes; null: rules do")


class Judgement(BaseModel):
    """What a person said of one passage."""

    passage_id: str
    document_id: str
    file: str
    spans: list[Span]
    quote: str
    grade: int
    day: str

    @classmethod
    def of(cls, one: records.Judgement) -> Judgement:
        """Return a judgement as it is kept."""
        values = {name: getattr(one, name) for name in set(cls.model_fields) - {"spans"}}
        return cls(spans=list(one.spans), **values)


class JudgedQuestion(BaseModel):
    """A question with what was said of passages for it."""

    id: str
    question: str
    lang: str
    unanswerable: bool
    judgements: list[Judgement]

    @classmethod
    def of(cls, one: records.JudgedQuestion) -> JudgedQuestion:
        """Return a judged question as it is kept."""
        judgements = [Judgement.of(judgement) for judgement in one.judgements]
        return cls(
            id=one.id, question=one.question, lang=one.lang, unanswerable=one.unanswerable, judgements=judgements
        )


class JudgedList(BaseModel):
    """The judged questions, the latest first."""

    questions: list[JudgedQuestion]
    total: int
    next: str | None = Field(description="an accepted draft's question for which nothing was judged; null: none")
    left: int = Field(description="how many of those there are")


Form = Literal["queries", "qrels", "topics", "csv", "xlsx"]
