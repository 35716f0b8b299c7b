"""The step between the language model and the library: ask about one passage, keep what it wrote; in the background as well.

A request to the model holds no lock. What is written for a passage is on disk at once; the index takes it in later, for
several passages together.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from embeddings.errors import EncoderError
from qa.errors import LanguageModelError, LanguageModelRefused, NotFound, QAError
from qa.language_model import LanguageModel
from qa.library import Library
from qa.question_writer import write_questions
from qa.service import Service
from qa.written import Written

log = logging.getLogger("jianghai_qa.questions")
INDEX_EVERY = 60.0  # seconds of writing
_POLL = 1.0  # seconds between two looks at the index version
_PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)  # seconds after each failure in a row; then it rests
_REST = 3600.0
_AFTER_A_FAULT = 60.0
_LONGEST_STOP = 10.0


def ask(library: Library, model: LanguageModel, passage_id: str) -> tuple[str, ...]:
    """Return questions that the model writes for a passage, none for one that is gone; raise `LanguageModelError`."""
    try:
        passage = library.passage(passage_id)
        headline = library.article(passage.article_id).title
    except NotFound:
        return ()
    return write_questions(model, passage.text, headline)


def keep(library: Library, model: LanguageModel, passage_id: str, questions: tuple[str, ...]) -> bool:
    """Keep what the model wrote; return False when the passage is gone or was given questions meanwhile."""
    return library.put_written(passage_id, Written(questions, model.name))


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
        self._failures = 0
        self._behind = True  # a process that ended before this one may have left questions that are not indexed
        self._refused: set[str] = set()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop at once; a request that the model has not answered is left to itself, and its reply is not used."""
        self._stop.set()
        until = time.monotonic() + _LONGEST_STOP
        while self._thread.is_alive() and not self._asking.is_set() and time.monotonic() < until:
            self._thread.join(0.02)

    def _run(self) -> None:
        # A library of its own: the service may be closed while a request is still on its way.
        with closing(Library.open(self._service.library.path.parent)) as library:
            while not self._stop.wait(_POLL):
                version = self._service.index_version
                if version != self._seen or time.monotonic() > self._due:
                    self._seen, self._due = version, time.monotonic() + _REST
                    self._round(library)

    def _round(self, library: Library) -> None:
        """Ask about all that lack questions. Whatever goes wrong is told and ends the round; answering goes on."""
        try:
            if not self._write(library):
                log.warning("no more questions are written until the documents change or an hour has passed")
                self._seen = self._service.index_version
        except (QAError, EncoderError, OSError) as fault:
            log.warning("writing questions stopped and goes on in a minute: %s", fault)
            self._due = time.monotonic() + _AFTER_A_FAULT

    def _write(self, library: Library) -> bool:
        """Write until nothing is left; return False when the model fails again and again."""
        indexed, every, sound = time.monotonic(), INDEX_EVERY, True
        for passage_id in library.without_questions():
            sound = self._one(library, passage_id)
            if self._stop.is_set():
                return True
            if not sound:
                break
            if self._behind and time.monotonic() - indexed > every:
                every = max(INDEX_EVERY, 20 * self._index(library))
                indexed = time.monotonic()
        if self._behind:
            self._index(library)
        return sound

    def _index(self, library: Library) -> float:
        """Bring the index up; return the seconds it took, of which there shall be few beside those of writing."""
        started = time.monotonic()
        self._service.bring_index_up(library)
        self._behind = False
        return time.monotonic() - started

    def _one(self, library: Library, passage_id: str) -> bool:
        """Write for one passage; return False when the model fails again and again."""
        while not self._stop.is_set() and passage_id not in self._refused:
            try:
                questions = self._ask(library, passage_id)
            except LanguageModelError as fault:
                if isinstance(fault, LanguageModelRefused):
                    self._refused.add(passage_id)
                if not self._bear(fault):
                    return False
            else:
                self._failures = 0
                if not self._stop.is_set():
                    self._behind |= keep(library, self._model, passage_id, questions)
                break
        return True

    def _ask(self, library: Library, passage_id: str) -> tuple[str, ...]:
        self._asking.set()
        try:
            return ask(library, self._model, passage_id)
        finally:
            self._asking.clear()

    def _bear(self, fault: LanguageModelError) -> bool:
        """Wait after a failure, each time longer; return False when there were too many in a row."""
        log.warning("%s", fault)
        if self._failures == len(_PAUSES):
            self._failures = 0
            return False
        self._stop.wait(_PAUSES[self._failures])
        self._failures += 1
        return True
