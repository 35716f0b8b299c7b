"""Rows of what the language model wrote: its questions for a passage, kept apart from those that the user gave.

The table is made with the first row, so a library from before it needs no migration, and an older version passes over it.
`published` is 0 until the document has another revision, which has the index take the questions in.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

_TABLE = """\
CREATE TABLE IF NOT EXISTS written_questions (
    passage_id TEXT PRIMARY KEY REFERENCES passages (id) ON DELETE CASCADE,
    questions TEXT NOT NULL,
    model TEXT NOT NULL,
    published INTEGER NOT NULL
) STRICT, WITHOUT ROWID"""
_LACKING = (
    "SELECT p.id FROM passages p WHERE p.kind = 'paragraph'"
    " AND NOT EXISTS (SELECT 1 FROM questions q WHERE q.passage_id = p.id)"
)


@dataclass(frozen=True, slots=True)
class Written:
    """What a model wrote for one passage; no questions means that its reply held none that can be used."""

    questions: tuple[str, ...]
    model: str


def of(db: sqlite3.Connection, document_id: str) -> dict[str, Written]:
    """Return what was written for a document's passages, by passage id."""
    if not _there(db):
        return {}
    rows = db.execute(
        "SELECT passage_id, questions, model FROM written_questions w JOIN passages p ON p.id = w.passage_id"
        " WHERE p.document_id = ?",
        (document_id,),
    ).fetchall()
    return {passage_id: Written(tuple(json.loads(questions)), model) for passage_id, questions, model in rows}


def put(db: sqlite3.Connection, passage_id: str, written: Written) -> bool:
    """Keep a row, unless the passage is gone, has questions of the user's or has written ones already."""
    db.execute(_TABLE)
    # Nothing to index where nothing was usable: such a row counts as published.
    row = (json.dumps(written.questions, ensure_ascii=False), written.model, not written.questions)
    cursor = db.execute(
        "INSERT INTO written_questions SELECT p.id, ?, ?, ? FROM passages p WHERE p.id = ?"
        " AND NOT EXISTS (SELECT 1 FROM questions q WHERE q.passage_id = p.id)"
        " ON CONFLICT (passage_id) DO UPDATE SET questions = excluded.questions, model = excluded.model,"
        " published = excluded.published WHERE written_questions.questions = '[]'",
        (*row, passage_id),
    )
    return cursor.rowcount > 0


def lacking(db: sqlite3.Connection, document_ids: Sequence[str], *, again: bool) -> list[str]:
    """Return the ids of paragraphs without questions; those with an empty row only with `again`."""
    query = _LACKING
    if _there(db):
        rows = "SELECT 1 FROM written_questions w WHERE w.passage_id = p.id"
        query += f" AND NOT EXISTS ({rows}{' AND w.questions <> ' + repr('[]') if again else ''})"
    if document_ids:
        query += f" AND p.document_id IN ({','.join('?' * len(document_ids))})"
    found = db.execute(query + " ORDER BY p.document_id, p.paragraph", tuple(document_ids)).fetchall()
    return [str(row[0]) for row in found]


def unpublished(db: sqlite3.Connection) -> bool:
    """Say whether there are questions that the index has not been told of."""
    return _there(db) and db.execute("SELECT 1 FROM written_questions WHERE NOT published").fetchone() is not None


def publish(db: sqlite3.Connection, revision: int) -> None:
    """Give the documents with unpublished questions this revision."""
    db.execute(
        "UPDATE documents SET revision = ? WHERE id IN (SELECT p.document_id FROM written_questions w"
        " JOIN passages p ON p.id = w.passage_id WHERE NOT w.published)",
        (revision,),
    )
    db.execute("UPDATE written_questions SET published = 1 WHERE NOT published")


def _there(db: sqlite3.Connection) -> bool:
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = 'written_questions'").fetchone() is not None
