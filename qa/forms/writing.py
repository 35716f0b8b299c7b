"""Write the blocks of a converted document as the stored text, in the marks that the reading of pages understands.

A heading has its `#` marks, a line in bold its asterisks, a paragraph the indent of Chinese type, a caption without credit
the triangle that points to its picture. Marks and indents stand outside of what is cited, the triangle inside.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate

from qa.forms.records import Block, Part
from qa.reading.captions import is_caption
from qa.reading.chars import fold

_INDENT = "\u3000\u3000"


def write(blocks: Iterable[Block], page_count: int) -> tuple[str, tuple[int, ...] | None]:
    """Return the stored text and where in it each page begins; an empty page begins where the next one does."""
    out: list[str] = []
    length = 0
    begins: dict[int, int] = {}
    for block in blocks:
        opening, closing = _marks(block)
        gap = "" if not out else "\n" if block.part is Part.LINE else "\n\n"
        place = length + len(gap)
        starts = accumulate((len(piece.text) for piece in block.pieces), initial=place + len(opening))
        for number, (piece, start) in enumerate(zip(block.pieces, starts, strict=False)):
            begins.setdefault(piece.page, start if number else place)
        whole = gap + opening + block.text + closing
        out.append(whole)
        length += len(whole)
    return "".join(out) + "\n", _pages(begins, page_count, length + 1)


def _marks(block: Block) -> tuple[str, str]:
    match block.part:
        case Part.HEADING:
            return "#" * block.level + " ", ""
        case Part.BOLD:
            return "**", "**"
        case Part.PARAGRAPH | Part.ITEM:
            return _INDENT, ""
        case Part.CAPTION:
            return "" if is_caption(fold(block.text)) else "▲", ""
    return "", ""


def _pages(begins: dict[int, int], page_count: int, end: int) -> tuple[int, ...] | None:
    if not page_count:
        return None
    out: list[int] = []
    for page in range(page_count, 0, -1):
        end = begins.get(page, end)
        out.append(end)
    return (0, *out[-2::-1])
