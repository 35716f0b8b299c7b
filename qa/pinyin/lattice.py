"""The ways through neighbouring words in pinyin: places, and the syllables that lead from one to a later one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.pinyin.homophones import LONGEST
from qa.pinyin.spelling import cuts

Syllables = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Up to `LONGEST` neighbouring syllables, which may be one Chinese word, between two places."""

    start: int
    end: int
    syllables: Syllables


@dataclass(frozen=True, slots=True)
class Lattice:
    """`edges[place]` holds the syllables that begin there, each with the place where it ends; the last place has none."""

    edges: tuple[tuple[tuple[str, int], ...], ...]

    @classmethod
    def of(cls, words: Sequence[str]) -> Lattice:
        """Put words one behind the other, each cut in every way that it can be; raise `ValueError` for one that is no pinyin."""
        edges: list[list[tuple[str, int]]] = [[]]
        for word in words:
            _append(edges, word)
        return cls(tuple(map(tuple, edges)))

    def spans(self) -> list[Span]:
        """Return all spans by ascending start, so that a way to a place is known before one goes on from there."""
        return [span for start in range(len(self.edges)) for span in self._from(start)]

    def _from(self, start: int) -> list[Span]:
        found: list[Span] = []
        ahead: list[tuple[int, Syllables]] = [(start, ())]
        while ahead:
            at, said = ahead.pop()
            if said:
                found.append(Span(start, at, said))
            if len(said) < LONGEST:
                ahead += [(end, (*said, syllable)) for syllable, end in self.edges[at]]
        return found


def _append(edges: list[list[tuple[str, int]]], word: str) -> None:
    """Add the ways to cut one word behind the last place."""
    found = cuts(word)
    if found is None:
        raise ValueError(f"found {word!r}, expected a word in pinyin")
    first = len(edges) - 1
    edges += [[] for _ in range(found.end)]
    for start, syllable, end in found.steps:
        edges[first + start].append((syllable, first + end))
