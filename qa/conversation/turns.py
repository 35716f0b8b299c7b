"""What was said before a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

# A reader needs no more to know what is spoken of, and the work stays bounded whatever a client sends.
READ_TURNS = 12
READ_CHARACTERS = 1000


class Role(StrEnum):
    """Who said something."""

    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier turn of a conversation."""

    role: Role
    content: str


def recent(history: Sequence[Turn]) -> list[Turn]:
    """Return the last turns that say something, long ones cut, oldest first."""
    said = (replace(turn, content=turn.content[:READ_CHARACTERS].strip()) for turn in history[-READ_TURNS:])
    return [turn for turn in said if turn.content]
