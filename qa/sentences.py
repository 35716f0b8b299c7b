"""Sentences of a passage with their places, Chinese and English."""

from __future__ import annotations

import re

from qa.records import Span

_CLOSERS = "”’」』)）】》\"'"
# A Chinese sentence ends at its mark, closing quotes included; an English one at a mark before a blank, not after an initial.
_END = re.compile(rf"(?:[。!?\uff01\uff1f]|…{{1,2}})+[{_CLOSERS}]*|(?<![A-Z])(?<!\d)\.(?=\s|$)|\n+")
_PART_END = re.compile("[;\uff1b]")
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


def statements(text: str, longest: int = 120) -> list[Span]:
    """Return the sentences of `text`, one longer than `longest` characters cut after its semicolons.

    Reports list a plan's parts in one sentence of hundreds of characters, each part a statement of its own.
    """
    found: list[Span] = []
    for start, end in sentences(text):
        begin = start
        if end - start > longest:
            for match in _PART_END.finditer(text, start, end):
                if _open_marks(text[begin : match.end()]) <= 0:
                    found.append(_trim(text, begin, match.end()))
                    begin = match.end()
        if begin < end:
            found.append(_trim(text, begin, end))
    return found


def _open_marks(text: str) -> int:
    return sum(text.count(o) - text.count(s) for o, s in zip(_OPENERS, _SHUTTERS, strict=True))


def _trim(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))
