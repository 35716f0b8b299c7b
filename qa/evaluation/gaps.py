"""Tell of a quote that leaves words out (`A……B`) where each of its parts stands."""

from __future__ import annotations

import re
from itertools import pairwise

from qa.evaluation.nearest import Near, Solid, alike, cut, nearest

_GAP = re.compile(r"\s*[\[(（【]?\s*(?:…+|⋯+|\.{3,}|。{3,})\s*[\])）】]?\s*")
_MOST_PARTS = 6


def gap_fault(solid: Solid, quote: str) -> str:
    """Return what is wrong with a quote that joins distant words by dots, empty when it does not, or they stand nowhere."""
    parts = [part for part in _GAP.split(quote) if part.strip()]
    if not 2 <= len(parts) <= _MOST_PARTS:
        return ""
    found: list[Near] = []
    for part in parts:
        near = _after(solid, part, found[-1].end if found else 0) or nearest(solid, part)
        if near is None:
            return ""
        found.append(near)
    between = [solid.stored[one.end : other.start] for one, other in pairwise(found)]
    if all(_GAP.fullmatch(text) for text in between):
        return ""  # the dots are those of the document, written otherwise
    places = " and ".join(f"at {near.start}-{near.end}: {cut(near.text)!r}" for near in found)
    return (
        f"expected an unbroken quote, not parts joined by dots; they are {places}; give one of them, or each as a quote of its "
        "own (needs: all/全部 when one alone does not answer)"
    )


def _after(solid: Solid, part: str, offset: int) -> Near | None:
    """Return the first place of a part that begins at or after an offset of the stored text, case and width aside."""
    wanted = alike("".join(part.split()))
    at = solid.folded.find(wanted)
    while at >= 0:
        start, end = solid.places[at], solid.places[at + len(wanted) - 1] + 1
        if start >= offset:
            return Near(start, end, " ".join(solid.stored[start:end].split()), 100)
        at = solid.folded.find(wanted, at + 1)
    return None
