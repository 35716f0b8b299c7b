"""Take out what stands at the edge of every page: page numbers, running heads and feet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from qa.forms.layout import Line

_EDGE = 0.1
_LEAST, _SHARE = 3, 0.3
_NUMBER = re.compile(r"[-—–·•\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／,，]?\s*(?:共\s*)?\d{1,4}\s*页?)?[-—–·•\s]*")
_PAGE = re.compile(r"page\s+\d{1,4}(?:\s+of\s+\d{1,4})?", re.I)


def without_furniture(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> list[list[Line]]:
    """Return the lines of each page without lone page numbers at its edges and lines that recur there on other pages."""
    counts = Counter(
        key
        for lines, height in zip(pages, heights, strict=True)
        for key in {_key(line) for line in lines if _at_edge(line, height)}
    )
    needed = max(_LEAST, _SHARE * len(pages))
    out = []
    for lines, height in zip(pages, heights, strict=True):
        out.append([line for line in lines if not (_at_edge(line, height) and _is_furniture(line, counts, needed))])
    return out


def _at_edge(line: Line, height: float) -> bool:
    return line.middle < _EDGE * height or line.middle > (1 - _EDGE) * height


def _key(line: Line) -> str:
    return re.sub(r"\d+", "#", "".join(line.text.split()))


def _is_furniture(line: Line, counts: Counter[str], needed: float) -> bool:
    text = line.text.strip()
    return bool(_NUMBER.fullmatch(text) or _PAGE.fullmatch(text)) or counts[_key(line)] >= needed
