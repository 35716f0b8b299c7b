"""Responses about documents: what is known of them, their articles, passages and blocks."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from api.schemas import Citation, Span
from api.urls import Urls
from qa import records


class Erratum(BaseModel):
    """A misprint or misreading: what the page says, what it should say, and why that is known."""

    printed: str
    read: str
    reason: str


class DocumentSummary(BaseModel):
    """One file as published, without its text."""

    id: str
    file: str
    media_type: str
    encoding: str | None = Field(description="of the original bytes, as detected")
    converter: str | None = Field(description="what made the stored text of the file; null where it is the file's own")
    pages: int | None = Field(description="how many pages the file has; null where its form has none")
    sha256: str
    size: int = Field(description="bytes of the original")
    added_at: str
    updated_at: str
    publication: str | None
    section: str | None
    published: str | None
    published_basis: str | None = Field(description="how `published` is known")
    errata: list[Erratum]
    url: str = Field(description="its reading page")

    @classmethod
    def values(cls, document: records.DocumentRecord, urls: Urls) -> dict[str, Any]:
        """Return the values of the fields that every view of a document has."""
        meta = document.metadata
        plain = ("id", "file", "media_type", "encoding", "converter", "sha256", "size", "added_at", "updated_at")
        pages = None if document.pages is None else len(document.pages)
        known = ("publication", "section", "published", "published_basis")
        errata = [Erratum(printed=e.printed, read=e.read, reason=e.reason) for e in meta.errata]
        return (
            {name: getattr(document, name) for name in plain}
            | {name: getattr(meta, name) for name in known}
            | {"errata": errata, "pages": pages, "url": urls.document(document.id)}
        )

    @classmethod
    def of(cls, document: records.DocumentRecord, urls: Urls) -> DocumentSummary:
        """Return what is known of a document."""
        return cls(**cls.values(document, urls))


class DocumentList(BaseModel):
    """One page of the documents, in order of id."""

    documents: list[DocumentSummary]
    next_cursor: str | None = Field(description="`cursor` of the next page; null on the last")


class Block(BaseModel):
    """One block of an article in reading order; every non-blank code point of a page is in exactly one."""

    role: records.Role
    spans: list[Span]
    beheaded: bool = Field(description="its beginning is lost on the page")
    cut: bool = Field(description="its end is lost on the page")

    @classmethod
    def of(cls, block: records.BlockRecord) -> Block:
        """Return a block as it stands in its article."""
        return cls(**{name: getattr(block, name) for name in cls.model_fields})


class DateMention(BaseModel):
    """A date that a passage names, resolved to days."""

    span: Span = Field(description="of the expression, in the document's text")
    first: str = Field(description="first day that it can mean, YYYY-MM-DD")
    last: str = Field(description="last day that it can mean, YYYY-MM-DD")

    @classmethod
    def of(cls, mention: records.DateMention) -> DateMention:
        """Return a mention as it is stored."""
        return cls(span=mention.span, first=mention.first, last=mention.last)


class DocumentPassage(BaseModel):
    """One passage of a document: what search finds and answers cite."""

    id: str
    paragraph: int
    kind: records.Kind
    spans: list[Span]
    text: str
    quote: str
    note: str | None
    beheaded: bool
    cut: bool
    event_date: str | None = Field(description="when what it tells happened, as exactly as is known and no more")
    dates: list[DateMention] = Field(description="the dates that it names and that could be resolved")

    @classmethod
    def of(cls, passage: records.PassageRecord) -> DocumentPassage:
        """Return a passage as it stands in its document."""
        plain = {name: getattr(passage, name) for name in cls.model_fields if name != "dates"}
        return cls(**plain, dates=[DateMention.of(mention) for mention in passage.dates])


class Article(BaseModel):
    """One piece of a document."""

    position: int
    title: str | None
    kicker: str | None
    byline: str | None
    reporters: list[str]
    correspondents: list[str]
    dateline: str | None
    event_date: str | None
    mixed: bool = Field(description="several reports were run together under one headline")
    passages: list[DocumentPassage]
    blocks: list[Block]

    @classmethod
    def of(cls, article: records.ArticleRecord, passages: list[records.PassageRecord]) -> Article:
        """Return an article with those of its document's passages that belong to it."""
        plain = set(cls.model_fields) - {"passages", "blocks"}
        return cls(
            **{name: getattr(article, name) for name in plain},
            passages=[DocumentPassage.of(p) for p in passages if p.article_id == article.id],
            blocks=[Block.of(block) for block in article.blocks],
        )


class Document(DocumentSummary):
    """A document with its articles and its stored text, in which all offsets count."""

    articles: list[Article]
    text: str


class PassageResponse(BaseModel):
    """One passage with its citation."""

    id: str
    kind: records.Kind
    text: str
    beheaded: bool
    cut: bool
    citation: Citation
