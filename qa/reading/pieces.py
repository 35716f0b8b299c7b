"""Weigh whether a short line is a piece of a paragraph that the columns cut, or stands between two such pieces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.reading.captions import names_scene
from qa.reading.chars import HAN, ends_sentence, size, unmatched
from qa.reading.headlines import overlap, retells, runs_on
from qa.reading.kinds import Kind, Unit, neighbour
from qa.reading.midway import starts_midway
from qa.reading.words import PageWords

# A line that breaks off after one of these waits for its next word.
_WAITING = re.compile(
    r"(?:[\d.+]|[一二三四五六七八九十百千万两几每各第这那某其我你他她它]|[到从在于与和及或把被让使向往对为将由至给跟按经]"
    r"|[的不没还就也都又很最更])$"
)
# A report's paragraphs after a headline, among which the headline's news is looked for.
_AHEAD, _FAR = 14, 30
_TOLD, _HINTED = 0.4, 0.25
_LEAD = 150


@dataclass(frozen=True, slots=True)
class Habits:
    """How a page sets its headlines: marked as a rule, and without the indent of paragraphs."""

    marked: bool
    outdented: bool


def habits_of(units: Sequence[Unit]) -> Habits:
    """Count how the lines in the form of headlines are set."""
    heads = [unit for unit in units if unit.kind is Kind.HEAD]
    marked = sum(unit.line.level > 0 or unit.line.bold for unit in heads)
    outdented = sum(unit.fresh is False for unit in heads)
    return Habits(marked >= 2 and 2 * marked >= len(heads), 3 * outdented >= 2 * len(heads))


def is_piece(units: Sequence[Unit], place: int, habits: Habits, words: PageWords) -> bool:
    """Weigh whether a line in the form of a headline is rather a piece of running text.

    Each cue counts for itself: how the line begins and ends, whether it goes on from the text above or the text below
    goes on from it, whether it is set apart, and whether the text below tells it again as news.
    """
    unit, before, after = units[place], neighbour(units, place, -1), neighbour(units, place, 1)
    if after is None or unit.text.endswith(":"):
        return True
    if starts_midway(unit.text) and not (before is not None and before.kind is Kind.HEAD):
        return True
    if before is not None and before.kind is Kind.LABEL and place and units[place - 1] is before:
        # What stands under a column's name is its headline, whatever goes on below.
        return False
    if before is not None and before.is_open and words.together(before.text, unit.text):
        return True
    score = (
        _above(unit, before, after, words) + _itself(unit) + _like_others(units, place, habits) + _topic(units, place)
    )
    if after.kind is Kind.TEXT:
        score += _below(unit, before, after, units[place + 1], words)
    else:
        score += _beyond(units, place, before, words) - _set_off(unit, before, after)
    return score - _told_later(units, place) >= 2


def _above(unit: Unit, before: Unit | None, after: Unit, words: PageWords) -> float:
    """Weigh the running text above: broken off, so that something must go on from it."""
    if before is None or not before.is_open:
        return 0.0
    score = 1.5 + 3 * words.torn(before.text, unit.text) + (unit.fresh is False) - 3 * bool(unit.fresh)
    if after.kind is Kind.TEXT:
        # Where the text below goes on from the text above, this line only stands between them.
        score -= 3 * words.goes_on(before.text, after.text) + 1.5 * words.begins_midway(after.text)
    return score


def _itself(unit: Unit) -> float:
    """Weigh the line's own form: its last word, the blanks that part a headline, the commas that a headline avoids."""
    score = 2.0 * bool(_WAITING.search(unit.text)) - 2 * unit.wide - 2 * (size(unit.text) <= 3) + 0.5 * bool(unit.fresh)
    score += (size(unit.text) > 24) + 1.5 * bool(re.match(r"(?:\d{4}年)?\d{1,2}月\d{1,2}日", unit.text))
    score += 0.75 * min(2, len(re.findall(r",(?=\S)", unit.text)))
    return score - 1.5 * bool(re.search(rf"[{HAN}”!?][ \u3000]+[{HAN}“]", unit.text))


def _like_others(units: Sequence[Unit], place: int, habits: Habits) -> float:
    """Weigh the page's habits: headlines marked alike, without indent; unmarked sub-heads seldom alone."""
    score = 1.5 * habits.marked + 2.0 * (bool(units[place].fresh) and habits.outdented)
    near = range(max(0, place - _AHEAD), min(len(units), place + _AHEAD))
    alike = (at for at in near if at != place and units[at].form == units[place].form and _between_texts(units, at))
    return score + (0.0 if any(alike) else 0.5)


def _between_texts(units: Sequence[Unit], place: int) -> bool:
    unit, before, after = units[place], neighbour(units, place, -1), neighbour(units, place, 1)
    if unit.kind is not Kind.HEAD or before is None or after is None or size(unit.text) > 16:
        return False
    return before.is_text and not before.is_open and after.kind is Kind.TEXT


def _below(unit: Unit, before: Unit | None, after: Unit, follows: Unit, words: PageWords) -> float:
    """Weigh the running text below: goes on from the line, or begins by itself."""
    score = 4.0 * words.torn(unit.text, after.text) + 3 * words.together(unit.text, after.text, strict=True)
    if before is None or not before.is_open:
        # A closing quotation mark says nothing: a piece that opens the quotation is no headline in form.
        score += 2.5 * words.begins_midway(after.text, quotes=False)
    if unit.fresh is not None:
        score += (3.0 if unit.fresh else 1.0) * (after.fresh is False) - 2 * bool(after.fresh)
    score += 1.5 * (follows.kind is Kind.CAPTION) - 0.5
    if runs_on(unit.text) and before is not None:
        score += 1.0 if before.is_open else 2.0 * (overlap(unit.text, after.text[:120]) < 0.6)
    return score - 2 * (size(unit.text) >= 6 and retells(unit.text, after.text))


def _beyond(units: Sequence[Unit], place: int, before: Unit | None, words: PageWords) -> float:
    """Weigh the first running text beyond the headlines below: it goes on from a line that they cut off."""
    unit = units[place]
    last = unit
    for other in units[place + 1 : place + 6]:
        if other.is_text:
            if other.kind is Kind.LEAD or other.fresh:
                return 0.0
            if before is not None and before.is_open:
                # It rather goes on from the text above, and the line stands between with the headlines.
                midway = words.goes_on(before.text, other.text) or words.begins_midway(other.text)
                return -4.0 * midway
            score = 4.0 * words.torn(last.text, other.text) + 3 * words.begins_midway(other.text)
            return score + 2 * (bool(unit.fresh) and other.fresh is False)
        if other.kind is Kind.HEAD and not other.line.level and words.torn(last.text, other.text):
            # A paragraph cut twice; or a headline broken within a word, which the text below will not go on from.
            last = other
    return 0.0


def _topic(units: Sequence[Unit], place: int) -> float:
    """Weigh with which running text the line shares its words: a headline with the text below, a piece with that above."""
    above = "\n".join(unit.text for unit in units[max(0, place - 6) : place] if unit.is_text)
    below = "\n".join(unit.text for unit in units[place + 1 : place + 9] if unit.is_text)
    weight = 0.75 if units[place + 1].is_text else 1.5
    difference = overlap(units[place].text, above) - overlap(units[place].text, below)
    return weight if difference >= 0.15 else -weight if difference <= -0.15 else 0.0


def _set_off(unit: Unit, before: Unit | None, after: Unit) -> float:
    """Weigh a headline, label or byline below: a line with commas before it may still be the text's broken end."""
    if not runs_on(unit.text) or before is None:
        return 4.0
    commas = unit.text.count(",")
    if after.kind not in (Kind.HEAD, Kind.LABEL):
        return 4.0 if commas <= 2 else -2.0
    return -2.0 if commas > 1 or before.kind is Kind.BYLINE else 2.0


def _told_later(units: Sequence[Unit], place: int) -> float:
    """Weigh whether a report further on begins with the news of this line; most where that report has no headline."""
    head = units[place].text
    if size(head) < 6:
        return 0.0
    weight = 0.0
    for at in range(place + 1, min(len(units), place + _FAR)):
        opening = _opening(units, at)
        told = overlap(head, opening) if opening else 0.0
        if told >= _HINTED:
            above = neighbour(units, at, -1)
            bare = at > place + 1 and above is not None and above.is_text
            near = at < place + _AHEAD
            weight = max(weight, (6.0 if bare else 3.0 * near) if told >= _TOLD else (4.0 if bare else 1.5) * near)
    return weight


def _opening(units: Sequence[Unit], place: int) -> str:
    """Return the first sentences of a report that begins here with a byline, before its text or on its own line."""
    unit, after = units[place], units[place + 1] if place + 1 < len(units) else None
    if unit.kind is Kind.LEAD:
        return unit.text[:_LEAD]
    return after.text[:_LEAD] if unit.kind is Kind.BYLINE and after is not None and after.kind is Kind.TEXT else ""


def parts_sentence(before: Unit, unit: Unit, after: Unit, words: PageWords) -> bool:
    """Weigh whether a short sentence stands between two halves of another one, as a picture's caption does."""
    if unit.fresh is not None and (unit.fresh or after.fresh):
        return False
    score = 3.0 * words.goes_on(before.text, after.text) + 2 * words.begins_midway(after.text)
    score += 2.5 * (after.fresh is False) - 3 * words.torn(before.text, unit.text)
    score -= 1.5 * bool(re.search("[,;]$", before.text))
    if unmatched(before.text)[1] and unmatched(after.text)[0] and not unmatched(unit.text)[0]:
        score += 2
    return score + pictures(unit.text, words) >= 3


def pictures(text: str, words: PageWords) -> float:
    """Weigh whether a sentence says what a picture shows: somebody the page names, doing something; a view of a thing."""
    score = 1.0 * words.known(text[:2]) + 0.5 * words.known(text[:3])
    if names_scene(text.rstrip("。")) and size(text) <= 10:
        score += 2.5
    elif re.search(rf"的[{HAN}]{{2,8}}。?$|(?:现场|外景|全景|一角|夜景|场景)。?$", text):
        score += 1.5
    elif re.search("在|正|出发|展示|观看|参观|查看|体验|合影|领奖|演练|表演", text):
        score += 1
    return score - (size(text) > 24) - (size(text) > 30) - 3 * (not ends_sentence(text)) - max(0, text.count(",") - 1)
