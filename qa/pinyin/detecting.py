"""Is a question typed in pinyin? In doubt it is not: an English question, and one with Chinese names in it, stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from qa.pinyin.spelling import LATIN, cuts
from qa.terms import HAN

ENGLISH = "english_syllables.txt"
# Fewer syllables may as well be a name; beside Chinese characters the reader knows that it is Chinese.
_LEAST, _LEAST_BESIDE_CHINESE = 4, 3
# A word by itself, or names one behind the other, each with a capital, have seldom as many.
_LEAST_OF_ONE_WORD, _LEAST_OF_CAPITALS = 6, 8
# So many that are no English word as well; and for each word of another language so many.
_LEAST_SURE, _SURE_FOR_EACH_OTHER = 3, 8
_CHINESE = re.compile(f"[{HAN}]")
# The word of several syllables that is as frequent in pinyin (我们) as in English.
_EITHER = "women"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a question: neighbouring words in pinyin, or what stays as it is."""

    text: str
    pinyin: bool


def is_pinyin(question: str) -> bool:
    """Say whether all of a question that is in Latin letters is Chinese in pinyin, abbreviations in capitals aside.

    >>> is_pinyin("jianghai qu you duoshao ge GDP mubiao?"), is_pinyin("Who is Yu Zhijian?")
    (True, False)
    """
    words = LATIN.findall(question)
    shouted = _shouted(words)
    spelt = [word for word in words if shouted or not word.isupper()]
    if 2 * len(spelt) <= len(words):
        return False
    others, most = 0, sum(map(len, spelt)) // (2 * _SURE_FOR_EACH_OTHER)
    for word in spelt:
        others += not cuts(word) or _is_english(word)
        if others > most:  # however the rest is spelt: an English question costs no more than its first words
            return False
    least = _LEAST_BESIDE_CHINESE if _CHINESE.search(question) else _LEAST
    return _is_sentence([word for word in spelt if cuts(word)], others, least)


def _is_sentence(words: Sequence[str], others: int, least: int) -> bool:
    """Say whether words that can be cut are too many to be names, and more of them pinyin alone than English as well."""
    if len(words) == 1:
        least = _LEAST_OF_ONE_WORD
    elif all(word.istitle() for word in words):
        least = _LEAST_OF_CAPITALS
    counted = {word.casefold() for n, word in enumerate(words) if n == 0 or not _is_name(word)}
    sure = sum(_length(word) for word in counted - _english())
    either = sum(word.casefold() in _english() for word in words)
    enough = max(_LEAST_SURE, either + 1, _SURE_FOR_EACH_OTHER * others)
    return sum(map(_length, words)) >= least and sure >= enough


def _shouted(words: Sequence[str]) -> bool:
    """Say whether capitals mean nothing, since there is nothing else."""
    return all(word.isupper() for word in words)


def _is_name(word: str) -> bool:
    """Say whether a word within a question looks like a name; some people begin every syllable with a capital."""
    return word.istitle() and _length(word) > 1


def _length(word: str) -> int:
    return len(cuts(word)[0])


def _is_english(word: str) -> bool:
    folded = word.casefold()
    return folded in _english() and folded != _EITHER and _length(word) > 1


@cache
def _english() -> frozenset[str]:
    lines = resources.files("qa").joinpath("data", ENGLISH).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def pieces(question: str) -> Iterator[Piece]:
    """Part a question that is in pinyin: neighbouring words are read together, anything else stays as it is."""
    shouted = _shouted(LATIN.findall(question))
    typed: list[str] = []
    behind = 0
    for match in LATIN.finditer(question):
        between, word = question[behind : match.start()], match[0]
        behind = match.end()
        read = bool(cuts(word)) and (shouted or not word.isupper())
        if typed and (between.strip() or not read):
            yield Piece(" ".join(typed), pinyin=True)
            typed = []
        if not typed:
            yield Piece(between, pinyin=False)
        if read:
            typed.append(word)
        else:
            yield Piece(word, pinyin=False)
    if typed:
        yield Piece(" ".join(typed), pinyin=True)
    yield Piece(question[behind:], pinyin=False)
