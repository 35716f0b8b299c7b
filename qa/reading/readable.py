"""Write the text of spans as it should read: joins and blanks repaired, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from qa.reading.chars import is_han
from qa.reading.records import Span

_BEFORE_BLANK = ",.;:!?)]}”’\"'%"
_AFTER_BLANK = "([{“‘\"'$#&"


def readable(text: str, spans: Sequence[Span], subhead: Sequence[Span] | None = None) -> str:
    """Return the quote of some spans without the layout's blanks.

    Without white space it equals `"".join(text[s:e] for s, e in spans)` without white space. A blank stays between two
    words of Latin letters or numbers (with their punctuation), and nowhere else; a sub-head, whose spans come first, is
    parted from what follows by a newline.

    >>> readable("新 馆 的 Wi-Fi 6 网络, 已经开通", [(0, 24)])
    '新馆的Wi-Fi 6网络,已经开通'
    """
    border = subhead[-1][1] if subhead else -1
    head = [(start, min(end, border)) for start, end in spans if start < border]
    rest = [(max(start, border), end) for start, end in spans if end > border]
    return "\n".join(part for part in (_written(text, head), _written(text, rest)) if part)


def _written(text: str, spans: Sequence[Span]) -> str:
    words = [word for start, end in spans for word in text[start:end].split()]
    seams = _seams(text, spans)
    out: list[str] = []
    for place, word in enumerate(words):
        if place and _keeps_blank(words[place - 1], word, seam=place in seams):
            out.append(" ")
        out.append(word)
    return "".join(out)


def _seams(text: str, spans: Sequence[Span]) -> set[int]:
    """Return the word counts at which one span ends and another begins."""
    seams, count = set(), 0
    for start, end in spans:
        count += len(text[start:end].split())
        seams.add(count)
    return seams


def _keeps_blank(left: str, right: str, *, seam: bool) -> bool:
    before, after = left.rstrip(_BEFORE_BLANK)[-1:], right.lstrip(_AFTER_BLANK)[:1]
    if not (before.isalnum() and after.isalnum()) or is_han(before) or is_han(after):
        return False
    # Between two pieces a number may go on, and a word that ends in a hyphen has no blank after it.
    return not (seam and (before.isdigit() and after.isdigit()))
