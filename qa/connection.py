"""Open the library's SQLite file: durable to write, safe to read from many threads, honest about damage.

Source: https://www.sqlite.org/wal.html (read-only WAL databases), https://www.sqlite.org/pragma.html.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import threading
import weakref
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from qa.errors import DiskFull, LibraryBusy, LibraryDamaged, LibraryMissing, LibraryOld, LibraryReadOnly, LibraryTooNew

FORMAT = 2
APPLICATION_ID = 0x4A485141  # "JHQA"
_BUSY_SECONDS = 5.0
_RESTORE = "restore a backup with: jianghai-qa restore FILE (nothing was changed)"


def writable(folder: Path) -> bool:
    """Say whether files can be made in `folder`, by making one: permission bits mean nothing on a read-only mount."""
    probe = folder / f".write-probe-{os.getpid()}-{threading.get_ident()}"
    try:
        os.close(os.open(probe, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError:
        return False
    probe.unlink(missing_ok=True)
    return True


@contextlib.contextmanager
def faults_explained(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into the library's own."""
    try:
        yield
    except sqlite3.OperationalError as fault:
        text = str(fault)
        if "locked" in text or "busy" in text:
            raise LibraryBusy(
                f"another process has been writing to the library for more than {_BUSY_SECONDS:.0f} s; try again when it is done"
            ) from fault
        if "readonly" in text or "read-only" in text:
            raise LibraryReadOnly(
                "the data folder is read-only, so nothing can be written; make it writable or set JIANGHAI_QA_DATA_DIR"
            ) from fault
        if "full" in text:
            raise DiskFull("the disk is full, so nothing was written; free some space and try again") from fault
        if "unable to open" in text and _out_of_files(path):
            raise LibraryBusy("too many files are open at this moment; try again shortly") from fault
        raise LibraryDamaged(f"the library {path} cannot be read ({text}); {_RESTORE}") from fault
    except sqlite3.DatabaseError as fault:
        if isinstance(fault, sqlite3.IntegrityError):
            raise
        raise LibraryDamaged(f"the library {path} is damaged ({fault}); {_RESTORE}") from fault


def _out_of_files(path: Path) -> bool:
    try:
        os.close(os.open(path, os.O_RDONLY))
    except OSError as fault:
        return fault.errno in (errno.EMFILE, errno.ENFILE)
    return False


def create(path: Path) -> None:
    """Create an empty library of the present format; it must not exist yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    schema = resources.files("qa").joinpath("schema.sql").read_text(encoding="utf-8")
    # Made beside its place and renamed, so that a crash leaves no half-made library.
    unfinished = path.with_suffix(f".new-{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    with faults_explained(path):
        connection = sqlite3.connect(unfinished, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.executescript(f"BEGIN; {schema} COMMIT;")
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version={FORMAT}")
        finally:
            connection.close()
    os.replace(unfinished, path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames in `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Opened:
    """A connection and the file (device and inode) that it was opened on; closed at the latest when nobody has it any more."""

    def __init__(self, connection: sqlite3.Connection, file: tuple[int, int] | None) -> None:
        self.connection, self.file = connection, file

    def close(self) -> None:
        self.connection.close()

    def __del__(self) -> None:
        self.connection.close()


class Connections:
    """One SQLite connection a thread to one library file."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise LibraryMissing(f"there is no library at {path}; make one with: jianghai-qa index")
        self.path = path
        self.read_only = not writable(path.parent)
        self._local = threading.local()
        # Weak: the connection of a thread that has ended goes with it.
        self._all: weakref.WeakSet[_Opened] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._check()

    def _uri(self) -> str:
        base = self.path.resolve().as_uri()
        if not self.read_only:
            return base
        # Without a write-ahead log beside it the file is whole, and `immutable` spares SQLite the files it cannot make.
        log = self.path.with_name(self.path.name + "-wal")
        return base + ("?mode=ro" if log.exists() and log.stat().st_size else "?immutable=1")

    def get(self) -> sqlite3.Connection:
        """Return this thread's connection; a new one when another file has taken the library's place (a restore)."""
        opened: _Opened | None = getattr(self._local, "opened", None)
        if opened is not None and opened.connection.in_transaction:
            return opened.connection
        file = self._file()
        if opened is None or (file is not None and file != opened.file):
            if opened is not None:
                opened.close()
            with faults_explained(self.path):
                connection = sqlite3.connect(
                    self._uri(),
                    uri=True,
                    isolation_level=None,
                    timeout=_BUSY_SECONDS,
                    check_same_thread=False,
                )
                connection.execute("PRAGMA foreign_keys=ON")
                connection.execute("PRAGMA secure_delete=ON")
                if not self.read_only:
                    connection.execute("PRAGMA synchronous=FULL")
            self._local.opened = opened = _Opened(connection, file)
            with self._lock:
                self._all.add(opened)
        return opened.connection

    def _file(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except OSError:  # for a moment, while it is being replaced
            return None
        return found.st_dev, found.st_ino

    def _check(self) -> None:
        with faults_explained(self.path):
            connection = self.get()
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if application != APPLICATION_ID:
                raise LibraryDamaged(f"{self.path} is not a library of this program; {_RESTORE}")
            if version > FORMAT:
                raise LibraryTooNew(
                    f"the library {self.path} has format {version}, this version knows up to {FORMAT}; update jianghai-qa"
                )
            if version < FORMAT:
                raise LibraryOld(
                    f"the library {self.path} has format {version}, this version needs {FORMAT}; migrate it with: "
                    "jianghai-qa migrate (the library as it is stays beside it)"
                )
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if verdict != "ok":
                raise LibraryDamaged(f"the library {self.path} is damaged ({verdict}); {_RESTORE}")

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with faults_explained(self.path):
            yield self.get()

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """Let every reading of this thread in the block see the library as it is at the first of them."""
        with faults_explained(self.path):
            connection = self.get()
            if connection.in_transaction:
                yield connection
                return
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Run one transaction; it is on disk when this returns, or nothing of it is.

        Within another such block of this thread it is a part of that one's transaction.
        """
        if getattr(self._local, "writing", False):
            yield self.get()
            return
        if self.read_only:
            raise LibraryReadOnly(
                "the data folder is read-only, so nothing can be written; make it writable or set JIANGHAI_QA_DATA_DIR"
            )
        with faults_explained(self.path):
            connection = self.get()
            connection.execute("BEGIN IMMEDIATE")
            self._local.writing = True
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            finally:
                self._local.writing = False

    def close(self) -> None:
        with self._lock:
            for opened in list(self._all):
                opened.close()
        self._local = threading.local()
