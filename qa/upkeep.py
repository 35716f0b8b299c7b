"""A thread beside the service that keeps the data folder in order while questions are answered.

It adds the files of jobs, merges small segments of the index, brings the index up when another process has died between the
library and the index, and takes what was removed off the disk.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager

from embeddings.errors import EncoderError
from qa.changes import Changed, Changes, Refused, Upload
from qa.errors import LibraryBusy, QAError
from qa.index.locks import being_written, job_lock
from qa.jobs import Jobs
from qa.library import Library
from qa.service import Service

log = logging.getLogger("jianghai_qa.upkeep")
_POLL = 0.5  # seconds between two looks
_BEHIND = 2.0  # seconds that the index may be behind the library before it is brought up: a writer needs less
_IDLE = 60.0  # seconds without a change after which all that was removed is taken off the disk
_AFTER_A_FAULT = 30.0
_NOTE_EVERY = 0.5  # seconds between two notes of how far a job has got
_LONGEST_STOP = 20.0


@contextmanager
def upkeep(service: Service, jobs: Jobs) -> Iterator[None]:
    """Keep the service's data folder in order while the block runs; nothing happens when it is read-only."""
    if service.library.read_only:
        yield
        return
    keeper = Upkeep(service, jobs)
    keeper.start()
    try:
        yield
    finally:
        keeper.stop()


class Upkeep:
    """The thread; `look` is what it does again and again, and may be called by itself."""

    def __init__(self, service: Service, jobs: Jobs, idle: float = _IDLE, behind: float = _BEHIND) -> None:
        self._service, self._jobs, self._idle, self._behind_for = service, jobs, idle, behind
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="upkeep", daemon=True)
        self._seen = -1
        self._changed = self._current = time.monotonic()
        self._tidy = False
        self._rest_until = 0.0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop after what is being written is whole."""
        self._stop.set()
        self._jobs.waiting.set()
        self._thread.join(_LONGEST_STOP)

    def _run(self) -> None:
        # A library of its own: the service may be closed while a merge goes on.
        with closing(Library.open(self._service.library.path.parent)) as library:
            while not self._stop.is_set():
                try:
                    if time.monotonic() >= self._rest_until:
                        self.look(library)
                except (QAError, EncoderError, OSError) as fault:
                    log.warning("upkeep goes on in %.0f s: %s", _AFTER_A_FAULT, fault)
                    self._rest_until = time.monotonic() + _AFTER_A_FAULT
                except Exception:
                    log.exception("a fault in the service itself; please report it. Upkeep goes on in a while")
                    self._rest_until = time.monotonic() + _AFTER_A_FAULT
                self._jobs.waiting.wait(_POLL)
                self._jobs.waiting.clear()

    def look(self, library: Library) -> None:
        """Do what is to be done now."""
        changes = self._service.changes_of(library)
        self._work_off(changes)
        self._catch_up(library)
        version, now = self._service.index_version, time.monotonic()
        if version != self._seen:
            self._seen, self._changed, self._tidy = version, now, False
            self._merge(changes, everything=False)
        elif not self._tidy and now - self._changed >= self._idle:
            self._tidy = True
            self._merge(changes, everything=True)

    def _merge(self, changes: Changes, *, everything: bool) -> None:
        try:
            changes.tidy(everything=everything)
        except LibraryBusy:
            self._seen = -1  # once more at the next look
            return
        self._seen = self._service.index_version

    def _catch_up(self, library: Library) -> None:
        """Index what a process that died has left in the library alone."""
        manifest = self._service.index.current()
        if manifest is not None and manifest.library_revision == library.revision:
            self._current = time.monotonic()
        elif time.monotonic() - self._current >= self._behind_for and not being_written(self._service.index.data_dir):
            log.warning("the index is behind the library; bringing it up")
            self._service.bring_index_up(library)

    def _work_off(self, changes: Changes) -> None:
        with job_lock(self._service.index.data_dir) as mine:
            while mine and not self._stop.is_set() and (id_ := self._jobs.next()):
                self._work(changes, id_)

    def _work(self, changes: Changes, id_: str) -> None:
        waiting = self._jobs.begin(id_)
        total = len(self._jobs.job(id_).files)
        noted = time.monotonic()

        def report(read: int) -> None:
            nonlocal noted
            if time.monotonic() - noted >= _NOTE_EVERY:
                self._jobs.note_read(id_, total - len(waiting) + read)
                noted = time.monotonic()

        def uploads() -> Iterator[Upload]:
            for position in waiting:
                if self._stop.is_set():
                    return  # the next start goes on
                yield self._jobs.upload(id_, position)

        for outcomes in _together(zip(waiting, changes.add_all(uploads(), report), strict=False)):
            self._jobs.note(id_, outcomes)
        if not self._stop.is_set():
            self._jobs.note_read(id_, total)
            self._jobs.finish(id_)


def _together(outcomes: Iterable[tuple[int, Changed | Refused]]) -> Iterator[list[tuple[int, Changed | Refused]]]:
    """Yield what comes within half a second as one list."""
    some: list[tuple[int, Changed | Refused]] = []
    began = time.monotonic()
    for outcome in outcomes:
        some.append(outcome)
        if time.monotonic() - began >= _NOTE_EVERY:
            yield some
            some, began = [], time.monotonic()
    yield some
