"""Rows of the library's tables as records: the columns that are asked for, and how each row is read."""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_right
from typing import Any

from qa.records import (
    ArticleRecord,
    BlockRecord,
    Citation,
    DateMention,
    DocumentRecord,
    Erratum,
    Kind,
    Metadata,
    PassageRecord,
    Role,
    Span,
)

DOCUMENT = (
    "id, file, media_type, encoding, sha256, length(original), added_at, updated_at, revision, metadata, text,"
    " converter, pages"
)
ARTICLE = (
    "id, document_id, position, title, kicker, byline, reporters, correspondents, dateline, event_date, mixed, blocks"
)
PASSAGE = "id, document_id, article_id, paragraph, kind, spans, text, quote, note, beheaded, cut, event_date, dates"
PASSAGE_COLUMNS = PASSAGE.count(",") + 1
CITED = (
    f"SELECT {', '.join('p.' + column for column in PASSAGE.split(', '))}, a.title, a.byline, d.file,"
    " json_extract(d.metadata, '$.publication'), json_extract(d.metadata, '$.published'), d.pages FROM passages p"
    " JOIN articles a ON a.id = p.article_id JOIN documents d ON d.id = p.document_id WHERE p.id IN ({})"
)


def citation_of(passage: PassageRecord, rest: tuple[Any, ...]) -> Citation:
    """Read where a passage stands from the columns of `CITED` that follow the passage's own."""
    title, byline, file, publication, published, pages = rest
    return Citation(
        document_id=passage.document_id,
        file=file,
        page=_page_of(passage.spans, pages),
        publication=publication,
        published=published,
        title=title,
        byline=byline,
        event_date=passage.event_date,
        paragraph=passage.paragraph,
        spans=passage.spans,
        quote=passage.quote,
        note=passage.note,
        path=f"/documents/{passage.document_id}#p{passage.paragraph}",
    )


def _page_of(spans: tuple[Span, ...], pages: str | None) -> int | None:
    """Return the number, from 1, of the page on which a passage begins; None in a document without pages."""
    return None if pages is None else bisect_right(json.loads(pages), spans[0][0])


def _metadata(text: str) -> Metadata:
    raw: dict[str, Any] = json.loads(text)
    errata = tuple(Erratum(**e) for e in raw.pop("errata", ()))
    return Metadata(errata=errata, **raw)


def _spans(raw: list[list[int]]) -> tuple[Span, ...]:
    return tuple((start, end) for start, end in raw)


def document_of(row: sqlite3.Row | tuple[Any, ...]) -> DocumentRecord:
    """Read a document from the columns of `DOCUMENT`."""
    *plain, metadata, text, converter, pages = row
    begins = None if pages is None else tuple(json.loads(pages))
    return DocumentRecord(*(*plain, _metadata(metadata), text, converter, begins))


def article_of(row: tuple[Any, ...]) -> ArticleRecord:
    """Read an article from the columns of `ARTICLE`."""
    *plain, reporters, correspondents, dateline, event_date, mixed, blocks = row
    names = (tuple(json.loads(reporters)), tuple(json.loads(correspondents)))
    read = tuple(BlockRecord(Role(role), _spans(spans), bool(b), bool(c)) for role, spans, b, c in json.loads(blocks))
    return ArticleRecord(*(*plain, *names, dateline, event_date, bool(mixed), read))


def passage_of(row: tuple[Any, ...]) -> PassageRecord:
    """Read a passage from the columns of `PASSAGE`."""
    id_, document_id, article_id, paragraph, kind, spans, text, quote, note, beheaded, cut, event_date, dates = row
    return PassageRecord(
        id_,
        document_id,
        article_id,
        paragraph,
        Kind(kind),
        _spans(json.loads(spans)),
        text,
        quote,
        note,
        bool(beheaded),
        bool(cut),
        event_date,
        tuple(DateMention((start, end), first, last) for start, end, first, last in json.loads(dates)),
    )
