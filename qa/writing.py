"""The step between the language model and the library: ask about one passage, keep what it wrote.

A request to the model holds no lock. What is written for a passage is on disk at once; the index takes it in later, for
several passages together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qa.errors import LanguageModelError, LanguageModelRefused, NotFound
from qa.language_model import LanguageModel
from qa.library import Library
from qa.question_writer import write_questions
from qa.written import Written

INDEX_EVERY = 60.0  # seconds of writing


class PassageWriter:
    """Write questions for one passage after the other, and bear some failures of the model in a row.

    `pauses` are the seconds to `wait` after each of them, and as many are borne; `tell` hears of each. `unanswered` counts
    the requests that got neither a reply nor a refusal.
    """

    def __init__(
        self,
        library: Library,
        model: LanguageModel,
        pauses: Sequence[float],
        wait: Callable[[float], object],
        tell: Callable[[str], object],
    ) -> None:
        self._library, self._model = library, model
        self._pauses, self._wait, self._tell = pauses, wait, tell
        self._failures = 0
        self.unanswered = 0

    def write(self, passage_id: str) -> Written | None:
        """Keep and return what the model writes for a passage; None when it does not reply, or there is nothing to keep.

        Nothing to keep: the passage is gone, or was given questions meanwhile. Raises `LanguageModelError` at one failure
        more than are borne.
        """
        try:
            questions = self._ask(passage_id)
        except LanguageModelError as fault:
            return self._bear(passage_id, fault)
        self._failures = 0
        return self._keep(passage_id, questions)

    def _ask(self, passage_id: str) -> tuple[str, ...]:
        try:
            passage = self._library.passage(passage_id)
            headline = self._library.article(passage.article_id).title
        except NotFound:
            return ()
        return write_questions(self._model, passage.text, headline)

    def _keep(self, passage_id: str, questions: tuple[str, ...]) -> Written | None:
        written = Written(questions, self._model.name)
        return written if self._library.put_written(passage_id, written) else None

    def _bear(self, passage_id: str, fault: LanguageModelError) -> Written | None:
        # A refusal is an answer about this passage: it is kept like a reply without questions. Silence is none.
        kept = self._keep(passage_id, ()) if isinstance(fault, LanguageModelRefused) else None
        self.unanswered += kept is None
        if self._failures == len(self._pauses):
            self._failures = 0
            raise fault
        self._tell(f"no questions for {passage_id}: {fault}")
        self._wait(self._pauses[self._failures])
        self._failures += 1
        return kept
