"""A sentence of a passage made ready to be asked about: its clauses, its words with their parts of speech."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from qa.asked import SURNAMES
from qa.dating.finding import plain_text
from qa.records import Span
from qa.words import WordCutter

if TYPE_CHECKING:
    from jieba.posseg import POSTokenizer

_OPENERS, _SHUTTERS = "“‘「『(（《【[", "”’」』)）》】]"
TERM = "n-term"  # a term of the district's or the user's dictionary, which jieba gives no part of speech
_NOMINAL = frozenset({"s", "f", "j", "b", "l", "an", "vn", "m", "q", "eng", "uj", "i"})
# What jieba takes for nouns and is none before a verb or a figure.
_NO_NOUN = frozenset((*"共约近达也已正将并均都还又再更最总等", "合计", "累计", "目前", "同比", "环比", "预计"))
# For jieba places and bodies; far more often "newly built", "is of use to", "holdings", "listed company".
_NO_NAME = frozenset({"新建", "惠及", "馆藏", "上市公司"})
_PLACE_ENDS = ("镇", "村", "县", "乡", "街道")  # places that no dictionary has are taken for persons
# Sentences whose words are kept: a few megabytes.
_MOST_KEPT = 4_096


@dataclass(frozen=True, slots=True)
class Word:
    """A word with jieba's tag of its part of speech and its place in the sentence."""

    text: str
    tag: str
    start: int
    end: int

    @property
    def nominal(self) -> bool:
        """Say whether it can be part of a noun phrase."""
        return (self.tag in _NOMINAL or self.tag[:1] == "n") and self.text not in _NO_NOUN

    @property
    def names(self) -> bool:
        """Say whether it names one certain thing: a place, an organisation, a person, a proper name."""
        if len(self.text) < 2 or self.text in _NO_NAME:
            return False
        personal = self.text[0] in SURNAMES or (len(self.text) > 2 and self.text.endswith(_PLACE_ENDS))
        return self.tag in ("ns", "nt", TERM) or (self.tag in ("nr", "nrt", "nrfg") and personal)


class Tagger:
    """Cut folded text into words with their parts of speech, with the district's and the user's terms."""

    def __init__(self, cutter: WordCutter) -> None:
        self._cutter = cutter
        self._tagger: POSTokenizer | None = None
        # Each time more is proposed, the same sentences are read again.
        self._kept = lru_cache(maxsize=_MOST_KEPT)(self._tagged)

    def __call__(self, text: str) -> tuple[Word, ...]:
        return self._kept(text)

    def _tagged(self, text: str) -> tuple[Word, ...]:
        if self._tagger is None:
            # Imported here: its tables take half a second.
            from jieba.posseg import POSTokenizer

            self._tagger = POSTokenizer(self._cutter.tokenizer())
        words, place = [], 0
        pairs: list[Any] = self._tagger.lcut(text)
        for pair in pairs:
            tag = TERM if pair.flag == "x" and pair.word[:1].isalnum() else pair.flag
            words.append(Word(pair.word, tag, place, place + len(pair.word)))
            place += len(pair.word)
        return tuple(words)


@dataclass(frozen=True)
class Sentence:
    """One sentence as printed; `plain` is it folded, one code point for one, so that places agree."""

    text: str
    tag: Callable[[str], tuple[Word, ...]]

    @cached_property
    def plain(self) -> str:
        return plain_text(self.text)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        return self.tag(self.plain)

    @cached_property
    def clauses(self) -> tuple[Span, ...]:
        """The parts between commas, semicolons and colons outside of quotation marks and brackets."""
        found, start = [], 0
        for place, character in enumerate(self.plain):
            if character in ",;:。!?" and not self._is_figure(place) and not open_marks(self.text[start:place]):
                found.append((start, place))
                start = place + 1
        found.append((start, len(self.plain)))
        return tuple((s, e) for s, e in found if self.plain[s:e].strip())

    def _is_figure(self, place: int) -> bool:
        return self.plain[place - 1 : place].isdigit() and self.plain[place + 1 : place + 2].isdigit()

    def clause_of(self, span: Span) -> int | None:
        """Return the number of the clause that holds a span, None when it goes over a border."""
        return next((i for i, (s, e) in enumerate(self.clauses) if s <= span[0] and span[1] <= e), None)

    def words_in(self, start: int, end: int) -> tuple[Word, ...]:
        """Return the words that begin at `start` or later and end by `end`."""
        low = bisect_left(self.words, start, key=lambda word: word.start)
        return tuple(word for word in self.words[low:] if word.end <= end)

    def quoted(self, start: int) -> bool:
        """Say whether a place stands within quotation marks or brackets."""
        return open_marks(self.text[:start]) > 0


def open_marks(text: str) -> int:
    """Return how many quotation marks and brackets a text leaves open."""
    return sum(c in _OPENERS for c in text) - sum(c in _SHUTTERS for c in text)


def balanced(text: str) -> bool:
    """Say whether no mark closes before it opens and none stays open."""
    depth = 0
    for character in text:
        depth += (character in _OPENERS) - (character in _SHUTTERS)
        if depth < 0:
            return False
    return depth == 0 and len(re.findall('"', text)) % 2 == 0
