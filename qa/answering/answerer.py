"""The seam `Answerer`: a question and its passages in, a cited text out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from qa.records import AnswerCitation, CitedHit


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

    def answer(self, question: str, passages: Sequence[CitedHit]) -> Draft:
        """Answer from `passages`, best first, of which there is at least one."""
        ...
