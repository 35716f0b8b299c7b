"""Numbers in English words and with English units: `twenty-three`, `2.4 million`, `the thirty-eighth`, `two thirds`.

Works on folded text (see `qa.fold`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise

_ONES = re.findall(
    r"\w+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen",
)
_TENS = re.findall(r"\w+", "twenty thirty forty fifty sixty seventy eighty ninety")
_ORDINALS = re.findall(
    r"\w+",
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth",
)
_SMALL = (
    {word: value for value, word in enumerate(_ONES)}
    | {word: value for value, word in enumerate(_ORDINALS)}
    | {word: 10 * (i + 2) for i, word in enumerate(_TENS)}
    | {word[:-1] + "ieth": 10 * (i + 2) for i, word in enumerate(_TENS)}
    | {"dozen": 12, "couple": 2, "twice": 2, "both": 2}
)
_LARGE = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
NUMBER_WORDS = frozenset([*_SMALL, *_LARGE])
_WORD = "|".join(sorted([*_SMALL, *_LARGE], key=len, reverse=True))
_WORDS = re.compile(rf"\b(?:{_WORD})(?:(?:[ -]| and )(?:{_WORD}))*\b")
_SCALED = re.compile(rf"(?<![\w.])(\d[\d,]*(?:\.\d+)?)[ -]({'|'.join(_LARGE)})s?\b")
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "tenth": 10}
_FRACTION = re.compile(rf"\b({'|'.join(_ONES[1:10])})[ -]({'|'.join(list(_PARTS)[1:])})s?\b(?! of \d)")


def english_numbers(folded: str, found: Callable[[Decimal | str], None]) -> str:
    """Hand each number to `found` (a fraction as `2/3`) and return the text with those blanked."""

    def fraction(match: re.Match[str]) -> str:
        found(f"{_ONES.index(match[1])}/{_PARTS[match[2]]}")
        return " " * len(match[0])

    def scaled(match: re.Match[str]) -> str:
        found(Decimal(match[1].replace(",", "")) * _LARGE[match[2]])
        return " " * len(match[0])

    def words(match: re.Match[str]) -> str:
        for value in _values(re.split(r"[ -]+(?:and )?", match[0])):
            found(Decimal(value))
        return " " * len(match[0])

    for pattern, read in ((_FRACTION, fraction), (_SCALED, scaled), (_WORDS, words)):
        folded = pattern.sub(read, folded)
    return folded


def in_digits(folded: str) -> str:
    """Return the text with English numbers in digits.

    >>> in_digits("two hundred and twenty-three beds in 1.2 million villages")
    '223 beds in 1200000 villages'
    """
    scaled = _SCALED.sub(lambda m: format((Decimal(m[1].replace(",", "")) * _LARGE[m[2]]).normalize(), "f"), folded)

    def words(match: re.Match[str]) -> str:
        values = _values(re.split(r"[ -]+(?:and )?", match[0]))
        return " ".join(map(str, values)) or match[0]

    return _WORDS.sub(words, scaled)


def _values(words: list[str]) -> list[int]:
    """Return the numbers that neighbouring words make; two that make none together (`two three`) stand alone.

    >>> _values(["two", "hundred", "twenty", "three"]), _values(["five", "seven"])
    ([223], [5, 7])
    """
    if words[0] in _LARGE and len(words) == 1:
        return []  # hundreds, a million: no certain number
    groups: list[list[str]] = [words[:1]]
    for before, word in pairwise(words):
        small = word in _SMALL
        joins = not small or before in _LARGE or (before in _TENS and _SMALL[word] < 10)
        groups[-1].append(word) if joins else groups.append([word])
    return [_value(group) for group in groups]


def _value(words: list[str]) -> int:
    total, section = 0, 0
    for word in words:
        if word in _SMALL:
            section += _SMALL[word]
        elif word == "hundred":
            section = (section or 1) * 100
        else:
            total, section = total + (section or 1) * _LARGE[word], 0
    return total + section
