"""The locks that the processes over one data folder share: one writes at a time, one merges at a time."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from qa.errors import LibraryBusy, LibraryReadOnly

# How long a writer waits for another.
BUSY_SECONDS = 5.0
_POLL = 0.01


@contextlib.contextmanager
def write_lock(data_dir: Path, seconds: float = BUSY_SECONDS) -> Iterator[None]:
    """Hold the one lock that writers of a data folder share; raise `LibraryBusy` when another keeps it for `seconds`."""
    with _opened(data_dir / "write.lock") as descriptor:
        if not _locked(descriptor, seconds):
            raise LibraryBusy(
                f"another process has been writing in {data_dir} for more than {seconds:.0f} s; try again when it is done"
            )
        yield


def being_written(data_dir: Path) -> bool:
    """Say whether somebody holds the write lock of a data folder at this moment."""
    try:
        with _opened(data_dir / "write.lock") as descriptor:
            # Shared: two who ask at once do not take each other for writers.
            return not _locked(descriptor, 0, fcntl.LOCK_SH)
    except LibraryReadOnly:
        return False


@contextlib.contextmanager
def merge_lock(data_dir: Path) -> Iterator[bool]:
    """Hold the lock of merging for the block when nobody else does; yield whether it is held."""
    with _opened(data_dir / "merge.lock") as descriptor:
        yield _locked(descriptor, 0)


@contextlib.contextmanager
def job_lock(data_dir: Path) -> Iterator[bool]:
    """Hold the lock of long work for the block when nobody else does; yield whether it is held."""
    with _opened(data_dir / "jobs.lock") as descriptor:
        yield _locked(descriptor, 0)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[int]:
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
    except OSError as fault:
        if fault.errno in (errno.EMFILE, errno.ENFILE):
            raise LibraryBusy("too many files are open at this moment; try again shortly") from fault
        raise LibraryReadOnly(
            f"the data folder {path.parent} is read-only ({fault.strerror}), so nothing can be written; "
            "make it writable or set JIANGHAI_QA_DATA_DIR"
        ) from fault
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _locked(descriptor: int, seconds: float, kind: int = fcntl.LOCK_EX) -> bool:
    until = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(_POLL)
        else:
            return True
