"""Find where two columns end that were read across: at new headlines, or with the rest of the longer one."""

from __future__ import annotations

from qa.reading.bylines import lead_byline, own_byline
from qa.reading.captions import is_caption
from qa.reading.chars import ends_paragraph, size
from qa.reading.headlines import is_furniture, is_label, overlap
from qa.reading.lanes import Lines, Sides

_SHORTEST = 4
# The share of its pairs of characters that a paragraph must have more in common with one column than with the other.
_NEARER = 0.03


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
    """Give the paragraphs below the shorter column to the column with which they share more words."""
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
    words, own, other = ("".join(page.words[at] for at in part) for part in (tail, longer[:start], shorter))
    last = page.words[shorter[-1]]
    if (ends_paragraph(last) or is_caption(last)) and overlap(words, other) - overlap(words, own) > _NEARER:
        del longer[start:]
        shorter += tail
