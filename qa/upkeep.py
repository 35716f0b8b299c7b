"""A thread beside the service that keeps the data folder in order while questions are answered.

It adds the files of jobs, merges small segments of the index, brings the index up when another process has died between the
library and the index, and takes what was removed off the disk.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
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
    """The thread. `look` does what is due, and may be called by itself; a duty that fails rests, and the others go on."""

    def __init__(self, service: Service, jobs: Jobs, idle: float = _IDLE, behind: float = _BEHIND) -> None:
        self._service, self._jobs, self._idle, self._behind_for = service, jobs, idle, behind
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="upkeep", daemon=True)
        self._rest_until: dict[str, float] = {}
        self._current = self._changed = time.monotonic()
        self._merged = self._swept = -1  # index versions: small segments merged up to it, all that is gone taken off

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
                self.look(library)
                self._jobs.waiting.wait(_POLL)
                self._jobs.waiting.clear()

    def look(self, library: Library) -> None:
        """Do what is to be done now."""
        changes = self._service.changes_of(library)
        self._do("catching up", lambda: self._catch_up(library))
        self._do("working jobs off", lambda: self._work_off(changes))
        self._do("merging", lambda: self._tidy(changes))

    def _do(self, duty: str, work: Callable[[], None]) -> None:
        if time.monotonic() < self._rest_until.get(duty, 0):
            return
        try:
            work()
        except LibraryBusy:
            pass  # once more at the next look
        except (QAError, EncoderError, OSError) as fault:
            log.warning("%s goes on in %.0f s: %s", duty, _AFTER_A_FAULT, fault)
            self._rest_until[duty] = time.monotonic() + _AFTER_A_FAULT
        except Exception:
            log.exception("%s met a fault in the service itself; please report it", duty)
            self._rest_until[duty] = time.monotonic() + _AFTER_A_FAULT

    def _tidy(self, changes: Changes) -> None:
        """Merge after each change; when it has been quiet for a while, take off the disk what was removed."""
        version, now = self._service.index_version, time.monotonic()
        if version not in (self._merged, self._swept):
            self._changed = now
            changes.tidy()
            self._merged = self._service.index_version
        elif version != self._swept and now - self._changed >= self._idle and changes.tidy(everything=True):
            self._swept = self._service.index_version

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
        waiting, careful = self._jobs.begin(id_)
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

        # Broken off before, perhaps by one of its files: then one at a time, so that it is known which.
        one_by_one = (outcome for upload in uploads() for outcome in changes.add_all([upload]))
        added = one_by_one if careful else changes.add_all(uploads(), report)
        for outcomes in _together(zip(waiting, added, strict=False)):
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
