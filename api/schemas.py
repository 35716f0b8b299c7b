"""Requests and responses of search and ask, with their bounds; /openapi.json shows them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from api.dates import check_date, check_order
from api.urls import Urls
from qa import conversation, records

MAX_QUESTION = 1000
MAX_TOP_K = 50
MAX_TURN = 20_000
MAX_TURNS = 100


def no_nul(text: str) -> str:
    """Return the text; raise pydantic's fault for one with a NUL character, which no file or index can hold."""
    if "\x00" in text:
        found = f"a NUL character at position {text.index(chr(0))}"
        raise PydanticCustomError("nul", "NUL character", {"found": found, "expected": "text without NUL"})
    return text


Question = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_QUESTION),
    AfterValidator(no_nul),
]
PartialDate = Annotated[str, AfterValidator(check_date)]
DocumentId = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(no_nul)]
TopK = Annotated[int, Field(ge=1, le=MAX_TOP_K, strict=True, description="how many passages, 1-50")]
Flag = Annotated[bool, Field(strict=True)]
Span = tuple[int, int]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Filters(_Request):
    """Which passages may be found. A partial date is an interval and matches on overlap."""

    document_ids: list[DocumentId] | None = Field(None, max_length=1000, description="only these documents")
    published_from: PartialDate | None = Field(None, description="YYYY, YYYY-MM or YYYY-MM-DD")
    published_to: PartialDate | None = Field(None, description="YYYY, YYYY-MM or YYYY-MM-DD")
    event_from: PartialDate | None = Field(None, description="YYYY, YYYY-MM or YYYY-MM-DD")
    event_to: PartialDate | None = Field(None, description="YYYY, YYYY-MM or YYYY-MM-DD")
    include_undated: Flag = Field(False, description="let what has no date through a date filter")

    @model_validator(mode="after")
    def _ordered(self) -> Filters:
        check_order("published", self.published_from, self.published_to)
        check_order("event", self.event_from, self.event_to)
        return self

    def record(self) -> records.Filters:
        """Return the filters as the service takes them."""
        fields = self.model_dump(exclude={"document_ids"})
        ids = None if self.document_ids is None else tuple(self.document_ids)
        return records.Filters(document_ids=ids, **fields)


class SearchRequest(_Request):
    """A search for passages."""

    query: Question = Field(description="what to look for, 1-1000 characters after trimming")
    top_k: TopK = 5
    mode: Literal["hybrid", "dense", "lexical"] = Field("hybrid", description="which retriever serves")
    filters: Filters | None = None


class Turn(_Request):
    """One earlier turn of a conversation."""

    role: Literal["user", "assistant"]
    content: Annotated[str, StringConstraints(max_length=MAX_TURN), AfterValidator(no_nul)]

    def record(self) -> conversation.Turn:
        """Return the turn as the service takes it."""
        return conversation.Turn(conversation.Role(self.role), self.content)


class AskRequest(_Request):
    """A question to answer from the documents."""

    question: Question = Field(description="in Chinese or English, 1-1000 characters after trimming")
    top_k: TopK = 5
    filters: Filters | None = None
    history: list[Turn] | None = Field(None, max_length=MAX_TURNS, description="earlier turns, oldest first")
    stream: Flag = Field(False, description="answer as server-sent events: passages, delta, answer, error")


class Citation(BaseModel):
    """Where a text stands, letter for letter: the spans of the stored text, joined, are the quote."""

    document_id: str
    file: str
    page: int | None
    publication: str | None
    published: str | None = Field(description="as exact as is known: YYYY-MM-DD, YYYY-MM, YYYY or null")
    title: str | None = Field(description="headline of the article; null where the page lost it")
    byline: str | None
    event_date: str | None
    paragraph: int = Field(description="number of the passage in its document, from 1; its anchor is #p<number>")
    spans: list[Span] = Field(description="half-open pairs of code points in the document's stored text")
    quote: str
    note: str | None = Field(description="a known misprint in the quote and how it should read")
    url: str = Field(description="the place on the reading page")
    also_in: list[Citation] = Field(description="the same text where it was printed again")

    @classmethod
    def fields_of(cls, citation: records.Citation, urls: Urls) -> dict[str, Any]:
        """Return the values of all fields; an answer's citation has these and its own."""
        plain = set(Citation.model_fields) - {"url", "also_in"}
        values = {name: getattr(citation, name) for name in plain}
        also_in = [cls.of(other, urls) for other in citation.also_in]
        return values | {"url": urls.of(citation.path), "also_in": also_in}

    @classmethod
    def of(cls, citation: records.Citation, urls: Urls) -> Citation:
        """Return the citation with its absolute URL."""
        return cls(**cls.fields_of(citation, urls))


class AnswerCitation(Citation):
    """What stands behind one marker `[n]` of an answer; quote and spans are those of the sentence."""

    marker: int
    passage_id: str


class Passage(BaseModel):
    """A passage that was found."""

    id: str
    rank: int
    score: float = Field(description="0-1, higher is better, comparable within one response")
    kind: records.Kind
    text: str = Field(description="the quote with its joins and blanks repaired")
    highlights: list[Span] = Field(description="half-open pairs of code points in `text`")
    citation: Citation

    @classmethod
    def of(cls, hit: records.CitedHit, urls: Urls) -> Passage:
        """Return a hit with its citation's absolute URL."""
        return cls(
            id=hit.id,
            rank=hit.rank,
            score=hit.score,
            kind=hit.kind,
            text=hit.text,
            highlights=list(hit.highlights),
            citation=Citation.of(hit.citation, urls),
        )


class SearchResponse(BaseModel):
    """The passages found, best first."""

    query: str
    asked: str = Field(
        description="the query as it was searched for: in Chinese characters when it was typed in pinyin"
    )
    mode: records.Mode
    index_version: int
    took_ms: float
    passages: list[Passage]


class AskResponse(BaseModel):
    """An answer with `[n]` markers, of verbatim or of checked sentences, or the statement that the documents hold none."""

    question: str
    asked: str = Field(
        description="the question as it was searched for: in Chinese characters when it was typed in pinyin, made whole "
        "from `history` when it was a follow-up"
    )
    answer: str
    answerable: bool
    confidence: float = Field(description="probability that the top passages hold the answer")
    calibrated: bool = Field(description="whether `confidence` was fitted to the encoder in use")
    citations: list[AnswerCitation] = Field(description="one for each marker in `answer`")
    passages: list[Passage]
    answerer: str = Field(description="`extractive`, or `language-model` for sentences of a model that were proved")
    index_version: int
    took_ms: float
    notice: str | None = Field(None, description="why no language model answered although one is set, or only in part")

    @classmethod
    def of(cls, answer: records.Answer, urls: Urls) -> AskResponse:
        """Return an answer with all its citations' absolute URLs."""
        citations = [
            AnswerCitation(marker=c.marker, passage_id=c.passage_id, **Citation.fields_of(c.citation, urls))
            for c in answer.citations
        ]
        return cls(
            question=answer.question,
            asked=answer.asked,
            answer=answer.text,
            answerable=answer.answerable,
            confidence=answer.confidence,
            calibrated=answer.calibrated,
            citations=citations,
            passages=[Passage.of(hit, urls) for hit in answer.passages],
            answerer=answer.answerer,
            index_version=answer.index_version,
            took_ms=answer.took_ms,
            notice=answer.notice,
        )


class FaultDetail(BaseModel):
    """One fault of a request."""

    field: str
    found: str
    expected: str


class Fault(BaseModel):
    """What went wrong: found, expected, what to do."""

    code: str
    message: str
    details: list[FaultDetail]


class ErrorBody(BaseModel):
    """The body of every response with a status of 400 or more, but for those in other programs' dialects."""

    error: Fault
