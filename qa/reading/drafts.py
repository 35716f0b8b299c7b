"""An article while the page is being read, and the lines above its headline that name a column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from qa.reading.bylines import closing_byline
from qa.reading.chars import size
from qa.reading.headlines import is_column, is_second_line, names_rubric, overlap, retells
from qa.reading.kinds import Kind, Unit

_OPENING = 150
_TOLD = 0.4


@dataclass(slots=True)
class Draft:
    """An article while the page is being read: its kickers, its headline's parts, and the other units in order."""

    kickers: list[Unit] = field(default_factory=list)
    heads: list[Unit] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    texts: int = 0
    signed: bool = False
    brief: bool = False

    def add(self, unit: Unit) -> None:
        """Append a unit; count running text, and note whether the article has a byline."""
        self.units.append(unit)
        self.texts += unit.is_text
        self.signed = self.signed or unit.kind in (Kind.BYLINE, Kind.LEAD)

    @property
    def closed(self) -> bool:
        """Tell whether the running text so far ends with a byline."""
        last = next((unit for unit in reversed(self.units) if unit.is_text or unit.kind is Kind.BYLINE), None)
        if last is None or not self.texts:
            return False
        # A byline on its own line may also stand in the midst of a feature; one in brackets signs what is above it.
        return last.text.startswith("(") if last.kind is Kind.BYLINE else closing_byline(last.text) < len(last.text)


def names_plain_column(unit: Unit, below: Unit, lead: str) -> bool:
    """Tell whether an unmarked first line is the name of a column: short, unlike the headline, and not in the news."""
    text = unit.text.strip()
    if is_column(text):
        return True
    if len(text) > 8 or any(not char.isalnum() for char in text) or unit.form != (0, False, False):
        return False
    if len(text) > 4 or is_second_line(below.text):
        return names_rubric(text) and overlap(text, lead[:_OPENING]) < _TOLD
    return len(text) <= 3 or (len(below.text) > len(text) and overlap(text, lead[:_OPENING]) < _TOLD)


def is_label_of(group: Sequence[Unit], place: int, lead: str) -> bool:
    """Tell whether a line of a headline is a label by its signs, or the plain name of a column above it."""
    unit = group[place]
    if unit.kind is Kind.LABEL:
        # What is longer than a label and stands over the text is the headline of a short item.
        last = place == len(group) - 1
        return not (last and (size(unit.text) > 6 or retells(unit.text, lead)))
    return place == 0 and len(group) > 1 and names_plain_column(unit, group[1], lead)


def is_column_label(group: list[Unit], place: int, *, signed: bool) -> bool:
    """Tell whether an unmarked line of a headline is the short name of a column, set off by a blank run."""
    unit = group[place]
    return signed and place == len(group) - 1 > 0 and unit.wide and size(unit.text) <= 8
