"""Gather the units of a page into articles: which headline begins one, which is a sub-head, which belongs elsewhere."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from qa.reading.chars import unmatched
from qa.reading.drafts import Draft, is_column_label, is_label_of, names_plain_column
from qa.reading.headlines import is_campaign, is_column, names_column, opens_report, overlap
from qa.reading.kinds import Kind, Unit, neighbour
from qa.reading.openings import Setting, opens_article
from qa.reading.words import PageWords

_HEADS = (Kind.HEAD, Kind.LABEL)
# A feature may have so many paragraphs before a byline on its own line.
_BEFORE_BYLINE = 4
_OPENING = 150
# So many units of an article are compared with what follows.
_COMPARED = 60


class Gatherer:
    """Read units in order and build the drafts of the articles."""

    def __init__(self, units: Sequence[Unit], words: PageWords) -> None:
        self._units = list(units)
        self._places = [unit.line.start for unit in units]
        self._words = words
        self._drafts: list[Draft] = []
        self._floating: list[tuple[int, list[Unit]]] = []
        self._pending = False
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
                self._begin()
            self._current().add(unit)
            place += 1
        self._settle_floating()
        return self._drafts

    def _begin(self) -> Draft:
        self._drafts.append(Draft())
        self._pending = False
        return self._drafts[-1]

    def _current(self) -> Draft:
        return self._drafts[-1] if self._drafts else self._begin()

    def _goes_on_with_lead(self) -> bool:
        """Tell whether a paragraph with a byline opens the present article, and not a new one without headline."""
        draft = self._current()
        return not self._pending and not draft.signed and draft.texts <= 1

    def _signs_next(self, place: int) -> bool:
        """Tell whether a byline on its own line opens a new article, and does not sign the present one."""
        draft = self._current()
        follows = self._units[place + 1] if place + 1 < len(self._units) else None
        after = neighbour(self._units, place, 1)
        if after is None or not after.is_text or not draft.texts:
            return False
        if draft.signed or self._pending:
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
            below = follows is not None and (follows.is_text or follows.kind is Kind.SUBHEAD)
            signed = below or (follows is not None and not self._current().texts)
        draft = self._current()
        if not signed and before is not None and after is not None and self._parts_sentence(before, group, after):
            self._floating.append((len(self._drafts) - 1, group))
            self._pending = True
        elif self._starts(group, start, end, after, signed=signed):
            brief = draft.brief and not any(unit.kind is Kind.LABEL for unit in group)
            if draft.heads or draft.texts or draft.signed:
                draft = self._begin()
            draft.brief = brief and not signed
            self._give(draft, group, signed=signed)
        elif not draft.heads and draft.signed and self._names_draft(group):
            self._give(draft, group, signed=signed)
        else:
            draft.units.extend(replace(unit, kind=Kind.SUBHEAD) for unit in group)

    def _names_draft(self, group: Sequence[Unit]) -> bool:
        """Tell whether a headline below its report's beginning is that report's: marked as one, or told again in it."""
        first = next((unit.text for unit in self._current().units if unit.is_text), "")
        return (
            any(unit.line.level in (1, 2) for unit in group) or overlap(" ".join(u.text for u in group), first) >= 0.5
        )

    def _parts_sentence(self, before: Unit, group: Sequence[Unit], after: Unit) -> bool:
        """Weigh whether a headline stands inside a sentence of another article that goes on after it."""
        if not before.is_text or after.kind is not Kind.TEXT:
            return False
        if not before.is_open:
            quoted = unmatched(before.text)[1] > 0 and unmatched(after.text)[0] > 0
            return quoted and not before.text.endswith(":")
        head = " ".join(unit.text for unit in group)
        told = _texts(self._current().units[-_COMPARED:])
        score = -1.5 * is_column(group[0].text) - 1.5 * (overlap(head, after.text) >= 0.2)
        score += (
            1.5
            + 1.5 * bool(self._words.shared(told, after.text))
            + 3 * self._words.goes_on(before.text, after.text)
            + 2 * self._words.begins_midway(after.text)
        )
        if after.fresh is not None:
            score += -4 if after.fresh else 2
        return score - 1.5 * opens_report(after.text) >= 1

    def _starts(self, group: list[Unit], start: int, end: int, after: Unit | None, *, signed: bool) -> bool:
        draft = self._current()
        if signed or any(unit.kind is Kind.LABEL for unit in group) or is_column(group[0].text):
            return True
        if not draft.texts and not draft.heads and not draft.signed:
            return True
        if len(group) > 1 and names_plain_column(group[0], group[1], after.text if after else ""):
            return True
        if not draft.heads and draft.signed:
            return False
        levels = [unit.line.level for unit in group if unit.line.level]
        if levels and not draft.brief:
            return min(levels) not in self._sections
        if not self._pending and self._byline_ahead(end):
            return True
        follows = self._units[end] if end < len(self._units) else None
        below: list[str] = []
        for unit in self._units[end:]:
            if unit.kind in (*_HEADS, Kind.BYLINE, Kind.LEAD) or len(below) == 2:
                break
            if unit.is_text:
                below.append(unit.text)
        setting = Setting(
            wide_before=group[0].wide,
            wide_after=follows is not None and follows.wide and follows.is_text,
            closed=draft.closed,
            brief=draft.brief,
            texts=draft.texts,
            heads=tuple(draft.heads),
            subheads=tuple(unit for unit in draft.units[-_COMPARED:] if unit.kind is Kind.SUBHEAD),
            shared=self._words.shared(_texts(draft.units[-_COMPARED:]), "\n".join(below)),
        )
        return opens_article(group, below[0] if below else "", setting)

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
        below = self._units[bisect_right(self._places, group[-1].line.start) :][:_COMPARED]
        lead = next((unit.text for unit in below if unit.is_text), "")
        for place, unit in enumerate(group):
            above = place < first if top else place == 0 and len(group) > 1 and is_campaign(unit.text)
            label = is_label_of(group, place, lead) or (above and names_column(unit.text, lead))
            if label or (not top and is_column_label(group, place, signed=signed)):
                draft.kickers.append(unit)
                draft.brief = draft.brief or is_column(unit.text)
            elif top and not signed and unit.line.level > top and place == len(group) - 1 and not draft.brief:
                draft.units.append(replace(unit, kind=Kind.SUBHEAD))
            else:
                draft.heads.append(unit)

    def _settle_floating(self) -> None:
        """Give a headline that stands inside another article's sentence to the article that it names, or that lacks one."""
        shift = 0
        for place, group in self._floating:
            place += shift
            head = " ".join(unit.text for unit in group)
            later = range(place, min(place + 3, len(self._drafts)))
            order = sorted(range(len(self._drafts)), key=lambda at: (abs(at - place), at))
            target = next((self._drafts[at] for at in later if not self._drafts[at].heads), None)
            if target is None and self._part(place, group, head):
                target = self._drafts[place + 1]
                shift += 1
            if target is None:
                target = next((self._drafts[at] for at in order if not self._drafts[at].heads), None)
            if target is not None:
                self._give(target, group, signed=True)
            elif min(unit.line.level for unit in group) in (1, 2):
                self._drafts.insert(place + 1, Draft(heads=group))
                shift += 1
            else:
                holder = self._drafts[place]
                holder.units.extend(replace(unit, kind=Kind.SUBHEAD) for unit in group)
                holder.units.sort(key=lambda unit: unit.line.start)

    def _part(self, place: int, group: Sequence[Unit], head: str) -> bool:
        """Part a draft before the paragraph that tells the headline's news again, so that it begins an article."""
        draft = self._drafts[place]
        below = [at for at, unit in enumerate(draft.units) if unit.is_text and unit.line.start > group[-1].line.start]
        for at in below[1:_COMPARED]:
            above, rest = _texts(draft.units[max(0, at - _COMPARED) : at]), _texts(draft.units[at : at + _COMPARED])
            told = overlap(head, draft.units[at].text[:_OPENING]) >= 0.3
            other = overlap(head, rest) - overlap(head, above) >= 0.15 and not self._words.shared(above, rest)
            if not draft.units[at - 1].is_open and (told or other):
                self._drafts.insert(place + 1, Draft())
                for unit in draft.units[at:]:
                    self._drafts[place + 1].add(unit)
                del draft.units[at:]
                return True
        return False


def _texts(units: Sequence[Unit]) -> str:
    return "\n".join(unit.text for unit in units if unit.is_text)


def _section_levels(units: Sequence[Unit]) -> set[int]:
    """Return the mark levels that are sub-heads: from 3, or below the one title of a document without reports."""
    heads = [(place, unit.line.level) for place, unit in enumerate(units) if unit.line.level]
    levels = {level for _, level in heads}
    reports = {
        level for place, level in heads if place + 1 < len(units) and units[place + 1].kind in (Kind.LEAD, Kind.BYLINE)
    }
    sections = {level for level in levels if level >= 3 and (len(levels) > 1 or level not in reports)}
    if len(levels) <= 1:
        return sections
    top = min(levels)
    if sum(level == top for _, level in heads) == 1 and heads[0][1] == top:
        sections |= {level for level in levels if level > top and level not in reports}
    return sections
