"""From a question in pinyin to the likeliest Chinese one.

    P(question) = product over its words w of P(w) * meeting(last character before w, first character of w)
    P(w)        = J * share in the dictionary + Q * share in questions + L * share in the library

The best way through the words is found place by place, with the best few ends at each (Viterbi, with a beam).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from qa.index.generation import Generation
from qa.pinyin.asked_words import asked_words
from qa.pinyin.detecting import pieces
from qa.pinyin.homophones import Homophones, key_of
from qa.pinyin.lattice import Lattice
from qa.terms import HAN
from qa.words import WordCutter

# How much each source says about which word is meant.
DICTIONARY, QUESTIONS, LIBRARY = 0.2, 0.6, 0.2
# How many words of one sound are weighed against each other, and how many ends of what is read so far.
_MOST_WORDS, _MOST_ENDS = 8, 6
_BESIDE_CHINESE = re.compile(rf"(?<=[{HAN}])\s+|\s+(?=[{HAN}])")

# By the last character: how likely it is, as a logarithm, and the text.
Ends = dict[str, tuple[float, str]]


class Converter:
    """Turn pinyin into Chinese with the words of one dictionary; the index of their sounds is built with the first call."""

    def __init__(self, cutter: WordCutter) -> None:
        self._cutter = cutter

    def chinese(self, question: str, generation: Generation) -> str:
        """Return a question in pinyin in Chinese characters; figures, marks and abbreviations in capitals stay."""
        library = LibraryWords.of(generation)
        read = "".join(
            self.likeliest(piece.text.split(), library) if piece.pinyin else piece.text for piece in pieces(question)
        )
        return _BESIDE_CHINESE.sub("", read)

    def likeliest(self, words: Sequence[str], library: LibraryWords) -> str:
        """Return the likeliest Chinese of neighbouring words in pinyin."""
        lattice = Lattice.of(words)
        spans = lattice.spans()
        sounds = np.array([key_of(span.syllables) for span in spans], np.uint64)
        ends: list[Ends] = [{} for _ in lattice.edges]
        ends[0][""] = (0.0, "")
        for span, homophones in zip(spans, self._homophones.lookup(sounds, _MOST_WORDS), strict=True):
            before = sorted(ends[span.start].items(), key=lambda end: -end[1][0])[:_MOST_ENDS]
            for word, frequency in homophones:
                _go_on(before, word, self._chance(word, frequency, library), ends[span.end])
        return max(ends[-1].values(), default=(0.0, " ".join(words)))[1]

    def _chance(self, word: str, frequency: float, library: LibraryWords) -> float:
        own = frequency / self._homophones.total
        return DICTIONARY * own + QUESTIONS * asked_words().share(word) + LIBRARY * library.share(word)

    @cached_property
    def _homophones(self) -> Homophones:
        return Homophones.of(self._cutter.tokenizer().FREQ)


@dataclass(frozen=True, slots=True)
class LibraryWords:
    """The words of the passages that are indexed."""

    generation: Generation
    total: float

    @classmethod
    def of(cls, generation: Generation) -> LibraryWords:
        return cls(generation, sum(float(s.postings["words"].lengths.sum()) for s in generation.segments) or 1.0)

    def share(self, word: str) -> float:
        """Return the share of a word, counted once a passage."""
        held: int = sum(place.stop - place.start for _, place in self.generation.places("words", word))
        return held / self.total


def _go_on(before: Sequence[tuple[str, tuple[float, str]]], word: str, chance: float, ends: Ends) -> None:
    """Put a word behind what is read so far, and keep the likeliest text for its last character."""
    own = math.log(chance)
    for last, (score, text) in before:
        found = score + own + math.log(asked_words().meeting(last, word[0]))
        kept = ends.get(word[-1])
        if kept is None or found > kept[0]:
            ends[word[-1]] = (found, text + word)
