"""The library: documents, articles and passages in one SQLite file. It is the truth; the index is derived from it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from qa import connection, written
from qa.errors import NotFound
from qa.inserting import insert_document, insert_reading
from qa.records import (
    ArticleRecord,
    Citation,
    DocumentFacts,
    DocumentRecord,
    PassageRecord,
)
from qa.rows import ARTICLE, CITED, DOCUMENT, PASSAGE, PASSAGE_COLUMNS, article_of, citation_of, document_of, passage_of

FILE = "library.sqlite"
# Below SQLite's limit of parameters in one statement.
_IDS_AT_ONCE = 500


class Library:
    """Read and write one library; safe to use from several threads and processes.

    Every write is one transaction, on disk when the method returns, and raises `revision` by one (but for questions that the
    language model wrote).
    """

    def __init__(self, connections: connection.Connections) -> None:
        self._connections = connections

    @classmethod
    def open(cls, data_dir: Path) -> Library:
        """Open the library in `data_dir`; raise `LibraryMissing`, `LibraryDamaged` or `LibraryTooNew`."""
        return cls(connection.Connections(data_dir / FILE))

    @classmethod
    def create(cls, data_dir: Path) -> Library:
        """Create an empty library in `data_dir` and open it."""
        connection.create(data_dir / FILE)
        return cls.open(data_dir)

    @property
    def path(self) -> Path:
        return self._connections.path

    @property
    def read_only(self) -> bool:
        return self._connections.read_only

    @property
    def revision(self) -> int:
        """How many writes the library has seen."""
        return int(self.meta("revision") or 0)

    def snapshot(self) -> contextlib.AbstractContextManager[object]:
        """Let every reading of this thread in the block see one state of the library."""
        return self._connections.snapshot()

    def transaction(self) -> contextlib.AbstractContextManager[object]:
        """Make the writes of this thread in the block one: all of them are on disk when it ends, or none is."""
        return self._connections.writing()

    def meta(self, key: str) -> str | None:
        with self._connections.reading() as db:
            row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def next_index_version(self, *, above: int) -> int:
        """Return the next number of the growing sequence of index versions; it outlives a lost index and a restore."""
        with self._connections.writing() as db:
            return _count_up(db, "index_version", above)

    def revisions(self) -> dict[str, int]:
        """Return the revision of each document, in order of id."""
        with self._connections.reading() as db:
            return dict(db.execute("SELECT id, revision FROM documents ORDER BY id").fetchall())

    def documents(self, *, limit: int = 100, after: str | None = None) -> list[DocumentRecord]:
        """Return documents in order of id, those after `after`."""
        with self._connections.reading() as db:
            rows = db.execute(
                f"SELECT {DOCUMENT} FROM documents WHERE id > ? ORDER BY id LIMIT ?", (after or "", limit)
            ).fetchall()
        return [document_of(row) for row in rows]

    def facts(self) -> list[DocumentFacts]:
        """Return what all documents are chosen by, in order of id."""
        with self._connections.reading() as db:
            rows = db.execute(
                "SELECT id, file, json_extract(metadata, '$.publication'), json_extract(metadata, '$.published')"
                " FROM documents ORDER BY id"
            ).fetchall()
        return [DocumentFacts(*row) for row in rows]

    def document(self, document_id: str) -> DocumentRecord:
        """Return a document with its stored text; raise `NotFound` for an unknown id."""
        with self._connections.reading() as db:
            row = db.execute(f"SELECT {DOCUMENT} FROM documents WHERE id = ?", (document_id,)).fetchone()
        if row is None:
            raise NotFound(f"no document has the id {document_id!r}; list the documents to see those that exist")
        return document_of(row)

    def document_with_content(self, sha256: str) -> str | None:
        """Return the id of the document with exactly this content, if there is one."""
        with self._connections.reading() as db:
            row = db.execute("SELECT id FROM documents WHERE sha256 = ?", (sha256,)).fetchone()
        return None if row is None else str(row[0])

    def has(self, document_id: str) -> bool:
        """Say whether there is a document with this id."""
        with self._connections.reading() as db:
            return db.execute("SELECT 1 FROM documents WHERE id = ?", (document_id,)).fetchone() is not None

    def new_id(self, sha256: str, among: Iterable[str] = ()) -> str:
        """Return the id of a new document with this content: `d` and the first digits of its hash.

        More digits when those belong to a document whose content was replaced since, or to one of those `among` which it
        comes.
        """
        with self._connections.reading() as db:
            taken = {row[0] for row in db.execute("SELECT id FROM documents WHERE id LIKE ?", (f"d{sha256[:12]}%",))}
        taken.update(among)
        return next(id_ for digits in range(12, 65) if (id_ := "d" + sha256[:digits]) not in taken)

    def original(self, document_id: str) -> bytes:
        """Return the bytes of a document as they were added."""
        with self._connections.reading() as db:
            row = db.execute("SELECT original FROM documents WHERE id = ?", (document_id,)).fetchone()
        if row is None:
            raise NotFound(f"no document has the id {document_id!r}; list the documents to see those that exist")
        return bytes(row[0])

    def articles(self, document_id: str) -> list[ArticleRecord]:
        """Return the articles of a document in their order."""
        with self._connections.reading() as db:
            rows = db.execute(
                f"SELECT {ARTICLE} FROM articles WHERE document_id = ? ORDER BY position", (document_id,)
            ).fetchall()
        return [article_of(row) for row in rows]

    def article(self, article_id: int) -> ArticleRecord:
        with self._connections.reading() as db:
            row = db.execute(f"SELECT {ARTICLE} FROM articles WHERE id = ?", (article_id,)).fetchone()
        if row is None:
            raise NotFound(f"no article has the number {article_id}")
        return article_of(row)

    def passages(self, document_id: str) -> list[PassageRecord]:
        """Return the passages of a document in order of `paragraph`."""
        with self._connections.reading() as db:
            rows = db.execute(
                f"SELECT {PASSAGE} FROM passages WHERE document_id = ? ORDER BY paragraph", (document_id,)
            ).fetchall()
        return [passage_of(row) for row in rows]

    def passage(self, passage_id: str) -> PassageRecord:
        """Return a passage; raise `NotFound` for an unknown id."""
        with self._connections.reading() as db:
            row = db.execute(f"SELECT {PASSAGE} FROM passages WHERE id = ?", (passage_id,)).fetchone()
        if row is None:
            raise NotFound(f"no passage has the id {passage_id!r}; a search gives the ids that exist")
        return passage_of(row)

    def cite(self, passage_ids: Sequence[str]) -> list[tuple[PassageRecord, Citation]]:
        """Return passages with where they stand, in the order asked for; ids that are gone are left out."""
        rows: list[tuple[Any, ...]] = []
        with self._connections.snapshot() as db:
            for start in range(0, len(passage_ids), _IDS_AT_ONCE):
                some = tuple(passage_ids[start : start + _IDS_AT_ONCE])
                rows += db.execute(CITED.format(",".join("?" * len(some))), some).fetchall()
        read = [(passage_of(row[:PASSAGE_COLUMNS]), row[PASSAGE_COLUMNS:]) for row in rows]
        found = {passage.id: (passage, citation_of(passage, rest)) for passage, rest in read}
        return [found[id_] for id_ in passage_ids if id_ in found]

    def counts(self) -> tuple[int, int, int]:
        """Return the numbers of documents, articles and passages."""
        with self._connections.reading() as db:
            tables = ("documents", "articles", "passages")
            documents, articles, passages = (
                int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) for table in tables
            )
        return documents, articles, passages

    def put(
        self,
        document: DocumentRecord,
        original: bytes,
        articles: list[ArticleRecord],
        passages: list[PassageRecord],
    ) -> int:
        """Add a document or replace the one with its id; return the new revision.

        `article_id` of a passage counts the articles given here from 0; the numbers that are stored are assigned here.
        """
        with self._connections.writing() as db:
            revision = _count_up(db, "revision")
            insert_document(db, document, original, revision)
            insert_reading(db, articles, passages)
        return revision

    def put_reading(self, document_id: str, articles: list[ArticleRecord], passages: list[PassageRecord]) -> int:
        """Put articles and passages in the place of those that were read before; return the new revision."""
        with self._connections.writing() as db:
            revision = _count_up(db, "revision")
            db.execute("DELETE FROM articles WHERE document_id = ?", (document_id,))
            db.execute("UPDATE documents SET revision = ? WHERE id = ?", (revision, document_id))
            insert_reading(db, articles, passages)
        return revision

    def note_reader(self, reader: str) -> None:
        """Remember which reader has read the documents."""
        with self._connections.writing() as db:
            db.execute(
                "INSERT INTO meta VALUES ('reader', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (reader,),
            )

    def questions(self, document_id: str) -> dict[str, tuple[str, ...]]:
        """Return the index-time questions of a document's passages, by passage id: the user's, else the language model's."""
        by_model = {id_: one.questions for id_, one in self.written_questions(document_id).items() if one.questions}
        return by_model | self.given_questions(document_id)

    def given_questions(self, document_id: str) -> dict[str, tuple[str, ...]]:
        """Return the index-time questions that the user gave a document's passages, by passage id."""
        with self._connections.reading() as db:
            rows = db.execute(
                "SELECT passage_id, question FROM questions q JOIN passages p ON p.id = q.passage_id"
                " WHERE p.document_id = ? ORDER BY passage_id, position",
                (document_id,),
            ).fetchall()
        found: dict[str, tuple[str, ...]] = {}
        for passage_id, question in rows:
            found[passage_id] = (*found.get(passage_id, ()), question)
        return found

    def put_questions(self, document_id: str, questions: Mapping[str, Sequence[str]]) -> int:
        """Replace the index-time questions that the user gave a document's passages; return the new revision."""
        with self._connections.writing() as db:
            revision = _count_up(db, "revision")
            db.execute(
                "DELETE FROM questions WHERE passage_id IN (SELECT id FROM passages WHERE document_id = ?)",
                (document_id,),
            )
            rows = [(id_, i, text) for id_, texts in questions.items() for i, text in enumerate(texts)]
            db.executemany("INSERT INTO questions VALUES (?,?,?)", rows)
            db.execute("UPDATE documents SET revision = ? WHERE id = ?", (revision, document_id))
        return revision

    def written_questions(self, document_id: str) -> dict[str, written.Written]:
        """Return what the language model wrote for a document's passages, by passage id; also where nothing was usable."""
        with self._connections.reading() as db:
            return written.of(db, document_id)

    def put_written(self, passage_id: str, by_model: written.Written) -> bool:
        """Keep what the language model wrote for a passage; return False when the passage is gone or has questions.

        `publish_written` makes the questions count. Neither raises `revision`: nobody waits for these questions, and an
        index without them is not stale.
        """
        with self._connections.writing() as db:
            return written.put(db, passage_id, by_model)

    def publish_written(self) -> bool:
        """Let the documents with newly written questions be indexed again; return whether there are any."""
        with self._connections.reading() as db:
            if not written.unpublished(db):
                return False
        with self._connections.writing() as db:
            # Below zero and below the index's mark of what is gone: no number that another write gives a document.
            written.publish(db, -1 - _count_up(db, "written"))
        return True

    def without_questions(self, document_ids: Sequence[str] = (), *, again: bool = False) -> list[str]:
        """Return the ids of the paragraphs (of these documents, or of all) that have no questions, in reading order.

        Those for which the language model wrote nothing usable are among them only with `again`.
        """
        with self._connections.reading() as db:
            return written.lacking(db, document_ids, again=again)

    def remove(self, document_id: str) -> int:
        """Remove a document and all that was read from it; return the new revision. Raise `NotFound` for an unknown id."""
        with self._connections.writing() as db:
            if db.execute("DELETE FROM documents WHERE id = ?", (document_id,)).rowcount == 0:
                raise NotFound(f"no document has the id {document_id!r}; list the documents to see those that exist")
            return _count_up(db, "revision")

    def backup(self, target: Path) -> None:
        """Copy the library, whole and consistent, to the file `target` while it may be in use."""
        with self._connections.reading() as db:
            copy = sqlite3.connect(target)
            try:
                db.backup(copy)
            finally:
                copy.close()

    def checkpoint(self) -> bool:
        """Move what the write-ahead log holds into the file and empty the log, which keeps texts that were removed.

        Return False when a reader or a writer was in the way, or there is nothing to write on.
        """
        if self.read_only:
            return False
        with self._connections.reading() as db:
            # No waiting: a writer would wait with it for whoever reads.
            (patience,) = db.execute("PRAGMA busy_timeout").fetchone()
            db.execute("PRAGMA busy_timeout=0")
            try:
                busy, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except sqlite3.OperationalError:
                return False
            finally:
                db.execute(f"PRAGMA busy_timeout={patience}")
        return not busy

    def close(self) -> None:
        self._connections.close()


def _count_up(db: sqlite3.Connection, key: str, above: int = 0) -> int:
    row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    count = max(above, 0 if row is None else int(row[0])) + 1
    db.execute(
        "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, str(count)),
    )
    return count
