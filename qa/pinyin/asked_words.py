"""How questions are worded: counts of words, and of the characters that meet where one word ends and the next begins.

The tables are made by `qa.fitting.pinyin` from questions written for this project.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

WORDS, PAIRS = "asked_words.txt", "asked_pairs.txt"
# How much of a word's chance comes from its neighbour; chosen on questions over other pages, as are all shares here.
NEIGHBOUR = 0.6
# Added to the counts of a pair's characters, so that a rare one says little.
_SMOOTH = 2.0


@dataclass(frozen=True, slots=True)
class AskedWords:
    """Counts of words and of pairs of characters; `lasts` and `firsts` count pairs by their one and other character."""

    words: Mapping[str, int]
    pairs: Mapping[str, int]
    lasts: Mapping[str, int]
    firsts: Mapping[str, int]
    total_words: int
    total_pairs: int

    def share(self, word: str) -> float:
        """Return the share of a word among the words of questions."""
        return self.words.get(word, 0) / self.total_words

    def meeting(self, last: str, first: str) -> float:
        """Return how many times likelier than alone a word with this first character is behind one with this last.

        (1 - a) + a * n(pair) * N / ((n(last) + s) * (n(first) + s)); 1 at the beginning.
        """
        if not last:
            return 1.0
        apart = (self.lasts.get(last, 0) + _SMOOTH) * (self.firsts.get(first, 0) + _SMOOTH)
        return 1 - NEIGHBOUR + NEIGHBOUR * self.pairs.get(last + first, 0) * self.total_pairs / apart


@cache
def asked_words() -> AskedWords:
    """Return the counts that ship with the program."""
    words, pairs = _table(WORDS), _table(PAIRS)
    lasts: Counter[str] = Counter()
    firsts: Counter[str] = Counter()
    for pair, count in pairs.items():
        lasts[pair[0]] += count
        firsts[pair[1]] += count
    return AskedWords(words, pairs, lasts, firsts, sum(words.values()), sum(pairs.values()))


def _table(name: str) -> dict[str, int]:
    """Read lines of a count and the words that have it."""
    lines = resources.files("qa").joinpath("data", name).read_text(encoding="utf-8").splitlines()
    rows = (line.split() for line in lines if not line.startswith("#"))
    return {word: int(count) for count, *words in rows for word in words}
