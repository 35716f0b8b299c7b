"""The seam `Answerer`: a question and passages that have been read in, a cited text out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from qa.judging.reading import Reading
from qa.records import AnswerCitation


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer's text, in which every marker `[n]` has its citation and every citation its marker."""

    text: str
    citations: tuple[AnswerCitation, ...]


class Answerer(Protocol):
    """Answer from the given passages and from nothing else."""

    @property
    def name(self) -> str:
        """Return what the response calls this answerer."""
        ...

    def answer(self, question: str, reading: Reading) -> Draft:
        """Answer in the question's language from passages that have been read, of which there is at least one."""
        ...
