"""Records as rows of the library's tables: what `qa.rows` reads is written here."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict

from qa.records import ArticleRecord, DocumentRecord, PassageRecord
from qa.rows import PASSAGE


def insert_document(db: sqlite3.Connection, document: DocumentRecord, original: bytes, revision: int) -> None:
    """Put a document's row in the place of the one that it replaces, if any; when it was first added stays."""
    added = db.execute("SELECT added_at FROM documents WHERE id = ?", (document.id,)).fetchone()
    db.execute("DELETE FROM documents WHERE id = ?", (document.id,))
    db.execute(
        "INSERT INTO documents (id, file, media_type, encoding, sha256, original, text, metadata, added_at, updated_at,"
        " revision, converter, pages) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            document.id,
            document.file,
            document.media_type,
            document.encoding,
            document.sha256,
            original,
            document.text,
        )
        + (
            json.dumps(asdict(document.metadata), ensure_ascii=False),
            added[0] if added else document.added_at,
        )
        + (document.updated_at, revision, document.converter)
        + (None if document.pages is None else json.dumps(document.pages),),
    )


def insert_reading(db: sqlite3.Connection, articles: list[ArticleRecord], passages: list[PassageRecord]) -> None:
    """Add the articles and passages that were read of a document; `article_id` of a passage counts `articles` from 0."""
    numbers = [_insert_article(db, article) for article in articles]
    db.executemany(
        f"INSERT INTO passages ({PASSAGE}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
        [
            (p.id, p.document_id, numbers[p.article_id], p.paragraph, p.kind, json.dumps(p.spans))
            + (p.text, p.quote, p.note, p.beheaded, p.cut, p.event_date)
            + (json.dumps([[*d.span, d.first, d.last] for d in p.dates]),)
            for p in passages
        ],
    )


def _insert_article(db: sqlite3.Connection, article: ArticleRecord) -> int:
    blocks = [[b.role, b.spans, b.beheaded, b.cut] for b in article.blocks]
    cursor = db.execute(
        "INSERT INTO articles (document_id, position, title, kicker, byline, reporters, correspondents, dateline,"
        " event_date, mixed, blocks) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        (article.document_id, article.position, article.title, article.kicker, article.byline)
        + (
            json.dumps(article.reporters, ensure_ascii=False),
            json.dumps(article.correspondents, ensure_ascii=False),
        )
        + (article.dateline, article.event_date, article.mixed, json.dumps(blocks)),
    )
    return int(cursor.lastrowid or 0)
