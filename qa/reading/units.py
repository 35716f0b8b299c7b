"""Give each line of a page its kind, first from the line itself and then from what stands around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto

from qa.reading.bylines import closing_byline, lead_byline, own_byline
from qa.reading.captions import could_be_caption, inline_caption, is_caption, is_credit_only, names_scene
from qa.reading.chars import ends_paragraph
from qa.reading.headlines import is_furniture, is_label, looks_like_headline, overlap, runs_on
from qa.reading.lines import Line, split_lines, usual_gap
from qa.reading.midway import starts_midway
from qa.reading.repeats import find_repeats
from qa.reading.words import PageWords


class Kind(Enum):
    """What a line is taken for while the page is read."""

    HEAD = auto()
    SUBHEAD = auto()
    LABEL = auto()
    FURNITURE = auto()
    BYLINE = auto()
    LEAD = auto()
    TEXT = auto()
    CAPTION = auto()
    REPEAT = auto()


@dataclass(frozen=True, slots=True)
class Unit:
    """One line with its kind; `wide` says that more blank lines than usual stand above it."""

    line: Line
    text: str
    kind: Kind
    wide: bool

    @property
    def is_text(self) -> bool:
        """Tell whether this is running text, with or without a byline in front."""
        return self.kind in (Kind.TEXT, Kind.LEAD)

    @property
    def is_open(self) -> bool:
        """Tell whether this is running text that breaks off before its sentence ends."""
        return self.is_text and closing_byline(self.text) == len(self.text) and not ends_paragraph(self.text)


def read_units(flat: str) -> tuple[list[Unit], PageWords]:
    """Return the lines of a folded text as units with their final kinds, and the words of the page."""
    lines = [part for line in split_lines(flat) for part in _split_caption(flat, line)]
    gap = usual_gap(lines)
    units = []
    for line in lines:
        content = flat[line.body : line.end]
        units.append(Unit(line, content, _own_kind(content, line), line.before >= 2 and line.before > gap))
    words = PageWords([unit.text for unit in units])
    for stage in (_mark_repeats, _settle_heads, _settle_captions):
        units = stage(units, words)
    return units, words


def _split_caption(flat: str, line: Line) -> list[Line]:
    found = inline_caption(flat[line.body : line.end])
    if not found:
        return [line]
    low, high = line.body + found[0], line.body + found[1]
    parts = [(line.start, low), (low, high), (high, line.end)]
    out: list[Line] = []
    for low, high in parts:
        content = flat[low:high]
        start, end = low + len(content) - len(content.lstrip()), low + len(content.rstrip())
        if start < end:
            whole = replace(line, start=start, end=end)
            out.append(whole if not out else replace(whole, body=start, level=0, before=0))
    return out


def _own_kind(content: str, line: Line) -> Kind:
    tests: tuple[tuple[Callable[[str], bool], Kind], ...] = (
        (is_furniture, Kind.FURNITURE),
        (own_byline, Kind.BYLINE),
        (is_caption, Kind.CAPTION),
        (lambda text: lead_byline(text) == len(text) > 0, Kind.BYLINE),
        (lambda text: lead_byline(text) > 0, Kind.LEAD),
        (is_label, Kind.LABEL),
    )
    for test, kind in tests:
        if test(content):
            return kind
    return Kind.HEAD if looks_like_headline(content, marked=line.level > 0) else Kind.TEXT


def _mark_repeats(units: list[Unit], words: PageWords) -> list[Unit]:
    places = [place for place, unit in enumerate(units) if unit.is_text and len(unit.text) >= 6]
    repeated = {places[here] for here in find_repeats([units[place].text for place in places])}
    return [replace(unit, kind=Kind.REPEAT) if place in repeated else unit for place, unit in enumerate(units)]


def neighbour(units: list[Unit], place: int, step: int) -> Unit | None:
    """Return the nearest unit before (-1) or after (1) a place that is neither caption, repeat nor page furniture."""
    place += step
    while 0 <= place < len(units):
        if units[place].kind not in (Kind.CAPTION, Kind.REPEAT, Kind.FURNITURE):
            return units[place]
        place += step
    return None


def _settle_heads(units: list[Unit], words: PageWords) -> list[Unit]:
    """Turn short lines back to running text where they are pieces of a paragraph that the columns cut."""
    out = list(units)
    for place, unit in enumerate(units):
        if unit.kind is not Kind.HEAD or unit.line.level:
            continue
        before, after = neighbour(out, place, -1), neighbour(out, place, 1)
        if before and before.is_open and unit.wide and names_scene(unit.text):
            out[place] = replace(unit, kind=Kind.CAPTION)
        elif _is_piece(unit, before, after, words):
            out[place] = replace(unit, kind=Kind.TEXT)
    return out


def _is_piece(unit: Unit, before: Unit | None, after: Unit | None, words: PageWords) -> bool:
    broken = before is not None and before.is_open
    if starts_midway(unit.text) or (before and broken and words.together(before.text, unit.text)):
        return True
    if after is None:
        return True
    if not after.is_text or after.kind is Kind.LEAD:
        return runs_on(unit.text) and _reads_on(unit, before, after)
    if unit.text.endswith(":"):
        return True
    if runs_on(unit.text) and before is not None:
        return broken or overlap(unit.text, after.text[:120]) < 0.6
    if words.together(unit.text, after.text, strict=True):
        return True
    # A closing quotation mark says nothing: a piece that opens the quotation is no headline in form.
    return not broken and before is not None and before.is_text and words.begins_midway(after.text, quotes=False)


def _reads_on(unit: Unit, before: Unit | None, after: Unit) -> bool:
    """Tell whether a line with commas, before a headline or byline, is rather the broken end of the text above."""
    commas = unit.text.count(",")
    if before is None or after.kind is not Kind.HEAD:
        return commas > 2 and before is not None
    return commas > 1 or before.is_open or before.kind is Kind.BYLINE


def _settle_captions(units: list[Unit], words: PageWords) -> list[Unit]:
    """Turn short sentences that stand alone, or between the halves of a cut sentence, into captions."""
    out = list(units)
    for place, unit in enumerate(units):
        follows = units[place + 1] if place + 1 < len(units) else None
        credited = follows is not None and follows.kind is Kind.CAPTION and is_credit_only(follows.text)
        if unit.kind is Kind.HEAD and not unit.line.level and credited and place and units[place - 1].is_text:
            out[place] = replace(unit, kind=Kind.CAPTION)
        short = unit.kind is Kind.TEXT and could_be_caption(unit.text)
        if short and _stands_alone(unit, neighbour(out, place, -1), neighbour(units, place, 1), credited, words):
            out[place] = replace(unit, kind=Kind.CAPTION)
    return out


def _stands_alone(unit: Unit, before: Unit | None, after: Unit | None, credited: bool, words: PageWords) -> bool:
    if words.begins_midway(unit.text) or before is None:
        return False
    if before.kind in (Kind.HEAD, Kind.LABEL, Kind.BYLINE):
        # The first sentence of a feature may well be short and stand by itself.
        return credited or (unit.wide and after is not None and after.kind is Kind.LEAD)
    if before.is_open and words.together(before.text, unit.text):
        return False
    if unit.wide or credited:
        return True
    between = before.is_open and after is not None and after.kind is Kind.TEXT
    if not between or after is None:
        return False
    return words.begins_midway(after.text) or words.together(before.text, after.text)
