"""Markers of a model's sentence, `[1]`, `[1, 3]`, `【2】`, in one form."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_NUMBER = r"\d{1,3}"
_AND = r"\s*[,\uff0c、;\uff1b–-]\s*"
MARKER = rf"[\[【\uff3b]\s*(?:\^|passages?|sources?|段落|来源)?\s*{_NUMBER}(?:{_AND}{_NUMBER})*\s*[\]】\uff3d]"
_GROUP = re.compile(rf"\s*{MARKER}(?:\s*{MARKER})*", re.IGNORECASE)
_RANGE = re.compile(rf"({_NUMBER})\s*[–-]\s*({_NUMBER})")


def markers(sentence: str) -> list[int]:
    """Return the numbers of all markers, in order, each once."""
    return list(dict.fromkeys(number for match in _GROUP.finditer(sentence) for number in _numbers(match[0])))


def without_markers(sentence: str) -> str:
    """Return what is said, without the markers."""
    return _GROUP.sub("", sentence)


def renumbered(sentence: str, new: Callable[[int], Sequence[int]]) -> str:
    """Return the sentence with the markers that take the place of each old one, side by side."""

    def group(match: re.Match[str]) -> str:
        numbers = dict.fromkeys(n for old in _numbers(match[0]) for n in new(old))
        return "".join(f"[{number}]" for number in numbers)

    return _GROUP.sub(group, sentence)


def _numbers(group: str) -> list[int]:
    spread = _RANGE.sub(lambda m: ",".join(str(n) for n in range(int(m[1]), min(int(m[2]), 999) + 1)), group)
    return [int(number) for number in re.findall(_NUMBER, spread)]
