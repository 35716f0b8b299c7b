"""Write questions in a thread beside the service, while it answers."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from embeddings.errors import EncoderError
from qa.errors import LanguageModelError, QAError
from qa.language_model import LanguageModel
from qa.library import Library
from qa.service import Service
from qa.writing import INDEX_EVERY, PassageWriter

log = logging.getLogger("jianghai_qa.questions")
_POLL = 1.0  # seconds between two looks at the index version
_PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)  # seconds after each failure of the model in a row; then it rests
_REST = 3600.0
_AFTER_A_FAULT = 60.0
_LONGEST_STOP = 10.0


@contextmanager
def writing_in_background(service: Service, model: LanguageModel | None) -> Iterator[None]:
    """Write questions while the block runs; without a model, or with a read-only library, nothing happens."""
    if model is None or service.library.read_only:
        yield
        return
    writer = BackgroundWriter(service, model)
    writer.start()
    try:
        yield
    finally:
        writer.stop()


class BackgroundWriter:
    """A thread that writes questions for paragraphs that have none: at its start and whenever the index version changes.

    One request at a time. After too many failures in a row it rests, until the version changes or an hour has passed.
    """

    def __init__(self, service: Service, model: LanguageModel) -> None:
        self._service, self._model = service, model
        self._stop, self._asking = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="question-writer", daemon=True)
        self._seen, self._due = -1, 0.0
        self._behind = True  # a process that ended before this one may have left questions that are not indexed
        self._failed: set[str] = set()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop at once; a request that the model has not answered is left to itself."""
        self._stop.set()
        until = time.monotonic() + _LONGEST_STOP
        while self._thread.is_alive() and not self._asking.is_set() and time.monotonic() < until:
            self._thread.join(0.02)

    def _run(self) -> None:
        try:
            # A library of its own: the service may be closed while a request is still on its way.
            with closing(Library.open(self._service.library.path.parent)) as library:
                writer = PassageWriter(library, self._model, _PAUSES, self._stop.wait, log.warning)
                while not self._stop.wait(_POLL):
                    self._look(library, writer)
        except Exception:
            log.exception("no more questions are written because of a fault in the service itself; please report it")

    def _look(self, library: Library, writer: PassageWriter) -> None:
        """Ask about all that lack questions, when it is time. Whatever goes wrong is told; answering goes on."""
        version = self._service.index_version
        if version == self._seen and time.monotonic() < self._due:
            return
        self._seen, self._due = version, time.monotonic() + _REST
        try:
            self._round(library, writer)
        except (QAError, EncoderError, OSError) as fault:
            log.warning("writing questions stopped and goes on in a minute: %s", fault)
            self._due = time.monotonic() + _AFTER_A_FAULT

    def _round(self, library: Library, writer: PassageWriter) -> None:
        gave_up = False
        try:
            self._write_all(library, writer)
        except LanguageModelError as fault:
            log.warning("no more questions are written until the documents change or an hour has passed: %s", fault)
            gave_up = True
        if self._stop.is_set():
            return  # what is written is kept; the next start indexes it
        self._index(library)
        if gave_up:  # the version that this round has made itself is no change of the documents
            self._seen, self._due = self._service.index_version, time.monotonic() + _REST

    def _write_all(self, library: Library, writer: PassageWriter) -> None:
        indexed, every = time.monotonic(), INDEX_EVERY
        # Those that failed before go last: one that the model never masters is in nobody's way.
        for passage_id in sorted(library.without_questions(), key=self._failed.__contains__):
            self._write(writer, passage_id)
            if self._stop.is_set():
                return
            if time.monotonic() - indexed > every:
                # Indexing takes at most a twentieth of the time: large libraries take longer.
                every = max(INDEX_EVERY, 20 * self._index(library))
                indexed = time.monotonic()

    def _write(self, writer: PassageWriter, passage_id: str) -> None:
        self._failed.add(passage_id)
        self._asking.set()
        try:
            written = writer.write(passage_id)
        finally:
            self._asking.clear()
        if written is None:
            self._due = 0.0  # once more, when the others have had their turn
            return
        self._failed.discard(passage_id)
        self._behind |= bool(written.questions)

    def _index(self, library: Library) -> float:
        """Index what was written; return the seconds that it took."""
        started = time.monotonic()
        if self._behind:
            self._service.bring_index_up(library)
            self._behind = False
        return time.monotonic() - started
