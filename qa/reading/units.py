"""Give each line of a page its kind, first from the line itself and then from what stands around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from qa.reading.bylines import lead_byline, names_writer, own_byline
from qa.reading.captions import could_be_caption, inline_caption, is_caption, is_credit_only, names_scene
from qa.reading.chars import ends_sentence, size
from qa.reading.headlines import (
    is_bulleted,
    is_furniture,
    is_label,
    is_numbered,
    is_second_line,
    looks_like_headline,
    names_rubric,
    retells,
)
from qa.reading.kinds import Kind, Unit, neighbour
from qa.reading.lines import Line, split_lines, usual_gap
from qa.reading.midway import starts_list
from qa.reading.pieces import habits_of, is_piece, parts_sentence, pictures
from qa.reading.repeats import find_repeats
from qa.reading.words import PageWords

# Only whole sentences, and lines of this length, show whether a page indents its paragraphs.
_BODY = 30
_PLAIN = (0, False, False)


def read_units(flat: str, *, whole: bool = False) -> tuple[list[Unit], PageWords]:
    """Return the lines of a folded text as units with their final kinds, and the words of the page.

    `whole` says that no layout has cut or repeated anything: then headlines are the lines marked as such, where there are any.
    """
    lines = [part for line in split_lines(flat) for part in ([line] if whole else _split_caption(flat, line))]
    gap = usual_gap(lines)
    indents = _indents(flat, lines)
    units = []
    for line in lines:
        content = flat[line.body : line.stop]
        wide = line.before >= 2 and line.before > gap
        units.append(Unit(line, content, _own_kind(content, line), wide, line.indented if indents else None, whole))
    words = PageWords([unit.text for unit in units])
    marked = whole and any(unit.line.level or unit.line.bold for unit in units)
    for stage in _MARKED_STAGES if marked else _STAGES:
        units = stage(units, words)
    return units, words


def _indents(flat: str, lines: Sequence[Line]) -> bool:
    texts = ((line, flat[line.body : line.stop]) for line in lines)
    body = [line.indented for line, text in texts if size(text) > _BODY or ends_sentence(text)]
    return sum(body) >= max(2, 0.5 * len(body))


def _split_caption(flat: str, line: Line) -> list[Line]:
    found = None if line.bold else inline_caption(flat[line.body : line.end])
    if not found:
        return [line]
    low, high = line.body + found[0], line.body + found[1]
    parts = [(line.start, low), (low, high), (high, line.end)]
    out: list[Line] = []
    for low, high in parts:
        content = flat[low:high]
        start, end = low + len(content) - len(content.lstrip()), low + len(content.rstrip())
        if start < end:
            whole = replace(line, start=start, end=end, stop=end)
            out.append(whole if not out else replace(whole, body=start, level=0, before=0, indented=False))
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
    return Kind.HEAD if looks_like_headline(content, marked=line.level > 0 or line.bold) else Kind.TEXT


def _mark_repeats(units: list[Unit], words: PageWords) -> list[Unit]:
    places = [place for place, unit in enumerate(units) if unit.is_text and not unit.whole and len(unit.text) >= 6]
    repeated = {places[here] for here in find_repeats([units[place].text for place in places])}
    return [replace(unit, kind=Kind.REPEAT) if place in repeated else unit for place, unit in enumerate(units)]


def _keep_marked(units: list[Unit], words: PageWords) -> list[Unit]:
    """Turn lines that look like headlines or page furniture, and are not marked, into the paragraphs that they are."""
    return [
        replace(unit, kind=Kind.TEXT)
        if unit.kind in (Kind.HEAD, Kind.FURNITURE) and not (unit.line.level or unit.line.bold) and size(unit.text)
        else unit
        for unit in units
    ]


def _settle_names(units: list[Unit], words: PageWords) -> list[Unit]:
    """Turn a bullet with a name, between a headline and its text, from a label into a byline."""
    out = list(units)
    for place in range(1, len(units) - 1):
        unit, above, below = units[place], units[place - 1], units[place + 1]
        named = unit.kind is Kind.LABEL and names_writer(unit.text) and not names_rubric(unit.text)
        if named and above.kind is Kind.HEAD and below.kind is Kind.TEXT:
            out[place] = replace(unit, kind=Kind.BYLINE)
    return out


def _settle_numbered(units: list[Unit], words: PageWords) -> list[Unit]:
    """Turn short numbered lines into sub-heads and bulleted ones into headlines where text follows, and no next item.

    A line with a dash below a headline, or above a byline, is the headline's second one.
    """
    out = list(units)
    for place, unit in enumerate(units):
        if unit.kind is not Kind.TEXT:
            continue
        if is_second_line(unit.text):
            above, below = (units[at].kind if 0 <= at < len(units) else None for at in (place - 1, place + 1))
            if above is Kind.HEAD or below is Kind.BYLINE:
                out[place] = replace(unit, kind=Kind.HEAD)
        elif is_numbered(unit.text) or is_bulleted(unit.text):
            before, after = neighbour(units, place, -1), neighbour(units, place, 1)
            near = [other for other in (before, after, *units[max(0, place - 4) : place + 5]) if other is not None]
            goes_on = after is not None and size(unit.text) > 10 and words.goes_on(unit.text, after.text)
            listed = any(starts_list(other.text) and other.text.endswith(("。", ";")) for other in near)
            listed = listed or (after is not None and is_numbered(after.text))
            over_text = after is not None and (after.is_text or (after.form == _PLAIN and after.kind is Kind.HEAD))
            if over_text and not goes_on and not listed:
                out[place] = replace(unit, kind=Kind.HEAD if is_bulleted(unit.text) else Kind.SUBHEAD)
    return out


def _lift_broken(units: list[Unit], words: PageWords) -> list[Unit]:
    """Turn two short lines into a headline where only together they have its form: broken in a quotation, at a comma."""
    out = list(units)
    for place in range(len(units) - 1):
        pair = out[place : place + 2]
        kinds = {unit.kind for unit in pair}
        marked = any(unit.line.level or unit.line.bold or unit.fresh for unit in pair)
        if Kind.TEXT not in kinds or kinds - {Kind.TEXT, Kind.HEAD} or marked:
            continue
        before, after = neighbour(out, place, -1), neighbour(out, place + 1, 1)
        head = pair[0].text + pair[1].text
        if after is None or (before is not None and before.is_open) or not looks_like_headline(head, marked=False):
            continue
        if after.kind in (Kind.LEAD, Kind.BYLINE) or (after.is_text and retells(head, after.text)):
            out[place : place + 2] = [replace(unit, kind=Kind.HEAD) for unit in pair]
    return out


def _settle_heads(units: list[Unit], words: PageWords) -> list[Unit]:
    """Turn short lines back to running text where they are pieces of a paragraph that the columns cut."""
    habits = habits_of(units)
    out = list(units)
    for place, unit in enumerate(units):
        if unit.kind is not Kind.HEAD or unit.line.level or unit.line.bold:
            continue
        before = neighbour(out, place, -1)
        if before and before.is_open and unit.wide and names_scene(unit.text):
            out[place] = replace(unit, kind=Kind.CAPTION)
        elif is_piece(out, place, habits, words):
            out[place] = replace(unit, kind=Kind.TEXT)
    return out


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
    if before is None:
        # The first line of a page, before a headline, is a picture's.
        return credited or (after is not None and after.kind in (Kind.HEAD, Kind.LABEL))
    if words.begins_midway(unit.text):
        return False
    if before.kind in (Kind.HEAD, Kind.LABEL, Kind.BYLINE, Kind.SUBHEAD):
        # The first sentence of a feature may well be short and stand by itself.
        return credited or (unit.wide and after is not None and after.kind is Kind.LEAD)
    if before.is_open and (words.together(before.text, unit.text) or unit.fresh):
        return False
    if unit.wide or credited:
        return True
    if unit.fresh is False and not before.is_open:
        # Where paragraphs are indented, a whole sentence without indent before a headline is no paragraph.
        return (after is None or after.kind in (Kind.HEAD, Kind.LABEL)) and pictures(unit.text, words) >= 1
    return (
        before.is_open and after is not None and after.kind is Kind.TEXT and parts_sentence(before, unit, after, words)
    )


_STAGES = (_mark_repeats, _settle_names, _settle_numbered, _lift_broken, _settle_heads, _settle_captions)
_MARKED_STAGES = (_settle_names, _keep_marked)
