"""Characters that sound or look alike, for names that a person or an OCR program has spelt otherwise.

The tables are made by `qa.fitting.alike`, which names their sources. Works on folded text (see `qa.fold`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources
from itertools import pairwise

SOUNDS, LOOKALIKES = "sounds.txt", "lookalikes.txt"
# Before a pair of syllables, so that it is never taken for a term of the text.
SOUND_MARK = "~"


def _table(name: str) -> Iterator[tuple[str, str]]:
    lines = resources.files("qa").joinpath("data", name).read_text(encoding="utf-8").splitlines()
    for line in lines:
        if not line.startswith("#"):
            key, _, characters = line.partition(" ")
            yield key, characters


@cache
def _sound_of() -> dict[str, str]:
    return {character: sound for sound, characters in _table(SOUNDS) for character in characters}


@cache
def _syllables() -> frozenset[str]:
    # A lone vowel or nasal is a syllable as well, but with it half of the English words could be cut.
    return frozenset(sound for sound, _ in _table(SOUNDS) if len(sound) > 1)


@cache
def _lookalikes() -> dict[str, str]:
    return dict(_table(LOOKALIKES))


def sound_terms(run: str) -> list[str]:
    """Return the pairs of neighbouring syllables of a run of Chinese characters.

    >>> sound_terms("聂加伟")
    ['~nie jia', '~jia wei']
    """
    sounds = [_sound_of().get(character) for character in run]
    return [f"{SOUND_MARK}{a} {b}" for a, b in pairwise(sounds) if a and b]


def lookalikes(character: str) -> str:
    """Return the characters that look like one, the likest first; empty where the table has none.

    >>> "已" in lookalikes("己")
    True
    """
    return _lookalikes().get(character, "")


def spelt_alike(pair: str) -> list[str]:
    """Return the pairs of characters that differ from `pair` in one character, which looks alike; the likest first.

    >>> "己经" in spelt_alike("已经")
    True
    """
    a, b = pair[0], pair[1]
    shapes = _lookalikes()
    return [other + b for other in shapes.get(a, "")] + [a + other for other in shapes.get(b, "")]


def pinyin_terms(word: str) -> list[str]:
    """Return the pairs of syllables of a Latin word that is Chinese in pinyin, else nothing.

    Of several ways to cut it the one with the fewest, then the longest first syllables counts.

    >>> pinyin_terms("niejiawei"), pinyin_terms("teacher")
    (['~nie jia', '~jia wei'], [])
    """
    syllables = _cut(word)
    return [f"{SOUND_MARK}{a} {b}" for a, b in pairwise(syllables)]


def _cut(word: str) -> list[str]:
    """Return the syllables that make up `word`, empty when it is no pinyin."""
    best: list[list[str] | None] = [None] * len(word) + [[]]
    for start in range(len(word) - 1, -1, -1):
        for end in range(min(len(word), start + 6), start, -1):
            rest = best[end]
            if rest is not None and word[start:end] in _syllables():
                found = [word[start:end], *rest]
                if best[start] is None or len(found) < len(best[start] or []):
                    best[start] = found
    return best[0] or []


def sound(character: str) -> str | None:
    """Return the syllable that a character is most often read as, without tone; None for one that the table lacks."""
    return _sound_of().get(character)


def same_sound(character: str) -> str:
    """Return the other characters that are most often read as one is, tone ignored; empty where the table lacks it.

    >>> "镇" in same_sound("振")
    True
    """
    return _of_sound().get(sound(character) or "", "").replace(character, "")


@cache
def _of_sound() -> dict[str, str]:
    return dict(_table(SOUNDS))
