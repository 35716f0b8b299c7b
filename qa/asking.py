"""An answer on its way: its passages at once, its checked sentences one by one, and in the end the whole."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from qa.answering.answerer import Draft
from qa.answering.generated import Ending, Saying
from qa.phrases import no_answer, notice
from qa.records import Answer, AnswerCitation, CitedHit

# From here on the pages surely hold the answer, whatever a language model says.
SURE = 0.9


class Asking:
    """One question being answered; iterate once for the texts, then read `answer`.

    Without a language model the answer is known from the start. Joined, the texts are the answer's.
    """

    def __init__(self, unsaid: Answer, quote: Callable[[], Draft], saying: Saying | None, started: float) -> None:
        """Take an answer without its text, how to quote one, and what a model is saying (None: nothing)."""
        self._answer, self._quote, self._saying, self._started = unsaid, quote, saying, started
        self._drafts: list[Draft] = []
        self.done = False
        if saying is None:
            self._drafts = [quote()]
            self._finish()

    @property
    def passages(self) -> tuple[CitedHit, ...]:
        """The passages that the answer is made from, or the nearest ones."""
        return self._answer.passages

    @property
    def answer(self) -> Answer:
        """The answer: whole when `done`, before that as far as it has come."""
        return replace(self._answer, text="".join(d.text for d in self._drafts), citations=self.citations)

    @property
    def citations(self) -> tuple[AnswerCitation, ...]:
        """The citations of what has been said so far."""
        return tuple(citation for draft in self._drafts for citation in draft.citations)

    def __iter__(self) -> Iterator[Draft]:
        """Give what is said as it comes, each piece with the citations that are new in it."""
        if self.done:
            yield from self._drafts
            return
        if self._saying is not None:
            for draft in self._saying:
                self._answer = replace(self._answer, answerer=self._saying.name)
                self._drafts.append(draft)
                yield draft
            if not self._drafts:
                self._drafts.append(self._instead(self._saying))
                yield self._drafts[0]
            elif self._saying.ending is not Ending.WHOLE:
                self._answer = replace(self._answer, notice=notice(self._saying.ending.name, self._answer.question))
        self._finish()

    def whole(self) -> Answer:
        """Wait for all of it."""
        for _ in self:
            pass
        return self.answer

    def close(self) -> None:
        """Stop the language model, when whoever asked has gone; from any thread."""
        if self._saying is not None:
            self._saying.close()

    def _instead(self, saying: Saying) -> Draft:
        """Return what is answered when nothing of a model's could be given on."""
        answer = self._answer
        if saying.ending is Ending.NO_ANSWER and not (answer.calibrated and answer.confidence >= SURE):
            # It has read the passages; the search has only weighed them.
            self._answer = replace(answer, answerable=False, answerer=saying.name)
            return no_answer(answer.question)
        self._answer = replace(answer, notice=notice(saying.ending.name, answer.question))
        return self._quote()

    def _finish(self) -> None:
        self.done = True
        self._answer = replace(self._answer, took_ms=round((time.perf_counter() - self._started) * 1000, 2))
