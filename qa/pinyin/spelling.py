"""From Latin letters to syllables: how a word typed in pinyin can be cut, tone marks and ü as people type them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from qa.pinyin.readings import syllables
from qa.terms import HAN

# A word in Latin letters; an apostrophe divides its syllables (xi'an).
LATIN = re.compile(rf"[^\W\d_{HAN}]+(?:['’ʼ][^\W\d_{HAN}]+)*")
_APOSTROPHE = re.compile("['’ʼ]")
# What pinyin has by its rules, but nobody means: interjections, with which too many foreign words could be cut.
_INTERJECTIONS = frozenset(("hm", "hng", "n", "ng", "lo", "yo", "o", "ei", "eng"))
_LONGEST_SYLLABLE = 6
# A whole question typed without blanks is shorter.
_LONGEST_WORD = 100
_DIAERESIS = "\u0308"


@dataclass(frozen=True, slots=True)
class Cuts:
    """The ways to cut a word into the fewest syllables, which are `count`.

    `steps` are syllables between two of its letters, by ascending start: from 0 they lead to `end` and nowhere else.
    """

    count: int
    end: int
    steps: tuple[tuple[int, str, int], ...]


def spelt(word: str) -> str:
    """Return a word in small letters without tone marks, ü as v, one way of writing for each syllable.

    >>> spelt("Lǚxué"), spelt("qü"), spelt("lüe"), spelt("lue")
    ('lvxue', 'qu', 'lve', 'lve')
    """
    parted = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", word).casefold())
    plain = "".join(c for c in parted.replace(f"u{_DIAERESIS}", "v") if not unicodedata.combining(c))
    return re.sub(r"([ln])ue", r"\1ve", re.sub(r"([jqxy])v", r"\1u", plain))


@lru_cache(4096)
def cuts(word: str) -> Cuts | None:
    """Return how a word is cut, None when it is no pinyin.

    >>> cuts("fangan").steps
    ((0, 'fang', 4), (0, 'fan', 3), (3, 'gan', 6), (4, 'an', 6))
    >>> cuts("xi'an").count, cuts("district")
    (2, None)
    """
    if len(word) > _LONGEST_WORD:
        return None
    count, end, steps = 0, 0, []
    for part in _APOSTROPHE.split(spelt(word)):
        rest = _rest(part)
        if rest[0] is None:
            return None
        steps += [(end + start, part[start:to], end + to) for start, to in _shortest(part, rest)]
        count, end = count + rest[0], end + len(part)
    return Cuts(count, end, tuple(steps))


def _rest(part: str) -> list[int | None]:
    """Return for each place how few syllables lead from there to the end, None where none do."""
    if part in _syllables():
        return [1, *[None] * (len(part) - 1), 0]
    rest: list[int | None] = [*[None] * len(part), 0]
    for start in range(len(part) - 1, -1, -1):
        behind = [rest[to] for to in _ends(part, start)]
        rest[start] = min((1 + n for n in behind if n is not None), default=None)
    return rest


def _shortest(part: str, rest: list[int | None]) -> list[tuple[int, int]]:
    """Return the steps of the shortest ways, the longest from each place first."""
    found = []
    reached = {0}
    for start in range(len(part)):
        here = rest[start]
        if start in reached and here is not None:
            ends = [len(part)] if here == 1 else [to for to in _ends(part, start) if rest[to] == here - 1]
            found += [(start, to) for to in ends]
            reached.update(ends)
    return found


def _ends(part: str, start: int) -> list[int]:
    """Return where a syllable that begins at a place may end; within a word a lone vowel has an apostrophe before it."""
    ends = range(min(len(part), start + _LONGEST_SYLLABLE), start + 1, -1)
    return [to for to in ends if part[start:to] in _syllables()]


@cache
def _syllables() -> frozenset[str]:
    return frozenset(syllables()) - _INTERJECTIONS
