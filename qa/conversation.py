"""A follow-up question made whole from the turns before it, so that it can be searched for by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Who said something."""

    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier turn of a conversation."""

    role: Role
    content: str


def standalone(question: str, history: Sequence[Turn]) -> str:
    """Return the question as it would be asked without the turns before it, oldest first."""
    return question
