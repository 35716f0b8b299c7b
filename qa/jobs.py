"""Long work: many files to add, kept on disk from the moment they are accepted until each has been dealt with.

A file of its own beside the library, so that a backup of the library holds no half-done work. A crash loses nothing: what
has no outcome yet is taken up again, and adding the same content twice adds it once.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from qa.changes import Changed, Refused, Upload
from qa.connection import faults_explained
from qa.errors import LibraryDamaged, NotFound, UnreadableDocument
from qa.index_questions import PassageQuestions
from qa.records import Erratum, Metadata

log = logging.getLogger("jianghai_qa.jobs")
FILE = "jobs.sqlite"
QUEUED, RUNNING, DONE = "queued", "running", "done"
_KEPT = timedelta(days=7)
_MOST_TRIES = 3
_SPOILT = (
    "found that the service ended each time it read this file, expected a document that can be read; save it as text, and "
    "add it by itself"
)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    id TEXT PRIMARY KEY, created_at TEXT NOT NULL, started_at TEXT, finished_at TEXT, read INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE IF NOT EXISTS files (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE, position INTEGER NOT NULL, name TEXT NOT NULL,
    about TEXT NOT NULL, data BLOB, outcome TEXT, tries INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (job_id, position)) STRICT;
"""


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file of a job; `error` and `message` say why it was refused, `id` is None then.

    All of it is None while nothing has become of it yet.
    """

    name: str
    id: str | None = None
    created: bool | None = None
    index_version: int | None = None
    error: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """Work that was accepted: `read` of its files have been read, and those with an outcome are durable and searchable."""

    id: str
    created_at: str
    started_at: str | None
    finished_at: str | None
    read: int
    files: tuple[FileOutcome, ...]

    @property
    def status(self) -> str:
        if self.finished_at:
            return DONE
        return RUNNING if self.started_at else QUEUED

    @property
    def done(self) -> int:
        """Return how many files have an outcome."""
        return sum(f.id is not None or f.error is not None for f in self.files)


class Jobs:
    """The jobs of one data folder; safe to use from several threads and processes."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / FILE
        self.waiting = threading.Event()

    def accept(self, uploads: Sequence[Upload]) -> Job:
        """Keep files that are to be added; they are on disk when this returns."""
        id_ = f"j{uuid.uuid4().hex}"
        with self._writing() as db:
            old = (datetime.now(UTC) - _KEPT).isoformat(timespec="seconds")
            db.execute("DELETE FROM jobs WHERE finished_at < ?", (old,))
            db.execute("INSERT INTO jobs (id, created_at) VALUES (?, ?)", (id_, _now()))
            db.executemany(
                "INSERT INTO files (job_id, position, name, about, data) VALUES (?,?,?,?,?)",
                [(id_, place, u.name, _about(u), u.data) for place, u in enumerate(uploads)],
            )
        self.waiting.set()
        return self.job(id_)

    def job(self, id_: str) -> Job:
        """Return a job; raise `NotFound` for an unknown id, or one that ended more than a week ago."""
        with self._reading() as db:
            if db is None:
                raise NotFound(f"no job has the id {id_!r}; jobs are kept for a week after their end")
            row = db.execute(
                "SELECT created_at, started_at, finished_at, read FROM jobs WHERE id = ?", (id_,)
            ).fetchone()
            files = db.execute("SELECT name, outcome FROM files WHERE job_id = ? ORDER BY position", (id_,)).fetchall()
        if row is None:
            raise NotFound(f"no job has the id {id_!r}; jobs are kept for a week after their end")
        outcomes = tuple(FileOutcome(name, **json.loads(outcome or "{}")) for name, outcome in files)
        created_at, started_at, finished_at, read = row
        return Job(id_, created_at, started_at, finished_at, read, outcomes)

    def next(self) -> str | None:
        """Return the oldest job that is not finished."""
        with self._reading() as db:
            if db is None:
                return None
            row = db.execute("SELECT id FROM jobs WHERE finished_at IS NULL ORDER BY created_at, id LIMIT 1").fetchone()
        return None if row is None else str(row[0])

    def begin(self, id_: str) -> tuple[list[int], bool]:
        """Mark a job as begun; return the positions of its files without an outcome, and whether it was broken off before.

        A file with which the process has ended several times is refused: it may be what ended it.
        """
        spoilt = json.dumps(_outcome(Refused("", UnreadableDocument(_SPOILT))), ensure_ascii=False)
        with self._writing() as db:
            db.execute("UPDATE jobs SET started_at = coalesce(started_at, ?) WHERE id = ?", (_now(), id_))
            db.execute(
                "UPDATE files SET outcome = ?, data = NULL WHERE job_id = ? AND outcome IS NULL AND tries >= ?",
                (spoilt, id_, _MOST_TRIES),
            )
            query = "SELECT position, tries FROM files WHERE job_id = ? AND outcome IS NULL ORDER BY position"
            rows = db.execute(query, (id_,)).fetchall()
        return [int(position) for position, _ in rows], any(tries for _, tries in rows)

    def upload(self, id_: str, position: int) -> Upload:
        """Return a file that was accepted, and count that it is tried."""
        place = (id_, position)
        with self._writing() as db:
            db.execute("UPDATE files SET tries = tries + 1 WHERE job_id = ? AND position = ?", place)
            query = "SELECT name, about, data FROM files WHERE job_id = ? AND position = ?"
            name, about, data = db.execute(query, place).fetchone()
        return _upload(name, json.loads(about), data)

    def note_read(self, id_: str, count: int) -> None:
        """Remember how many files have been read."""
        with self._writing() as db:
            db.execute("UPDATE jobs SET read = ? WHERE id = ?", (count, id_))

    def note(self, id_: str, outcomes: Sequence[tuple[int, Changed | Refused]]) -> None:
        """Keep what became of files, and let go of their bytes."""
        with self._writing() as db:
            db.executemany(
                "UPDATE files SET outcome = ?, data = NULL WHERE job_id = ? AND position = ?",
                [(json.dumps(_outcome(one), ensure_ascii=False), id_, position) for position, one in outcomes],
            )

    def finish(self, id_: str) -> None:
        """Mark a job as done."""
        with self._writing() as db:
            db.execute("UPDATE jobs SET finished_at = ? WHERE id = ?", (_now(), id_))

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        if not self._path.is_file():
            yield None
            return
        mode = "rw" if os.access(self._path, os.W_OK) else "ro"
        with self._damage_set_aside(), faults_explained(self._path), closing(self._connect(mode)) as db:
            yield db

    @contextmanager
    def _damage_set_aside(self) -> Iterator[None]:
        """Set a damaged file aside: what it held is lost, and those to come are none the worse for it."""
        try:
            yield
        except LibraryDamaged as fault:
            aside = self._path.with_name(f"{FILE}.damaged-{uuid.uuid4().hex[:8]}")
            log.error("the file of jobs is damaged and set aside as %s (%s)", aside, fault.__cause__)
            for end in ("", "-wal", "-shm", "-journal"):
                with suppress(OSError):
                    os.replace(f"{self._path}{end}", f"{aside}{end}")
            raise NotFound("the jobs are lost with their file; what was added stays, send the others again") from fault

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._damage_set_aside(), faults_explained(self._path), closing(self._connect("rwc")) as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=FULL")
            db.execute("PRAGMA secure_delete=ON")
            db.execute("PRAGMA foreign_keys=ON")
            db.executescript(_SCHEMA)
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    def _connect(self, mode: str) -> sqlite3.Connection:
        uri = f"{self._path.resolve().as_uri()}?mode={mode}"
        return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=10.0)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _about(upload: Upload) -> str:
    metadata = None if upload.metadata is None else asdict(upload.metadata)
    about = {"metadata": metadata, "questions": [asdict(q) for q in upload.questions], "media_type": upload.media_type}
    return json.dumps(about, ensure_ascii=False)


def _upload(name: str, about: dict[str, Any], data: bytes) -> Upload:
    raw = about["metadata"]
    metadata = None if raw is None else Metadata(errata=tuple(Erratum(**e) for e in raw.pop("errata")), **raw)
    questions = tuple(PassageQuestions(q["file"], q["begins"], tuple(q["questions"])) for q in about["questions"])
    return Upload(name, data, metadata, questions, about["media_type"])


def _outcome(one: Changed | Refused) -> dict[str, Any]:
    if isinstance(one, Refused):
        return {"error": one.fault.code, "message": str(one.fault)}
    return {"id": one.id, "created": one.created, "index_version": one.index_version}
