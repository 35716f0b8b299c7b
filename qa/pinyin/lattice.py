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
        """Put words that are pinyin one behind the other, each cut in every way that it can be."""
        edges: list[list[tuple[str, int]]] = [[]]
        for word in words:
            _append(edges, cuts(word))
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


def _append(edges: list[list[tuple[str, int]]], ways: Sequence[Syllables]) -> None:
    """Add the ways to cut one word between the last place and a new one; each way has its own places in between."""
    start = len(edges) - 1
    end = start + 1 + sum(len(way) - 1 for way in ways)
    edges += [[] for _ in range(end - start)]
    free = start
    for way in ways:
        at = start
        for syllable in way[:-1]:
            free += 1
            edges[at].append((syllable, free))
            at = free
        edges[at].append((way[-1], end))
