"""How words are read: by their characters, and those that are read otherwise (长江, 银行, 谁 as shei)."""

from __future__ import annotations

from functools import cache
from importlib import resources

from qa.alike import all_sounds, sound

FILE = "readings.txt"
Syllables = tuple[str, ...]


@cache
def syllables() -> dict[str, int]:
    """Return every syllable with a number of its own, from 1."""
    further = {syllable for several in _further().values() for read in several for syllable in read}
    return {syllable: at for at, syllable in enumerate(sorted(further | all_sounds().keys()), start=1)}


@cache
def other_readings() -> dict[str, list[Syllables]]:
    """Return the words that are not read as their characters mostly are, and characters with several readings, all of these."""
    return {word: [*read, *([(sound(word) or "",)] if len(word) == 1 else [])] for word, read in _further().items()}


@cache
def _further() -> dict[str, list[Syllables]]:
    lines = resources.files("qa").joinpath("data", FILE).read_text(encoding="utf-8").splitlines()
    found: dict[str, list[Syllables]] = {}
    for parts in (line.split() for line in lines if not line.startswith("#")):
        read = tuple(part for part in parts if part.isascii())
        for word in parts[len(read) :]:
            found.setdefault(word, []).append(read)
    return found
