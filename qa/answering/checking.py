"""Check one sentence of a language model against the passages that it cites.

What code can check is checked: markers, quotations, figures, names, and that the sentence has to do with its passages at all.
What it cannot see is a false link between things that the passages do name, or a denial left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from qa.answering.chinese_names import unknown_chinese_names
from qa.answering.counted import counts_something_else
from qa.answering.cutting import LONGEST
from qa.answering.denials import turns_round
from qa.answering.evidence import Evidence, squeezed
from qa.answering.figures import Figures, claimed
from qa.answering.hygiene import has_foreign_link, has_markup, is_hostile
from qa.answering.latin_names import unknown_latin_names
from qa.answering.likeness import Likeness
from qa.answering.markers import markers, without_markers
from qa.answering.plans import only_planned, told_as_done
from qa.answering.polarity import denies_alone, tells_of_silence
from qa.answering.prompt import SYSTEM
from qa.answering.quotations import quotations, unproved
from qa.answering.spoken import in_another_language
from qa.answering.support import supporting
from qa.fold import fold
from qa.words import WordCutter

# So many characters in a row are no accident.
_COPIED = 24


class Fault(StrEnum):
    """Why a sentence is left out."""

    NO_MARKER = "it cites nothing"
    UNKNOWN_MARKER = "it cites a passage that there is not"
    TOO_LONG = "it is too long"
    MARKUP = "it holds markup or a link"
    HOSTILE = "it holds hidden or foreign characters"
    QUOTATION = "it quotes what the passages do not say"
    FIGURE = "it has a figure that the passages do not have"
    COUNTED = "it counts something else than the passages do"
    NAME = "it has a name that the passages do not have"
    UNRELATED = "it has nothing to do with the passages"
    REPEATED = "it was said before"
    SILENCE = "it says what the passages do not say"
    DENIAL = "it denies or reverses what the passages say"
    LANGUAGE = "it is not in the language of the question"
    PLAN = "it tells as done what the passages only plan"
    RULES = "it repeats what the model was told"


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks the sentences that answer `question` against numbered passages."""

    offered: Mapping[int, Evidence]
    likeness: Likeness
    cutter: WordCutter
    question: str = ""

    def fault(self, sentence: str) -> Fault | None:
        """Return why the sentence may not be given on, None when it may."""
        numbers, said = markers(sentence), without_markers(sentence)
        if not numbers or not said.strip(" .。!?！？,，、;；:："):
            return Fault.NO_MARKER
        if any(number not in self.offered for number in numbers):
            return Fault.UNKNOWN_MARKER
        if len(sentence) >= LONGEST:
            return Fault.TOO_LONG
        if in_another_language(said, self.question):
            return Fault.LANGUAGE
        cited = [self.offered[number] for number in numbers]
        return self._unclean(sentence, said, cited) or self._unproved(said, cited)

    def _unclean(self, sentence: str, said: str, cited: list[Evidence]) -> Fault | None:
        printed = "\n".join(evidence.readable for evidence in cited)
        if _repeats_rules(said):
            return Fault.RULES
        if has_markup(sentence) or has_foreign_link(said, printed):
            return Fault.MARKUP
        return Fault.HOSTILE if is_hostile(sentence, printed) else None

    def _unproved(self, said: str, cited: list[Evidence]) -> Fault | None:
        readable = "\n".join(evidence.readable for evidence in cited)
        if tells_of_silence(said, readable):
            return Fault.SILENCE
        if unproved(said, cited):
            return Fault.QUOTATION
        printed, figures = _all_figures(cited), claimed(said)
        if printed.missing(figures):
            return Fault.FIGURE
        if counts_something_else(said, [evidence.counted for evidence in cited]):
            return Fault.COUNTED
        if self._unknown_names(said, cited):
            return Fault.NAME
        if denies_alone(said, readable) or turns_round(said, readable, self.cutter, self.likeness.translates):
            return Fault.DENIAL
        if (acts := told_as_done(said)) and only_planned(acts, self._proof(said, cited), readable):
            return Fault.PLAN
        anchored = bool(quotations(said)) or printed.shared(figures) > 0
        related = self.likeness.related(said, [e.hit.text for e in cited], anchored=anchored)
        return None if related else Fault.UNRELATED

    def _proof(self, said: str, cited: list[Evidence]) -> str:
        quotes = [supporting(said, evidence, self.likeness).quote for evidence in cited]
        return fold("\n".join("".join(quote.splitlines()) for quote in quotes))

    def _unknown_names(self, said: str, cited: list[Evidence]) -> bool:
        readable = "\n".join(evidence.readable for evidence in cited)
        known = "\n".join(evidence.names for evidence in cited)
        return bool(
            unknown_chinese_names(said, known, self.cutter, self.question)
            or unknown_latin_names(said, readable, lambda word: self.likeness.translates(word, readable), self.question)
        )


def _repeats_rules(said: str) -> bool:
    plain, rules = squeezed(said), squeezed(SYSTEM)
    return any(plain[i : i + _COPIED] in rules for i in range(len(plain) - _COPIED + 1))


def _all_figures(cited: list[Evidence]) -> Figures:
    together = Figures()
    for evidence in cited:
        together.terms |= evidence.figures.terms
        together.days |= evidence.figures.days
        together.years |= evidence.figures.years
    return together
