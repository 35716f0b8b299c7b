"""Rows of the library's tables as records: the columns that are asked for, and how each row is read."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from qa.records import (
    ArticleRecord,
    BlockRecord,
    Citation,
    DocumentRecord,
    Erratum,
    Kind,
    Metadata,
    PassageRecord,
    Role,
    Span,
)

DOCUMENT = "id, file, media_type, encoding, sha256, length(original), added_at, updated_at, revision, metadata, text"
ARTICLE = (
    "id, document_id, position, title, kicker, byline, reporters, correspondents, dateline, event_date, mixed, blocks"
)
PASSAGE = "id, document_id, article_id, paragraph, kind, spans, text, quote, note, beheaded, cut"
CITED = (
    f"SELECT {', '.join('p.' + column for column in PASSAGE.split(', '))}, a.title, a.byline, a.event_date, d.file,"
    " json_extract(d.metadata, '$.publication'), json_extract(d.metadata, '$.published') FROM passages p"
    " JOIN articles a ON a.id = p.article_id JOIN documents d ON d.id = p.document_id WHERE p.id IN ({})"
)


def citation_of(passage: PassageRecord, rest: tuple[Any, ...]) -> Citation:
    """Read where a passage stands from the columns of `CITED` that follow the passage's own."""
    title, byline, event_date, file, publication, published = rest
    return Citation(
        document_id=passage.document_id,
        file=file,
        page=None,
        publication=publication,
        published=published,
        title=title,
        byline=byline,
        event_date=event_date,
        paragraph=passage.paragraph,
        spans=passage.spans,
        quote=passage.quote,
        note=passage.note,
        path=f"/documents/{passage.document_id}#p{passage.paragraph}",
    )


def _metadata(text: str) -> Metadata:
    raw: dict[str, Any] = json.loads(text)
    errata = tuple(Erratum(**e) for e in raw.pop("errata", ()))
    return Metadata(errata=errata, **raw)


def _spans(raw: list[list[int]]) -> tuple[Span, ...]:
    return tuple((start, end) for start, end in raw)


def document_of(row: sqlite3.Row | tuple[Any, ...]) -> DocumentRecord:
    """Read a document from the columns of `DOCUMENT`."""
    *plain, metadata, text = row
    return DocumentRecord(*(*plain, _metadata(metadata), text))


def article_of(row: tuple[Any, ...]) -> ArticleRecord:
    """Read an article from the columns of `ARTICLE`."""
    *plain, reporters, correspondents, dateline, event_date, mixed, blocks = row
    names = (tuple(json.loads(reporters)), tuple(json.loads(correspondents)))
    read = tuple(BlockRecord(Role(role), _spans(spans), bool(b), bool(c)) for role, spans, b, c in json.loads(blocks))
    return ArticleRecord(*(*plain, *names, dateline, event_date, bool(mixed), read))


def passage_of(row: tuple[Any, ...]) -> PassageRecord:
    """Read a passage from the columns of `PASSAGE`."""
    id_, document_id, article_id, paragraph, kind, spans, text, quote, note, beheaded, cut = row
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
    )
