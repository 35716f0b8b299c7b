"""What stands in quotation marks in a sentence, and whether it stands so in the passages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.answering.evidence import Evidence, squeezed

_PAIRS = {"“": "”", "「": "」", "『": "』", "《": "》", "〈": "〉", "‘": "’", "«": "»", "„": "“"}
_TITLES = "《〈"
_PLAIN = re.compile(r"\"([^\"\n]+)\"|(?<!\w)'([^'\n]{2,})'(?!\w)|`([^`\n]+)`|＂([^＂\n]+)＂")
# English puts its own mark inside the quotation marks.
_OWN_MARKS = ",.;:!?，。；：！？、"


@dataclass(frozen=True, slots=True)
class Quotation:
    """A stretch in quotation marks, or a title in 《》; `text` is what stands between the marks, white space aside."""

    text: str
    title: bool

    def stands_in(self, evidence: Evidence) -> bool:
        """Say whether the passage has it letter for letter; a title may be the headline or the paper as well."""
        places = (
            (evidence.squeezed, *(squeezed(one) for one in evidence.beside)) if self.title else (evidence.squeezed,)
        )
        return any(one in place for one in self.readings for place in places)

    @property
    def readings(self) -> tuple[str, ...]:
        """Return the text, and the text without the sentence's own last mark."""
        bare = self.text.rstrip(_OWN_MARKS)
        return (self.text, bare) if bare else (self.text,)


def quotations(sentence: str) -> list[Quotation]:
    """Return the outermost quotations of a sentence; what is opened and not closed reaches to its end."""
    found, rest = [], []
    i = 0
    while i < len(sentence):
        close = _PAIRS.get(sentence[i])
        # ‘ opens a quotation only where its end follows; ’ alone is an apostrophe.
        if close is None or (sentence[i] == "‘" and close not in sentence[i:]):
            rest.append(sentence[i])
            i += 1
            continue
        end = _end(sentence, i, close)
        found.append(Quotation(squeezed(sentence[i + 1 : end]), sentence[i] in _TITLES))
        rest.append(" ")
        i = end + 1
    found += [
        Quotation(squeezed(next(g for g in match.groups() if g)), False) for match in _PLAIN.finditer("".join(rest))
    ]
    return [one for one in found if one.text]


def _end(sentence: str, start: int, close: str) -> int:
    depth = 0
    for i in range(start, len(sentence)):
        depth += (sentence[i] == sentence[start]) - (sentence[i] == close)
        if depth == 0:
            return i
    return len(sentence)


def unproved(sentence: str, cited: Sequence[Evidence]) -> bool:
    """Say whether something that the sentence quotes stands in none of the cited passages."""
    return any(not any(one.stands_in(evidence) for evidence in cited) for one in quotations(sentence))
