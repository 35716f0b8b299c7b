"""Sentences of a passage with their places, Chinese and English."""

from __future__ import annotations

import re

from qa.records import Span

_CLOSERS = "”’」』)）】》\"'"
# A Chinese sentence ends at its mark, closing quotes included; an English one at a mark before a blank, not after an initial.
_END = re.compile(rf"(?:[。!?!?]|…{{1,2}})+[{_CLOSERS}]*|(?<![A-Z])(?<!\d)\.(?=\s|$)|\n+")
_OPENERS, _SHUTTERS = "“‘「『(（《", "”’」』)）》"


def sentences(text: str) -> list[Span]:
    """Return the spans of the sentences of `text`, in order; together they hold all its non-blank characters.

    A mark inside quotation marks or brackets ends no sentence, unless they close right behind it and a new one begins.
    """
    found: list[Span] = []
    start = 0
    for match in _END.finditer(text):
        if match.start() < start or _open_marks(text[start : match.end()]) > 0:
            continue
        found.append((start, match.end()))
        start = match.end()
    found.append((start, len(text)))
    return [trimmed for s, e in found if (trimmed := _trim(text, s, e))[0] < trimmed[1]]


def _open_marks(text: str) -> int:
    return sum(text.count(o) - text.count(s) for o, s in zip(_OPENERS, _SHUTTERS, strict=True))


def _trim(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))
