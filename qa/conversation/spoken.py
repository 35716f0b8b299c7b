"""What is spoken of when a question comes, and what is made of the question."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.asked import Asked, what_is_asked
from qa.conversation.cues import OPENER, even, is_chinese
from qa.conversation.wording import topic_of, trimmed

_ASKS = re.compile(r"什么|怎么|为什么|点解|点样|哪|咩|乜|\b(?:how|what)\b(?! about)|\b(?:why|which|who|where)\b")


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is spoken of: the last question made whole, its topic, what was answered, and all that was said before."""

    question: str
    topic: str
    answer: str
    before: str


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole question, and the topic that the next one may be about."""

    question: str
    topic: str

    @classmethod
    def by_itself(cls, question: str) -> Whole:
        """Take a question as it is."""
        return cls(question, topic_of(question))

    @classmethod
    def joined(cls, topic: str, question: str, next_topic: str | None = None) -> Whole:
        """Put the topic before a Chinese question, behind an English one."""
        if even(topic) in even(question):
            whole = f"{question}?"
        else:
            whole = f"{topic},{question}?" if is_chinese(question) else f"{question} ({topic})?"
        return cls(whole, topic if next_topic is None else next_topic)


def core_of(question: str) -> str:
    """Return a question without the word that opens it and the marks at its ends."""
    plain = trimmed(question)
    opener = OPENER.match(even(plain))
    return plain[opener.end() :] if opener and opener.end() < len(plain) else plain


def asks(text: str) -> bool:
    """Say whether a text has an asking word."""
    return what_is_asked(text) is not Asked.OTHER or bool(_ASKS.search(even(text)))


def instead_of(match: re.Match[str], text: str, name: str) -> str:
    """Return the text with a name in the place of what was matched in it."""
    return f"{text[: match.start()]}{name}{text[match.end() :]}"
