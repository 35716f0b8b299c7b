"""Gather the units of a page into articles: which headline begins one, which is a sub-head, which belongs elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from qa.reading.chars import size
from qa.reading.headlines import begins_article, is_campaign, names_column
from qa.reading.units import Kind, Unit, neighbour
from qa.reading.words import PageWords

_HEADS = (Kind.HEAD, Kind.LABEL)
# A feature may have so many paragraphs before a byline on its own line.
_BEFORE_BYLINE = 4


@dataclass(slots=True)
class Draft:
    """An article while the page is being read: its kickers, its headline's parts, and the other units in order."""

    kickers: list[Unit] = field(default_factory=list)
    heads: list[Unit] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    texts: int = 0
    signed: bool = False

    def add(self, unit: Unit) -> None:
        """Append a unit; count running text, and note whether the article has a byline."""
        self.units.append(unit)
        self.texts += unit.is_text
        self.signed = self.signed or unit.kind in (Kind.BYLINE, Kind.LEAD)


class Gatherer:
    """Read units in order and build the drafts of the articles."""

    def __init__(self, units: Sequence[Unit], words: PageWords) -> None:
        self._units = list(units)
        self._words = words
        self._drafts: list[Draft] = []
        self._floating: list[tuple[int, list[Unit]]] = []
        self._sections = _section_levels(self._units)

    def gather(self) -> list[Draft]:
        """Return the drafts in the order in which their articles begin on the page."""
        place = 0
        while place < len(self._units):
            unit = self._units[place]
            if unit.kind in _HEADS:
                end = place
                while end < len(self._units) and self._units[end].kind in _HEADS:
                    end += 1
                self._take_heads(place, end)
                place = end
                continue
            lead = unit.kind is Kind.LEAD and not self._goes_on_with_lead()
            if lead or (unit.kind is Kind.BYLINE and self._signs_next(place)):
                self._drafts.append(Draft())
            self._current().add(unit)
            place += 1
        self._settle_floating()
        return self._drafts

    def _current(self) -> Draft:
        if not self._drafts:
            self._drafts.append(Draft())
        return self._drafts[-1]

    def _goes_on_with_lead(self) -> bool:
        """Tell whether a paragraph with a byline opens the present article, and not a new one without headline."""
        draft = self._current()
        return not draft.signed and draft.texts <= 1

    def _signs_next(self, place: int) -> bool:
        """Tell whether a byline on its own line opens a new article, and does not sign the present one."""
        draft = self._current()
        follows = self._units[place + 1] if place + 1 < len(self._units) else None
        after = neighbour(self._units, place, 1)
        if after is None or not after.is_text or not draft.texts:
            return False
        if draft.signed:
            return True
        wide = self._units[place].wide or (follows is not None and follows.wide)
        return wide and self._units[place].wide and draft.texts > _BEFORE_BYLINE

    def _take_heads(self, start: int, end: int) -> None:
        group = self._units[start:end]
        before, after = neighbour(self._units, start, -1), neighbour(self._units, end - 1, 1)
        signed = after is not None and after.kind in (Kind.LEAD, Kind.BYLINE)
        if after is not None and after.kind is Kind.BYLINE:
            # A byline that nothing follows signs what stands above it, headline or not.
            follows = neighbour(self._units, self._units.index(after, end), 1)
            signed = follows is not None and (follows.is_text or not self._current().texts)
        draft = self._current()
        if not signed and before is not None and before.is_open and after is not None and after.kind is Kind.TEXT:
            self._floating.append((len(self._drafts) - 1, group))
        elif self._starts(group, end, after, signed=signed):
            if draft.heads or draft.texts or draft.signed:
                self._drafts.append(Draft())
            self._give(self._current(), group, signed=signed)
        elif not draft.heads and draft.signed and any(unit.line.level in (1, 2) for unit in group):
            self._give(draft, group, signed=signed)
        else:
            draft.units.extend(replace(unit, kind=Kind.SUBHEAD) for unit in group)

    def _starts(self, group: list[Unit], end: int, after: Unit | None, *, signed: bool) -> bool:
        draft = self._current()
        if signed or any(unit.kind is Kind.LABEL for unit in group):
            return True
        if not draft.texts and not draft.heads and not draft.signed:
            return True
        levels = [unit.line.level for unit in group if unit.line.level]
        if not draft.heads and draft.signed:
            return False
        if levels:
            return min(levels) not in self._sections
        follows = self._units[end] if end < len(self._units) else None
        if self._byline_ahead(end):
            return True
        text = after.text if after is not None else ""
        wide_after = follows is not None and follows.wide and follows.is_text
        head = " ".join(unit.text for unit in group)
        return begins_article(head, text, wide_before=group[0].wide, wide_after=wide_after)

    def _byline_ahead(self, place: int) -> bool:
        """Tell whether, before any other headline, a byline on its own line opens or divides text that follows."""
        draft = self._current()
        for ahead in range(place, min(place + _BEFORE_BYLINE + 2, len(self._units))):
            kind = self._units[ahead].kind
            if kind in _HEADS or kind is Kind.LEAD:
                return False
            if kind is Kind.BYLINE:
                after = neighbour(self._units, ahead, 1)
                return draft.signed and after is not None and (after.is_text or after.kind is Kind.HEAD)
        return False

    def _give(self, draft: Draft, group: list[Unit], *, signed: bool) -> None:
        """Part a run of headline lines into kickers and headline, and give it to an article."""
        levels = [unit.line.level for unit in group if unit.line.level]
        top = min(levels, default=0)
        first = next((place for place, unit in enumerate(group) if unit.line.level == top), 0)
        lead = next((unit.text for unit in self._units if unit.line.start > group[-1].line.start and unit.is_text), "")
        for place, unit in enumerate(group):
            above = place < first if top else place == 0 and len(group) > 1 and is_campaign(unit.text)
            label = unit.kind is Kind.LABEL or (above and names_column(unit.text, lead))
            if label or (not top and _is_column_label(group, place, signed=signed)):
                draft.kickers.append(unit)
            elif top and not signed and unit.line.level > top and place == len(group) - 1:
                draft.units.append(replace(unit, kind=Kind.SUBHEAD))
            else:
                draft.heads.append(unit)

    def _settle_floating(self) -> None:
        """Give a headline that stands inside another article's sentence to the nearest article without one."""
        for place, group in self._floating:
            order = sorted(range(len(self._drafts)), key=lambda at: (abs(at - place), at))
            target = next((self._drafts[at] for at in order if not self._drafts[at].heads), None)
            if target is not None:
                self._give(target, group, signed=True)
            elif min(unit.line.level for unit in group) in (1, 2):
                self._drafts.insert(place + 1, Draft(heads=group))
            else:
                holder = self._drafts[place]
                holder.units.extend(replace(unit, kind=Kind.SUBHEAD) for unit in group)
                holder.units.sort(key=lambda unit: unit.line.start)


def _is_column_label(group: list[Unit], place: int, *, signed: bool) -> bool:
    """Tell whether an unmarked line of a headline is the short name of a column, set off by a blank run."""
    unit = group[place]
    return signed and place == len(group) - 1 > 0 and unit.wide and size(unit.text) <= 8


def _section_levels(units: Sequence[Unit]) -> set[int]:
    """Return the mark levels that are sub-heads: from 3, or below the one title of a document without reports."""
    heads = [(place, unit.line.level) for place, unit in enumerate(units) if unit.line.level]
    levels = {level for _, level in heads}
    sections = {level for level in levels if level >= 3}
    if len(levels) <= 1:
        return set()
    reports = {
        level for place, level in heads if place + 1 < len(units) and units[place + 1].kind in (Kind.LEAD, Kind.BYLINE)
    }
    top = min(levels)
    if sum(level == top for _, level in heads) == 1 and heads[0][1] == top:
        sections |= {level for level in levels if level > top and level not in reports}
    return sections
