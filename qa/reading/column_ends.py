"""Find where two columns end that were read across: at new headlines, or with the rest of the longer one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.reading.bylines import lead_byline, own_byline
from qa.reading.captions import is_caption
from qa.reading.chars import ends_paragraph, is_han, size
from qa.reading.headlines import is_furniture, is_label
from qa.reading.lanes import Lines, Sides
from qa.reading.lexicon import is_common
from qa.reading.midway import starts_list

_SHORTEST = 4
# What a line that opens as one of a column's does counts, in pairs of characters that only the paragraph and it have.
_ALIKE = 6
_NUMBER = re.compile(r"[一二三四五六七八九十\d①-⑳]+")
_SPOKEN = re.compile(r"[^\W\d]{1,4}:")


def next_article(page: Lines, sides: Sides, end: int) -> int:
    """Return the place at which headlines, or a line of the page itself, end a region; at the latest `end`."""
    texts = (next((at for at in side if not page.is_top(at)), end) for side in (sides.left, sides.right))
    first = max(texts) + 1
    for place in range(first, end):
        if is_furniture(page.words[place]):
            return place
        follows = page.words[place + 1] if place + 1 < len(page.words) else ""
        signed = bool(lead_byline(follows) or own_byline(follows))
        more = place + 1 < end and _is_new_head(page, sides, place + 1)
        if _is_new_head(page, sides, place) and (signed or more):
            return place
    while end > first and _is_new_head(page, sides, end - 1):
        end -= 1
    return end


def _is_new_head(page: Lines, sides: Sides, place: int) -> bool:
    """Tell whether a line in a region is a headline of something new, and not a piece of its column's text."""
    words = page.words[place]
    if (size(words) < _SHORTEST and not is_label(words)) or not page.is_top(place) or is_caption(words):
        return False
    column = sides.left if place in sides.left else sides.right
    before = max((other for other in column if other < place), default=place)
    return before == place or not page.full(before, place) or ends_paragraph(page.words[before])


def settle_tail(page: Lines, sides: Sides) -> None:
    """Give the paragraphs below the shorter column to the column of which they speak, where both may go on there."""
    longer, shorter = sorted((sides.left, sides.right), key=lambda column: column[-1], reverse=True)
    start = next(
        (at for at, place in enumerate(longer) if place > shorter[-1] and page.lines[place].indented), len(longer)
    )
    tail = longer[start:]
    if (
        not tail
        or not start
        or tail[0] not in (shorter[-1] + 1, shorter[-1] + 2)
        or tail[-1] - tail[0] != len(tail) - 1
    ):
        return
    words, own, other = ([page.words[at] for at in part] for part in (tail, longer[:start], shorter))
    last = page.words[shorter[-1]]
    if (ends_paragraph(last) or is_caption(last)) and _nearness(words, other, own) > 0:
        del longer[start:]
        shorter += tail


def _nearness(words: Sequence[str], column: Sequence[str], other: Sequence[str]) -> float:
    """Weigh by how much more a paragraph has in common with one column than with the other: subjects, forms of lines."""
    told, here, there = (_pairs("".join(lines)) for lines in (words, column, other))
    shared = len(told & here - there) - len(told & there - here)
    form = _form(words[0])
    alike = sum((form in map(_form, lines)) * sign for lines, sign in ((column, 1), (other, -1))) if form else 0
    return shared + _ALIKE * alike


def _pairs(text: str) -> set[str]:
    """Return the pairs of characters that are no common word."""
    pairs = (text[at : at + 2] for at in range(len(text) - 1))
    return {pair for pair in pairs if is_han(pair[0]) and is_han(pair[1]) and not is_common(pair)}


def _form(line: str) -> str:
    """Return how an item of a list or a turn of a conversation opens, whatever its number; nothing for other lines."""
    opening = _SPOKEN.match(line)
    if opening:
        return opening.group()
    return _NUMBER.sub("0", line[:3])[:2] if starts_list(line) else ""
