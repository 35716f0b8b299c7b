"""Which words a sequence of syllables may be: the dictionary by its sound, kept in three arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.alike import all_sounds
from qa.pinyin.readings import other_readings, syllables

# Longer words are nearly always found as two.
LONGEST = 4
# Bits of a syllable's number in a key.
_BITS = 16
_PLANE = 0x10000
# What a character counts that the dictionary knows only within words.
_RARE = 0.5


@dataclass(frozen=True, slots=True)
class Homophones:
    """Words in the order of their sounds, of one sound the most frequent first, each array (n,); `total` of the frequencies."""

    keys: NDArray[np.uint64]
    words: NDArray[np.str_]
    frequencies: NDArray[np.float32]
    total: float

    @classmethod
    def of(cls, frequencies: Mapping[str, int]) -> Homophones:
        """Index a dictionary's words of up to `LONGEST` Chinese characters by how they are read."""
        read = other_readings()
        words = [word for word, n in frequencies.items() if n and len(word) <= LONGEST and word not in read]
        known = {word for word in words if len(word) == 1}
        words += [c for characters in all_sounds().values() for c in characters if c not in known]
        keys = _keys_of(words)
        sounded = [(word, keys[at]) for at, word in enumerate(words) if keys[at]]
        sounded += [(word, key_of(sounds)) for word, several in read.items() for sounds in several]
        return cls._sorted(sounded, frequencies)

    @classmethod
    def _sorted(cls, sounded: Sequence[tuple[str, int | np.uint64]], frequencies: Mapping[str, int]) -> Homophones:
        keys = np.array([key for _, key in sounded], np.uint64)
        words = np.array([word for word, _ in sounded], f"<U{LONGEST}")
        counts = np.array([frequencies.get(word) or _RARE for word, _ in sounded], np.float32)
        order = np.lexsort((words, -counts, keys))
        return cls(keys[order], words[order], counts[order], float(counts.sum(dtype=np.float64)))

    def lookup(self, keys: NDArray[np.uint64], most: int) -> list[list[tuple[str, float]]]:
        """Return for each key up to `most` words with their frequencies, the most frequent first."""
        first, last = np.searchsorted(self.keys, keys, "left"), np.searchsorted(self.keys, keys, "right")
        last = np.minimum(last, first + most)
        return [
            list(zip(self.words[a:b].tolist(), self.frequencies[a:b].tolist(), strict=True))
            for a, b in zip(first.tolist(), last.tolist(), strict=True)
        ]


def key_of(read: Iterable[str]) -> int:
    """Return the number that stands for up to `LONGEST` syllables; 0 when one of them is none."""
    key = 0
    for syllable in read:
        number = syllables().get(syllable, 0)
        if not number:
            return 0
        key = (key << _BITS) | number
    return key


def _keys_of(words: Sequence[str]) -> NDArray[np.uint64]:
    """Return the key of each word as its characters are mostly read; 0 for one with a character that has no reading."""
    points = np.array(words, f"<U{LONGEST}").view(np.uint32).reshape(len(words), LONGEST)
    numbers = np.zeros(_PLANE, np.uint64)
    for syllable, characters in all_sounds().items():
        numbers[[ord(c) for c in characters]] = syllables()[syllable]
    keys = np.zeros(len(words), np.uint64)
    silent = np.zeros(len(words), bool)
    for column in points.T:
        there = column > 0
        number = np.where(column < _PLANE, numbers[column % _PLANE], np.uint64(0))
        silent |= there & (number == 0)
        keys = np.where(there, (keys << np.uint64(_BITS)) | number, keys)
    return np.where(silent, np.uint64(0), keys)
