"""Fold text for comparison: width, case, compatibility forms and script, with the way back to the original offsets.

Full width and half width, upper and lower case, and Traditional and Simplified characters compare equal. Traditional to
Simplified is character by character (OpenCC's `t2s` table), so that one code point stays one code point and offsets hold.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

# Blocks that hold Chinese characters with a Simplified counterpart: Extension A, the unified block, compatibility forms.
_HAN_BLOCKS = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00))


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text; `origins[i]` is the offset in the original text of folded code point `i`."""

    text: str
    origins: tuple[int, ...]


@cache
def _simplified() -> dict[int, str]:
    # Imported here: the C++ library and its tables are not needed by `--help`.
    from opencc import OpenCC

    han = [chr(point) for low, high in _HAN_BLOCKS for point in range(low, high)]
    converted = OpenCC("t2s").convert("\n".join(han)).split("\n")
    return {ord(a): b for a, b in zip(han, converted, strict=True) if a != b and len(b) == 1}


def fold(text: str) -> str:
    """Return `text` folded; its length may differ (`㎡` becomes `m2`)."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_simplified())


def fold_with_origins(text: str) -> Folded:
    """Return `text` folded, character by character, with the original offset of every folded code point."""
    pieces = [fold(character) for character in text]
    origins = [offset for offset, piece in enumerate(pieces) for _ in piece]
    return Folded("".join(pieces), tuple(origins))
