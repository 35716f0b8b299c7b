"""The terms that the lexical index counts: characters, character pairs, Latin words, numbers and dates.

Characters and pairs together find Chinese passages far better than dictionary words alone, which a question seldom cuts as
the text does; dictionary words are a field of their own (`qa.words`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from qa.alike import sound_terms
from qa.fold import fold
from qa.numerals import numerals

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇"
_RUN = re.compile(rf"(?P<han>[{HAN}]+)|(?P<word>[^\W{HAN}_]+(?:[.'’&+-][^\W{HAN}_]+)*)")


def _runs(folded: str) -> list[str]:
    """Return one character, two neighbouring characters, or a Latin word at a time."""
    found: list[str] = []
    for match in _RUN.finditer(folded):
        run = match[0]
        if match["word"]:
            found.append(run)
        else:
            found += run
            found += [run[i : i + 2] for i in range(len(run) - 1)]
    return found


def terms(text: str) -> list[str]:
    """Return the terms of a text that is indexed, repetitions included."""
    folded = fold(text)
    return _runs(folded) + [n.term for n in numerals(folded)]


def sounds(text: str) -> list[str]:
    """Return the pairs of syllables of a text that is indexed, to find names by their sound."""
    return [term for match in _RUN.finditer(fold(text)) if match["han"] for term in sound_terms(match["han"])]


@dataclass(frozen=True, slots=True)
class QuestionWords:
    """`blanked` matches whole asking words; `particles` are single characters that carry nothing on their own."""

    blanked: re.Pattern[str]
    particles: frozenset[str]


@cache
def question_words() -> QuestionWords:
    """Return the words that ask, and the particles, as they ship with the program."""
    lines = resources.files("qa").joinpath("data/question_words.txt").read_text(encoding="utf-8").splitlines()
    words = sorted((fold(w) for w in lines if w and not w.startswith("#")), key=lambda w: (-len(w), w))
    latin = [rf"\b{re.escape(w)}\b" for w in words if w.isascii()]
    chinese = [re.escape(w) for w in words if not w.isascii() and len(w) > 1]
    return QuestionWords(re.compile("|".join(chinese + latin)), frozenset(w for w in words if len(w) == 1))


def is_particle(word: str) -> bool:
    """Say whether a folded word carries nothing on its own: a particle, or an asking word."""
    return word in question_words().particles or question_words().blanked.fullmatch(word) is not None


def without_question_words(question: str) -> str:
    """Return a folded question whose asking words (什么, 多少, 点解, which …) are blanked: they name nothing in the text."""
    return question_words().blanked.sub(" ", fold(question))


def query_terms(question: str) -> list[str]:
    """Return the distinct terms that a question is searched with, in order of their first place.

    A particle (的, 了, 是 …) counts within a pair of characters but not alone: it may be part of a word. A question that
    consists of asking words alone keeps them.
    """
    stripped = without_question_words(question)
    particles = question_words().particles
    found = [t for t in _runs(stripped) if t not in particles] + [n.term for n in numerals(stripped)]
    return list(dict.fromkeys(found or terms(question)))
