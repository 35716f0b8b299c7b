"""Tell from a dictionary's words whether a line's end tore a word apart: then what follows goes on from it."""

from __future__ import annotations

import math
from functools import lru_cache

from qa.reading.chars import is_han, squeeze

_LONGEST = 4
_SIDE = 6
_RARE = 3
# The log probability of a character that makes no word of the dictionary with its neighbours.
_UNKNOWN = -14.0
# The log probability above which a word says nothing of a text's subject.
_COMMON = -9.0


@lru_cache(maxsize=1)
def _words() -> dict[str, float]:
    """Return the log probabilities of jieba's words of up to four characters, the rarest left out.

    The plain file is read, not jieba's tokenizer, which would take three times as long.
    """
    from importlib.resources import files

    counts: dict[str, int] = {}
    for line in files("jieba").joinpath("dict.txt").read_text(encoding="utf-8").splitlines():
        word, count, *_ = line.split(" ")
        if len(word) <= _LONGEST and int(count) >= _RARE:
            counts[word] = int(count)
    total = math.log(sum(counts.values()))
    return {word: math.log(count) - total for word, count in counts.items()}


def torn(left: str, right: str) -> float:
    """Return by how much (in log probability) the best reading over a seam has a word across it; 0 when it has none.

    Unigram segmentation of the last and first characters, once freely and once with a word boundary at the seam.
    """
    before, after = _han_tail(squeeze(left[-4 * _SIDE :])), _han_head(squeeze(right[: 4 * _SIDE]))
    if not before or not after:
        return 0.0
    seam = len(before)
    text = before + after
    return max(0.0, _best(text, None) - _best(text, seam))


def is_word(text: str) -> bool:
    """Tell whether the dictionary has a word."""
    return text in _words()


def is_common(text: str) -> bool:
    """Tell whether the dictionary has a word that texts of every subject use."""
    return _words().get(text, -math.inf) > _COMMON


def _han_tail(text: str) -> str:
    start = len(text)
    while start > max(0, len(text) - _SIDE) and is_han(text[start - 1]):
        start -= 1
    return text[start:]


def _han_head(text: str) -> str:
    end = 0
    while end < min(_SIDE, len(text)) and is_han(text[end]):
        end += 1
    return text[:end]


def _best(text: str, seam: int | None) -> float:
    words = _words()
    best = [0.0] + [-math.inf] * len(text)
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - _LONGEST), end):
            if seam is not None and start < seam < end:
                continue
            cost = words.get(text[start:end], _UNKNOWN * (end - start) if end - start == 1 else -math.inf)
            best[end] = max(best[end], best[start] + cost)
    return best[-1]
