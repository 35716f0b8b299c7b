"""Bring what an older version has written to the present form: the library's tables, and how its documents were read.

The tables change in one transaction, after a copy of the file has been laid beside it; documents are read again from their
stored texts, so that offsets and quotes stay what they were.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from qa.connection import APPLICATION_ID, FORMAT, faults_explained, sync_folder
from qa.index.locks import write_lock
from qa.index_questions import PassageQuestions, assign
from qa.intake import READER, read_again
from qa.library import FILE, Library
from qa.reading.passages import LONGEST, TARGET
from qa.records import DocumentRecord

Say = Callable[[str], None]
# What leads from each older format to the next.
_STEPS: dict[int, tuple[str, ...]] = {
    1: (
        "ALTER TABLE documents ADD COLUMN converter TEXT",
        "ALTER TABLE documents ADD COLUMN pages TEXT",
        "ALTER TABLE passages ADD COLUMN event_date TEXT",
        "ALTER TABLE passages ADD COLUMN dates TEXT NOT NULL DEFAULT '[]'",
    ),
}


def migrate(data_dir: Path, say: Say) -> bool:
    """Bring a library to the present format and reading; return whether anything had to be done.

    Raises `LibraryMissing`, `LibraryDamaged` or `LibraryTooNew`; the index is behind afterwards.
    """
    changed = migrate_file(data_dir, say)
    with closing(Library.open(data_dir)) as library:
        return read_documents_again(data_dir, library, say) or changed


def migrate_file(data_dir: Path, say: Say) -> bool:
    """Bring the library's tables to the present format; return whether they were older."""
    path = data_dir / FILE
    if _format_of(path) in (None, FORMAT):
        return False
    with write_lock(data_dir), faults_explained(path):
        found = _format_of(path)
        if found not in _STEPS:  # another process was faster, or it is newer: opening tells
            return False
        kept = _kept_aside(path, found)
        say(f"the library has format {found}: migrating it to {FORMAT}; as it was it stays in {kept}")
        migrate_tables(path)
    return True


def migrate_tables(path: Path) -> None:
    """Bring the tables of a library's file to the present format, in one transaction; a newer or present one stays."""
    found = _format_of(path)
    if found not in _STEPS:
        return
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous=FULL")
        db.execute("BEGIN IMMEDIATE")
        for step in range(found, FORMAT):
            for statement in _STEPS[step]:
                db.execute(statement)
        db.execute(f"PRAGMA user_version={FORMAT}")
        db.execute("COMMIT")


def read_documents_again(data_dir: Path, library: Library, say: Say) -> bool:
    """Read all documents again that another reader has read, as one transaction; return whether there were any."""
    if library.read_only or library.meta("reader") == READER:
        return False
    with write_lock(data_dir), library.transaction():
        ids = list(library.revisions())
        if ids:
            say(f"reading {len(ids)} documents again, as this version reads them")
        for id_ in ids:
            _read_again(library, library.document(id_))
        library.note_reader(READER)
    return bool(ids)


def read_otherwise(library: Library, target: int, longest: int, report: Callable[[int, int], None]) -> None:
    """Read all documents again with passages of another length: for a copy of a library, to compare it with the first."""
    with library.transaction():
        ids = list(library.revisions())
        for done, id_ in enumerate(ids, start=1):
            _read_again(library, library.document(id_), target, longest)
            report(done, len(ids))


def _read_again(library: Library, document: DocumentRecord, target: int = TARGET, longest: int = LONGEST) -> None:
    """Read one document again; its questions go with the passages that begin as before."""
    texts = {passage.id: passage.text for passage in library.passages(document.id)}
    given, by_model = library.given_questions(document.id), library.written_questions(document.id)
    articles, passages = read_again(document, target, longest)
    library.put_reading(document.id, articles, passages)
    rows = [PassageQuestions(document.file, texts[id_][:40], asked) for id_, asked in given.items()]
    found, _ = assign(rows, document.file, passages)
    if found:
        library.put_questions(document.id, found)
    written = {texts[id_]: one for id_, one in by_model.items()}
    for passage in passages:
        if passage.text in written:
            library.put_written(passage.id, written[passage.text])


def _format_of(path: Path) -> int | None:
    """Return the format of a library, None for a file that is missing or no library: opening tells what is wrong."""
    if not path.is_file():
        return None
    for mode in ("mode=ro", "immutable=1"):  # the second for a read-only folder
        with contextlib.suppress(sqlite3.DatabaseError):
            with closing(sqlite3.connect(f"{path.resolve().as_uri()}?{mode}", uri=True)) as db:
                (application,) = db.execute("PRAGMA application_id").fetchone()
                (version,) = db.execute("PRAGMA user_version").fetchone()
            return int(version) if application == APPLICATION_ID else None
    return None


def _kept_aside(path: Path, found: int) -> Path:
    """Lay a whole copy of the library beside it, and return its path; one that is there already is kept."""
    kept = path.with_name(f"{path.name}.format-{found}")
    if kept.exists():
        return kept
    unfinished = kept.with_name(kept.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(unfinished)) as copy:
        source.backup(copy)
    with unfinished.open("rb") as stream:
        os.fsync(stream.fileno())
    os.replace(unfinished, kept)
    sync_folder(path.parent)
    return kept
