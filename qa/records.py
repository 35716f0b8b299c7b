"""The records that travel the straight line: documents, articles, passages, hits, citations, answers.

Offsets are Unicode code points into a document's stored text; a span is a half-open pair `(start, end)`.
Scores mean *higher is better* everywhere; a rank is a position counted from 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from qa.reading.records import Role, Span

__all__ = [
    "Answer",
    "ArticleRecord",
    "BlockRecord",
    "Citation",
    "CitedHit",
    "DateMention",
    "DocumentFacts",
    "DocumentRecord",
    "Erratum",
    "Filters",
    "Hit",
    "Kind",
    "Metadata",
    "Mode",
    "PassageRecord",
    "Role",
    "SearchResult",
    "Span",
]


class Kind(StrEnum):
    """What a passage is; a headline or a caption ranks below a paragraph that says the same."""

    PARAGRAPH = "paragraph"
    HEADLINE = "headline"
    CAPTION = "caption"


class Mode(StrEnum):
    """Which retriever serves a query.

    `soft` (token by token) and `reranked` (what hybrid is when a reranker is set) are for evaluation, not offered over HTTP.
    """

    HYBRID = "hybrid"
    DENSE = "dense"
    LEXICAL = "lexical"
    SOFT = "soft"
    RERANKED = "reranked"


@dataclass(frozen=True, slots=True)
class Erratum:
    """A misprint or misreading: what the page says, what it should say, and why that is known."""

    printed: str
    read: str
    reason: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """Facts about a document that its text does not say itself; dates are `YYYY`, `YYYY-MM` or `YYYY-MM-DD`."""

    publication: str | None = None
    section: str | None = None
    published: str | None = None
    published_basis: str | None = None
    errata: tuple[Erratum, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """One file as published. `text` is the stored text that all offsets count in.

    `converter` names what made the text of the file and its version, None where the text is the file's own. `pages` holds
    the offset in the text at which each page of the file begins, None where the form has no pages.
    """

    id: str
    file: str
    media_type: str
    encoding: str | None
    sha256: str
    size: int
    added_at: str
    updated_at: str
    revision: int
    metadata: Metadata
    text: str
    converter: str | None = None
    pages: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What documents are chosen by, without their texts."""

    id: str
    file: str
    publication: str | None
    published: str | None


@dataclass(frozen=True, slots=True)
class BlockRecord:
    """One block of an article with its role, in reading order."""

    role: Role
    spans: tuple[Span, ...]
    beheaded: bool = False
    cut: bool = False


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """One piece of a document; `position` counts from 1 within the document."""

    id: int
    document_id: str
    position: int
    title: str | None
    kicker: str | None
    byline: str | None
    reporters: tuple[str, ...]
    correspondents: tuple[str, ...]
    dateline: str | None
    event_date: str | None
    mixed: bool
    blocks: tuple[BlockRecord, ...]


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date that a passage names, resolved: `span` in the stored text, first and last day (`YYYY-MM-DD`) it can mean."""

    span: Span
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class PassageRecord:
    """The unit that is retrieved and cited; `paragraph` counts passages through the document from 1.

    `event_date` is the day, month or year that it tells of, as exactly as is known; `dates` are all those that it names.
    """

    id: str
    document_id: str
    article_id: int
    paragraph: int
    kind: Kind
    spans: tuple[Span, ...]
    text: str
    quote: str
    note: str | None
    beheaded: bool
    cut: bool
    event_date: str | None = None
    dates: tuple[DateMention, ...] = ()


@dataclass(frozen=True, slots=True)
class Filters:
    """Which passages may be found. A partial date is an interval and matches on overlap (`None`: no bound)."""

    document_ids: tuple[str, ...] | None = None
    published_from: str | None = None
    published_to: str | None = None
    event_from: str | None = None
    event_to: str | None = None
    include_undated: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One retrieved passage: `score` in 0-1, comparable within one result."""

    passage_id: str
    score: float


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a text stands, provable letter for letter: `"".join(stored[s:e] for s, e in spans) == quote`.

    `path` is the place on the reading page, relative to the service's public address.
    """

    document_id: str
    file: str
    page: int | None
    publication: str | None
    published: str | None
    title: str | None
    byline: str | None
    event_date: str | None
    paragraph: int
    spans: tuple[Span, ...]
    quote: str
    note: str | None
    path: str
    also_in: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class CitedHit:
    """A hit with all that is shown of it; `highlights` are spans in `text`."""

    id: str
    rank: int
    score: float
    kind: Kind
    text: str
    highlights: tuple[Span, ...]
    citation: Citation


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found, best first, and the index version that it was found in.

    `asked` is the query as it was searched for: in characters when it was typed in pinyin.
    """

    query: str
    asked: str
    mode: Mode
    index_version: int
    took_ms: float
    passages: tuple[CitedHit, ...]


@dataclass(frozen=True, slots=True)
class AnswerCitation:
    """One marker `[n]` of an answer: the passage and the exact sentence in it."""

    marker: int
    passage_id: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its proofs, or the statement that the documents hold none.

    `asked` is the question as it was searched for: a follow-up question is made whole from the turns before it.
    `confidence` is the probability that the top passages hold the answer; it is fitted only when `calibrated`.
    `notice` says, in the question's language, why the answer is quoted or lacks a part although a language model is set.
    """

    question: str
    asked: str
    text: str
    answerable: bool
    confidence: float
    calibrated: bool
    citations: tuple[AnswerCitation, ...]
    passages: tuple[CitedHit, ...]
    answerer: str
    index_version: int
    took_ms: float = field(default=0.0)
    notice: str | None = None
