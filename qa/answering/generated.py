"""Answer with a language model: what it says comes sentence by sentence, and only what code can prove is given on.

A reply goes through: pieces -> without thoughts -> sentences -> checked -> markers renumbered, each with its citation.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from embeddings.encoder import Encoder
from qa.answering.answerer import Draft
from qa.answering.checking import Checker, Fault
from qa.answering.chinese_names import get_ready
from qa.answering.cutting import Cutter, Said
from qa.answering.evidence import Evidence, squeezed
from qa.answering.likeness import Likeness
from qa.answering.markers import markers, renumbered, without_markers
from qa.answering.prompt import MOST_PASSAGES, SYSTEM, is_no_answer, user_message
from qa.answering.support import supporting
from qa.errors import LanguageModelError
from qa.language_model import LanguageModel
from qa.model_stream import ReplyStream
from qa.phrases import language
from qa.records import AnswerCitation, CitedHit
from qa.words import WordCutter

log = logging.getLogger("jianghai_qa.answers")
# How many answers a model may be writing at once; whoever comes beyond gets the quoted answer.
MOST_AT_ONCE = 8
_MOST_SENTENCES, _MOST_CHARACTERS, _MOST_REPEATED = 20, 20_000, 3
_THOUGHTS, _THOUGHTS_END = "<think>", "</think>"


class Ending(Enum):
    """How a model's answer ended."""

    WHOLE = auto()
    CUT = auto()  # some sentences were proved, then it went wrong
    PARTLY = auto()  # some sentences were proved, others were left out
    NO_ANSWER = auto()  # it says that the passages hold none
    UNPROVED = auto()
    LATE = auto()
    FAILED = auto()
    BUSY = auto()


@dataclass(frozen=True)
class GeneratedAnswerer:
    """Asks a language model; `seconds` is how long a whole answer may take."""

    model: LanguageModel
    seconds: float
    encoder: Encoder
    cutter: WordCutter
    slots: threading.Semaphore
    name: str = "language-model"

    def get_ready(self) -> None:
        """Load now what the first answer would wait for."""
        self.model.get_ready()
        get_ready(self.cutter)

    def begin(self, question: str, passages: Sequence[CitedHit]) -> Saying:
        """Ask, and return the answer on its way."""
        offered = {n: Evidence(hit) for n, hit in enumerate(passages[:MOST_PASSAGES], start=1)}
        checker = Checker(offered, Likeness(self.encoder), self.cutter, question)
        if not self.slots.acquire(blocking=False):
            return Saying(None, checker, question, self.name)
        message = user_message(question, passages)
        reply = self.model.stream(SYSTEM, message, self.seconds, self.slots.release)
        return Saying(reply, checker, question, self.name)


class Saying:
    """A model's answer on its way: checked sentences as drafts, whose citations are those of their new markers.

    `ending` holds when the iteration is over. What was given on is never taken back.
    """

    def __init__(self, reply: ReplyStream | None, checker: Checker, question: str, name: str) -> None:
        """Take a reply that has begun; None means that too many are being written. `name` is the answerer's."""
        self.name = name
        self.ending = Ending.BUSY
        self._reply, self._checker = reply, checker
        self._between = "" if language(question) == "zh" else " "
        self._said: set[str] = set()
        self._markers: dict[tuple[str, tuple[tuple[int, int], ...]], int] = {}
        self._left_out: Counter[Fault] = Counter()

    def close(self) -> None:
        """Stop the model, from any thread; the iteration ends."""
        if self._reply is not None:
            self._reply.close()

    def __iter__(self) -> Iterator[Draft]:
        if self._reply is None:
            return
        self.ending = Ending.WHOLE
        try:
            yield from self._drafts(self._reply)
        except TimeoutError:
            self.ending = Ending.LATE
            log.warning("the language model took longer than llm_answer_timeout allows")
        except LanguageModelError as fault:
            self.ending = Ending.FAILED
            log.warning("no answer from the language model: %s", fault)
        finally:
            self._reply.close()
            for reason, count in self._left_out.items():
                log.info("%d sentences of the language model were left out: %s", count, reason)
        if not self._said and self.ending is Ending.WHOLE:
            self.ending = Ending.NO_ANSWER if self._left_out[Fault.SILENCE] else Ending.UNPROVED
        elif self._said and self.ending in (Ending.LATE, Ending.FAILED):
            self.ending = Ending.CUT
        elif self._said and any(fault is not Fault.REPEATED for fault in self._left_out):
            self.ending = Ending.PARTLY

    def _drafts(self, reply: ReplyStream) -> Iterator[Draft]:
        for said in _sentences(reply):
            if not self._said and is_no_answer(said.text):
                self.ending = Ending.NO_ANSWER
                return
            fault = self._fault(said.text)
            if fault is None:
                yield self._draft(said)
            else:
                self._left_out[fault] += 1
            if len(self._said) >= _MOST_SENTENCES or self._left_out[Fault.REPEATED] >= _MOST_REPEATED:
                return

    def _fault(self, sentence: str) -> Fault | None:
        plain = squeezed(without_markers(sentence))
        if plain in self._said:
            return Fault.REPEATED
        fault = self._checker.fault(sentence)
        if fault is None:
            self._said.add(plain)
        return fault

    def _draft(self, said: Said) -> Draft:
        """Write the sentence with new markers, from 1 in order of first use, one for each passage and run of it."""
        new: dict[int, int] = {}
        citations: list[AnswerCitation] = []
        for number in markers(said.text):
            evidence = self._checker.offered[number]
            citation = supporting(without_markers(said.text), evidence, self._checker.likeness)
            key = evidence.hit.id, citation.spans
            if key not in self._markers:
                self._markers[key] = len(self._markers) + 1
                citations.append(AnswerCitation(self._markers[key], evidence.hit.id, citation))
            new[number] = self._markers[key]
        first = len(self._said) == 1
        between = "" if first else "\n" if said.own_line else self._between
        return Draft(between + renumbered(said.text, lambda old: (new[old],)), tuple(citations))


def _sentences(pieces: Iterable[str]) -> Iterator[Said]:
    """Give the sentences of a reply; one without an end is read up to a bound."""
    cutter, size = Cutter(), 0
    for piece in without_thoughts(pieces):
        yield from cutter.feed(piece)
        size += len(piece)
        if size > _MOST_CHARACTERS:
            return
    yield from cutter.rest()


def without_thoughts(pieces: Iterable[str]) -> Iterator[str]:
    """Give a reply without what a model thinks aloud before it, `<think>…</think>`."""
    held, thinking, begun = "", False, False
    for piece in pieces:
        if begun:
            yield piece
            continue
        held += piece
        start = held.lstrip()
        thinking = thinking or start.startswith(_THOUGHTS)
        if thinking and _THOUGHTS_END in held:
            begun, piece = True, held.partition(_THOUGHTS_END)[2]
            yield piece
        elif thinking:
            held = held[-len(_THOUGHTS_END) :]
        elif not _THOUGHTS.startswith(start):
            begun = True
            yield held
    if not begun and not thinking:
        yield held
