"""The file of feedback: beside the library, so that neither harms the other, and bounded.

What is taken back is gone from the disk's files too: SQLite overwrites it (secure_delete), the file is written anew without
it (VACUUM: pages that were split keep copies of what once lay there), and there is no write-ahead log for it to linger in.
Source: https://www.sqlite.org/pragma.html#pragma_secure_delete, https://www.sqlite.org/lang_vacuum.html
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import date
from pathlib import Path

from qa.connection import faults_explained, writable
from qa.errors import FeedbackFull, FeedbackUnreadable, LibraryDamaged, LibraryReadOnly, NotFound
from qa.feedback.records import Feedback, Judged, Verdict
from qa.feedback.rows import COLUMNS, GIVEN, SCHEMA, feedback_of, values_of

FILE = "feedback.sqlite"
FORMAT = 1
APPLICATION_ID = 0x4A484642  # "JHFB"
MOST_ROWS = 50_000
MOST_BYTES = 200_000_000
_SECONDS = 10.0


class FeedbackStore:
    """The feedback of one data folder; safe to use from several threads and processes.

    Raises `FeedbackUnreadable` for a damaged file or a newer version's, `LibraryBusy` when another process writes for long,
    `LibraryReadOnly` and `DiskFull` when nothing can be written.
    """

    def __init__(self, data_dir: Path, *, most: int = MOST_ROWS, today: Callable[[], date] = date.today) -> None:
        self.path = data_dir / FILE
        self._most, self._today = most, today

    def give(self, judged: Judged) -> str:
        """Keep feedback, masked; return the secret that takes it back. Raises `FeedbackFull`: what is there stays."""
        id_ = secrets.token_hex(16)
        with self._writing() as db:
            (rows,) = db.execute("SELECT count(*) FROM feedback").fetchone()
            (pages,), (size,) = (db.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
            if rows >= self._most or pages * size >= MOST_BYTES:
                raise FeedbackFull(
                    f"found {rows} pieces of feedback in {pages * size} bytes, expected fewer than {self._most} in {MOST_BYTES}; "
                    "the operator exports them (jianghai-qa feedback export FILE) and makes room (jianghai-qa feedback clear)"
                )
            marks = ",".join("?" * (GIVEN.count(",") + 1))
            db.execute(
                f"INSERT INTO feedback ({GIVEN}) VALUES ({marks})",
                (id_, self._today().isoformat(), *values_of(judged)),
            )
        return id_

    def newest(self, *, limit: int, before: int | None = None) -> list[Feedback]:
        """Return feedback, the newest first: those whose number is below `before`."""
        with self._reading() as db:
            if db is None:
                return []
            query = f"SELECT {COLUMNS} FROM feedback WHERE ? IS NULL OR number < ? ORDER BY number DESC LIMIT ?"
            return [feedback_of(row) for row in db.execute(query, (before, before, limit))]

    def all(self) -> list[Feedback]:
        """Return all feedback, the oldest first."""
        return self.newest(limit=-1)[::-1]

    def count(self) -> dict[Verdict, int]:
        """Return how many there are of each verdict."""
        with self._reading() as db:
            query = "SELECT verdict, count(*) FROM feedback GROUP BY verdict"
            found = {} if db is None else dict(db.execute(query).fetchall())
        return {verdict: int(found.get(verdict.value, 0)) for verdict in Verdict}

    def remove(self, ids: Sequence[str]) -> None:
        """Remove feedback so that its words are in no file any more; raise `NotFound` and remove none if one is not there."""
        if not self.path.is_file():
            raise NotFound(_absent(ids[:1]))
        with self._writing(cleanly=True) as db:
            absent = [id_ for id_ in ids if not db.execute("DELETE FROM feedback WHERE id = ?", (id_,)).rowcount]
            if absent:
                raise NotFound(_absent(absent))

    def clear(self) -> int:
        """Remove all feedback, a damaged file as well; return how many there were (0 for a damaged file)."""
        if not self.path.exists():
            return 0
        try:
            with self._writing(cleanly=True) as db:
                return db.execute("DELETE FROM feedback").rowcount
        except FeedbackUnreadable:
            for end in ("", "-journal", "-wal", "-shm"):
                with suppress(FileNotFoundError):
                    os.unlink(f"{self.path}{end}")
            return 0

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        if not self.path.is_file():
            yield None
            return
        mode = "mode=rw" if writable(self.path.parent) else "mode=ro"
        with self._faults_told(), closing(self._connect(mode)) as db:
            self._check(db)
            yield db if _format(db) else None

    @contextmanager
    def _writing(self, *, cleanly: bool = False) -> Iterator[sqlite3.Connection]:
        """Run one transaction; `cleanly` writes the file anew after it, without what was removed."""
        if not writable(self.path.parent):
            raise LibraryReadOnly("the data folder is read-only, so no feedback can be kept; make it writable")
        # Others of the machine have no business with what visitors write.
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        with self._faults_told(), closing(self._connect("mode=rw")) as db:
            db.execute("PRAGMA secure_delete=ON")
            db.execute("PRAGMA synchronous=FULL")
            db.execute("BEGIN IMMEDIATE")
            try:
                self._check(db)
                _create(db)
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise
            if cleanly:
                db.execute("VACUUM")

    def _connect(self, mode: str) -> sqlite3.Connection:
        uri = f"{self.path.resolve().as_uri()}?{mode}"
        return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=_SECONDS)

    def _check(self, db: sqlite3.Connection) -> None:
        (application,) = db.execute("PRAGMA application_id").fetchone()
        if _format(db) and application != APPLICATION_ID:
            raise FeedbackUnreadable(
                f"{self.path} is not a file of feedback; move it away, or: jianghai-qa feedback clear"
            )
        if _format(db) > FORMAT:
            raise FeedbackUnreadable(
                f"{self.path} has format {_format(db)}, this version knows up to {FORMAT}; update jianghai-qa"
            )

    @contextmanager
    def _faults_told(self) -> Iterator[None]:
        try:
            with faults_explained(self.path):
                yield
        except LibraryDamaged as fault:
            raise FeedbackUnreadable(
                f"{self.path} is damaged ({fault.__cause__}); move it away, or remove it with: jianghai-qa feedback clear "
                "(answers need nothing of it)"
            ) from fault


def _format(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _create(db: sqlite3.Connection) -> None:
    if not _format(db):
        db.execute(SCHEMA)
        db.execute(f"PRAGMA application_id={APPLICATION_ID}")
        db.execute(f"PRAGMA user_version={FORMAT}")


def _absent(ids: Sequence[str]) -> str:
    named = ", ".join(repr(id_) for id_ in ids)
    return f"no feedback has the id {named}; it was taken back already, or never given"
