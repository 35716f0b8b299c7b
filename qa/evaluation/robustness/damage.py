"""What a bad scan leaves of a text: characters that look alike, or harsher, some lost and lines broken as well."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from qa.alike import lookalikes

# What a mark or a figure is misread as; an empty one is overlooked.
_MISREAD = {
    "。": ".,", ",": ".、", "、": ",丶", "；": ":;", ";": ":;", "：": ";", ":": ";", "“": "\"'", "”": "\"'", "?": "7",
    "0": "O", "1": "lI", "2": "Z", "5": "S", "6": "b", "8": "B", "9": "g", "O": "0", "l": "1", "I": "1", "S": "5", "B": "8",
}  # fmt: skip
# Of the characters that are hit in a harsh scan: lost, and left at the end of a broken line; the others are misread.
_LOST, _BROKEN = 0.25, 0.25


@dataclass(frozen=True, slots=True)
class Damaged:
    """A damaged text; `places[i]` is the offset in it of what was the text's character `i`, None for one that is lost."""

    text: str
    places: tuple[int | None, ...]

    def start(self, offset: int) -> int:
        """Return where what stood at `offset` or behind it begins now."""
        return next((place for place in self.places[offset:] if place is not None), len(self.text))


Damage = Callable[[str, float, random.Random], Damaged]


def look_alikes(text: str, share: float, rng: random.Random) -> Damaged:
    """Replace a share of the characters that have look-alikes by one of them; the length stays."""
    hit = _hit([at for at, char in enumerate(text) if lookalikes(char)], share, rng)
    chars = [rng.choice(lookalikes(char)) if at in hit else char for at, char in enumerate(text)]
    return Damaged("".join(chars), tuple(range(len(text))))


def harsh_scan(text: str, share: float, rng: random.Random) -> Damaged:
    """Hit a share of all that is printed: half of it misread, a quarter lost, a line broken behind a quarter."""
    hit = _hit([at for at, char in enumerate(text) if not char.isspace()], share, rng)
    pieces, places, length = [], [], 0
    for at, char in enumerate(text):
        piece = _scanned(char, rng) if at in hit else char
        places.append(length if piece else None)
        pieces.append(piece)
        length += len(piece)
    return Damaged("".join(pieces), tuple(places))


def _scanned(char: str, rng: random.Random) -> str:
    """Return what a scan makes of one character: nothing, one, or one and the end of the line."""
    chance = rng.random()
    if chance < _LOST:
        return ""
    if chance < _LOST + _BROKEN:
        return char + "\n"
    wrong = lookalikes(char) or _MISREAD.get(char, "")
    if not wrong and unicodedata.category(char).startswith("P"):
        return ""
    return rng.choice(wrong or char)


def _hit(places: list[int], share: float, rng: random.Random) -> frozenset[int]:
    return frozenset(rng.sample(places, round(share * len(places))))
