"""Weigh whether a headline without byline begins an article, or is a sub-head within one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.reading.chars import size
from qa.reading.headlines import opens_report, retells
from qa.reading.kinds import Unit


@dataclass(frozen=True, slots=True)
class Setting:
    """What stands around a headline: the blank runs, and the article before it.

    `closed` says that the article before ended with a byline, `brief` that it is an item of a column of short ones;
    `shared` counts the strings of three characters that its text and the text below the headline have in common.
    """

    wide_before: bool
    wide_after: bool
    closed: bool
    brief: bool
    texts: int
    heads: tuple[Unit, ...]
    subheads: tuple[Unit, ...]
    shared: int


def opens_article(group: Sequence[Unit], below: str, setting: Setting) -> bool:
    """Add up what speaks for an article's headline; each cue is weak, and two or three are enough."""
    if setting.brief and setting.texts and setting.heads and group[0].form == setting.heads[0].form:
        return True
    head = " ".join(unit.text for unit in group)
    score = _shape(group, head) + _form(group[0], setting) + _story(head, below, setting)
    return score + 2 * setting.wide_before + 2 * setting.wide_after >= 3


def _shape(group: Sequence[Unit], head: str) -> float:
    """Weigh the shape: a headline is longer than a sub-head, and often has several lines or parts."""
    length = size(head)
    score = 1.0 * (length >= 14) - (length <= 12) - 0.5 * (length <= 6) + 1.5 * (len(group) > 1)
    return score + bool(re.search(r"\s", head.strip()))


def _form(first: Unit, setting: Setting) -> float:
    """Weigh the marks: headlines of a page are marked alike, and so are its sub-heads."""
    if not setting.heads:
        return 0.0
    own, top = first.form, setting.heads[0].form
    plain = (0, False, False)
    if own == top:
        return 2.0 * (own != plain)
    if any(own == unit.form for unit in setting.subheads):
        return -3.0
    return -2.0 if own != plain or top != plain else 0.0


def _story(head: str, below: str, setting: Setting) -> float:
    """Weigh the text below: it tells the headline again, opens as a report does, shares no names with the article above."""
    score = 2.0 * opens_report(below) + retells(head, below) * (2 if size(head) >= 16 else 1)
    score += 3.0 * setting.closed - 4.0 * (not setting.texts)
    return score + (1.0 if not setting.shared else -1.0 if setting.shared == 1 else -2.5)
