"""From Latin letters to syllables: how a word typed in pinyin can be cut, tone marks and ü as people type them."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from itertools import islice, product

from qa.pinyin.readings import syllables
from qa.terms import HAN

# A word in Latin letters; an apostrophe divides its syllables (xi'an).
LATIN = re.compile(rf"[^\W\d_{HAN}]+(?:['’ʼ][^\W\d_{HAN}]+)*")
_APOSTROPHE = re.compile("['’ʼ]")
# What pinyin has by its rules, but nobody means: interjections, with which too many foreign words could be cut.
_INTERJECTIONS = frozenset("hm hng n ng lo yo o ei eng".split())
_LONGEST = 6
_MOST_CUTS = 6
_DIAERESIS = "\u0308"


def spelt(word: str) -> str:
    """Return a word in small letters without tone marks, ü as v, one way of writing for each syllable.

    >>> spelt("Lǚxué"), spelt("qü"), spelt("lüe"), spelt("lue")
    ('lvxue', 'qu', 'lve', 'lve')
    """
    parted = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", word).casefold())
    plain = "".join(c for c in parted.replace(f"u{_DIAERESIS}", "v") if not unicodedata.combining(c))
    return re.sub(r"([ln])ue", r"\1ve", re.sub(r"([jqxy])v", r"\1u", plain))


@lru_cache(4096)
def cuts(word: str) -> tuple[tuple[str, ...], ...]:
    """Return the ways to cut a word into the fewest syllables, the longest first syllable first; empty when it is no pinyin.

    >>> cuts("jianghaiqu"), cuts("fangan"), cuts("xi'an"), cuts("district")
    ((('jiang', 'hai', 'qu'),), (('fang', 'an'), ('fan', 'gan')), (('xi', 'an'),), ())
    """
    parts = [_cuts_of(part) for part in _APOSTROPHE.split(spelt(word))]
    ways = islice(product(*parts), _MOST_CUTS)
    return tuple(tuple(s for part in chosen for s in part) for chosen in ways)


def _cuts_of(part: str) -> list[tuple[str, ...]]:
    if part in _syllables():
        return [(part,)]
    # From behind: the best ways to cut what begins at each place. A lone vowel within a word is written with an apostrophe.
    ways: list[list[tuple[str, ...]]] = [[] for _ in part] + [[()]]
    for start in range(len(part) - 1, -1, -1):
        ends = range(min(len(part), start + _LONGEST), start + 1, -1)
        found = [(part[start:end], *rest) for end in ends if part[start:end] in _syllables() for rest in ways[end]]
        fewest = min(map(len, found), default=0)
        ways[start] = [way for way in found if len(way) == fewest][:_MOST_CUTS]
    return ways[0]


@cache
def _syllables() -> frozenset[str]:
    return frozenset(syllables()) - _INTERJECTIONS
