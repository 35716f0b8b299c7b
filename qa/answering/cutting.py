"""Cut a text that comes in pieces into sentences, Chinese and English, each with the markers behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.answering.markers import MARKER

# A longer stretch is cut off here: nobody can check it at a glance.
LONGEST = 600
_CLOSERS = "”’」』)）】》\"'"
_STOP = re.compile(rf"\n+|(?:[。\uff01\uff1f!?]|…{{1,2}}|\.)+[{_CLOSERS}]*")
_MARKERS = re.compile(rf"(?:[^\S\n]*{MARKER})*", re.IGNORECASE)
_BEGUN_MARKER = re.compile(r"\s*[\[【\uff3b][^\]】\uff3d\n]{0,20}")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(“\"‘])(?:[A-Z]|(?:[A-Za-z]\.)+[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|No|Nos|vs|etc|e\.g|i\.e|cf|approx|Co|Ltd|Inc|Corp|Jan|Feb"
    r"|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Gen|Sen|Rep|Jr|Sr|Fig|Vol|pp?)$"
)
_LIST_SIGN = re.compile(r"^\s*(?:[-*•·]\s+|\(?\d{1,2}[.、)\uff09]\s*(?!\d)|#{1,6}\s+|>\s*)+")
_LIST_NUMBER = re.compile(r"^\s*\(?\d{1,2}$")
_OPENERS, _SHUTTERS = "“「『(\uff08《", "”」』)\uff09》"


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence; `own_line` says that a line ended before it."""

    text: str
    own_line: bool


class Cutter:
    """Take pieces and give the sentences that are complete; what may still go on is kept back."""

    def __init__(self) -> None:
        self._text, self._own_line = "", False

    def feed(self, piece: str) -> list[Said]:
        """Return the sentences that this piece completes."""
        self._text += piece.replace("\r", "\n")
        return self._cut(final=False)

    def rest(self) -> list[Said]:
        """Return what is left when nothing more comes."""
        return self._cut(final=True)

    def _cut(self, *, final: bool) -> list[Said]:
        found = []
        while (end := _end(self._text, final)) is not None:
            stretch, self._text = self._text[:end], self._text[end:]
            text = _LIST_SIGN.sub("", stretch.replace("**", "").replace("__", "")).strip()
            if text:
                found.append(Said(text, self._own_line))
                self._own_line = False
            self._own_line |= "\n" in stretch or "\n" in self._text[: len(self._text) - len(self._text.lstrip())]
        return found


def _end(text: str, final: bool) -> int | None:
    """Return where the first sentence ends, None when that does not show yet."""
    for match in _STOP.finditer(text):
        if match[0][0] == "\n":
            if text[: match.start()].strip():
                return match.end()
            continue
        behind = _MARKERS.match(text, match.end())
        end = behind.end() if behind else match.end()
        rest = text[end:]
        if not final and (not rest.strip(" \t") or _BEGUN_MARKER.fullmatch(rest)):
            break  # a closing mark, a marker or the rest of a number may follow
        if _ends(text, match, end):
            return end
    if len(text) > LONGEST:
        return LONGEST
    return len(text) if final and text else None


def _ends(text: str, stop: re.Match[str], end: int) -> bool:
    said, mark, rest = text[: stop.start()], stop[0], text[end:]
    if _open(text[: stop.end()]):
        return False
    if mark[0] not in ".!?" or said.endswith(("]", "】", "\uff3d")):
        return True
    # A Latin mark ends a sentence before a blank or a marker alone.
    if end == stop.end() and rest and not rest[0].isspace() and rest[0].isascii():
        return False
    if mark[0] == "." and (_LIST_NUMBER.search(said) or (mark == "." and _ABBREVIATION.search(said))):
        return False
    return not (end == stop.end() and rest.lstrip()[:1].islower() and mark[0] == ".")


def _open(text: str) -> bool:
    """Say whether a quotation or bracket is still open."""
    depth = sum(text.count(o) - text.count(s) for o, s in zip(_OPENERS, _SHUTTERS, strict=True))
    return depth > 0 or text.count('"') % 2 == 1
