"""Is a question typed in pinyin? In doubt it is not: an English question, and one with Chinese names in it, stays as it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from qa.pinyin.spelling import LATIN, cuts
from qa.terms import HAN

ENGLISH = "english_syllables.txt"
# Fewer syllables may as well be a name; beside Chinese characters the reader knows that it is Chinese.
_LEAST, _LEAST_BESIDE_CHINESE = 4, 3
_LEAST_KNOWN = 2
# A word by itself, or names one behind the other, each with a capital, have seldom as many.
_LEAST_OF_ONE_WORD, _LEAST_OF_CAPITALS = 6, 8
# So many that are no English word as well (one fewer where fewer will do); and for each word of another language so many.
_LEAST_SURE, _SURE_FOR_EACH_OTHER = 3, 8
_CHINESE = re.compile(f"[{HAN}]")
# The word of several syllables that is as frequent in pinyin (我们) as in English.
_EITHER = "women"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a question: neighbouring words in pinyin, or what stays as it is."""

    text: str
    pinyin: bool


def is_pinyin(question: str, *, typed_before: bool = False) -> bool:
    """Say whether all of a question that is in Latin letters is Chinese in pinyin, abbreviations in capitals aside.

    `typed_before` says that whoever asks has typed pinyin before: then a short question will do.

    >>> is_pinyin("jianghai qu you duoshao ge GDP mubiao?"), is_pinyin("Who is Yu Zhijian?")
    (True, False)
    """
    words = LATIN.findall(unicodedata.normalize("NFC", question))
    shouted = _shouted(words)
    spelt = [word for word in words if shouted or not word.isupper()]
    if 2 * len(spelt) <= len(words):
        return False
    others, most = 0, sum(map(len, spelt)) // (2 * _SURE_FOR_EACH_OTHER)
    for word in spelt:
        others += not cuts(word) or _is_english(word)
        if others > most:  # however the rest is spelt: an English question costs no more than its first words
            return False
    read = [word for word in spelt if cuts(word)]
    least = _LEAST_KNOWN if typed_before else _least(read, beside_chinese=bool(_CHINESE.search(question)))
    return sum(map(_length, read)) >= least and _is_sure(read, others, least)


def _least(words: Sequence[str], *, beside_chinese: bool) -> int:
    """Return with how many syllables these words are rather a sentence than names."""
    if len(words) == 1:
        return _LEAST_OF_ONE_WORD
    if all(word.istitle() for word in words):
        return _LEAST_OF_CAPITALS
    return _LEAST_BESIDE_CHINESE if beside_chinese else _LEAST


def _is_sure(words: Sequence[str], others: int, least: int) -> bool:
    """Say whether enough of the words are neither names nor English as well; `others` can be nothing but English."""
    counted = {word.casefold() for n, word in enumerate(words) if n == 0 or not _is_name(word)}
    sure = sum(_length(word) for word in counted - _english())
    either = sum(word.casefold() in _english() for word in words)
    return sure >= max(min(_LEAST_SURE, least - 1), either + 1, _SURE_FOR_EACH_OTHER * others)


def _shouted(words: Sequence[str]) -> bool:
    """Say whether capitals mean nothing, since there is nothing else."""
    return all(word.isupper() for word in words)


def _is_name(word: str) -> bool:
    """Say whether a word within a question looks like a name; some people begin every syllable with a capital."""
    return word.istitle() and _length(word) > 1


def _length(word: str) -> int:
    """Return how many syllables a word has, 0 when it is no pinyin."""
    found = cuts(word)
    return 0 if found is None else found.count


def _is_english(word: str) -> bool:
    folded = word.casefold()
    return folded in _english() and folded != _EITHER and _length(word) > 1


@cache
def _english() -> frozenset[str]:
    lines = resources.files("qa").joinpath("data", ENGLISH).read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def pieces(question: str) -> Iterator[Piece]:
    """Part a question that is in pinyin: neighbouring words are read together, anything else stays as it is."""
    question = unicodedata.normalize("NFC", question)  # a tone mark may come as a character of its own
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
