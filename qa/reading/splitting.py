"""Split long spans at the best places: sentence ends first, then clause marks, and anywhere only at the last."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate

from qa.reading.chars import CLOSERS, OPENERS, SENTENCE_ENDS, fold, is_han
from qa.reading.records import Span

# Costs of a place, to be weighed against the square of a part's distance from the ideal length.
_AT_SENTENCE, _IN_QUOTATION, _AT_CLAUSE, _ANYWHERE = 0.0, 15e3, 1e6, 1e7
_TINY, _TINY_COST = 40, 5e4
# Without any punctuation, a place at each so many characters is enough to choose from.
_STEP = 20
# Clause marks nearer than this to the last place are no choice of their own.
_CLOSE = 8
# An opening mark that is not closed within so many characters was misread.
_QUOTATION = 300


def split_spans(
    text: str, spans: Sequence[Span], *, target: int, longest: int, above: int = 0
) -> list[tuple[Span, ...]]:
    """Split spans into parts of nearly equal length, each at most `longest` characters as it reads.

    The parts keep every non-blank code point once and in order. What is not longer than `target` stays whole; `above`
    is the length of a sub-head that the first part must carry as well.
    """
    offsets = [place for start, end in spans for place in range(start, end)]
    weights = _weights(text, offsets)
    sums = [0, *accumulate(weights)]
    total = sums[-1] + above
    if total <= target:
        return [tuple(spans)]
    places = _places(text, offsets, sums, longest)
    ideal = total / math.ceil(total / target)
    cuts = _best_cuts(places, sums, ideal, longest, above)
    parts = (_part(text, offsets[low:high]) for low, high in zip([0, *cuts], [*cuts, len(offsets)], strict=True))
    return [part for part in parts if part]


def _weights(text: str, offsets: Sequence[int]) -> list[int]:
    """Give each code point its length as it reads: a run of blanks counts one, unless it stands beside Chinese."""
    weights = []
    before = ""
    for place, offset in enumerate(offsets):
        char = text[offset]
        if not char.isspace():
            weights.append(1)
        else:
            follows = text[offsets[place + 1]] if place + 1 < len(offsets) else ""
            weights.append(int(not before.isspace() and not is_han(before or "x") and not is_han(follows or "x")))
        # Between two spans a blank may be put in.
        if place and offsets[place - 1] != offset - 1:
            weights[-1] += 1
        before = char
    return weights


def _places(text: str, offsets: Sequence[int], sums: Sequence[int], longest: int) -> list[tuple[int, float]]:
    """List the places (counts of code points before the cut) at which a cut is possible, with their costs."""
    chars = fold("".join(text[offset] for offset in offsets))
    places: list[tuple[int, float]] = [(0, 0.0)]
    opened: list[int] = []
    for place, char in enumerate(chars):
        if char in OPENERS:
            opened.append(place)
        elif char in CLOSERS and opened:
            opened.pop()
        while opened and place - opened[0] > _QUOTATION:
            opened.pop(0)
        cost = _cost(chars, place)
        if cost is not None and place + 1 < len(chars):
            _add(places, place + 1, cost + (_IN_QUOTATION if opened else 0.0), sums, longest)
    _add(places, len(chars), 0.0, sums, longest)
    return places


def _cost(chars: str, place: int) -> float | None:
    """Return the cost of a cut after a character, None where there is no mark; closing marks stay with the sentence."""
    char, follows = chars[place], chars[place + 1 : place + 2]
    if follows and follows in CLOSERS + SENTENCE_ENDS + ",;:":
        return None
    bare = chars[max(0, place - 4) : place + 1].rstrip(CLOSERS)
    ended = bare[-1:] in SENTENCE_ENDS or (bare[-1:] == "." and follows.isspace())
    if ended and (bare[-1:] != "…" or char in CLOSERS or follows.isspace()) and bare:
        return _AT_SENTENCE
    if char == ";":
        return _AT_CLAUSE
    if char in ",:" and not (follows.isdigit() and chars[place - 1 : place].isdigit()):
        return 2 * _AT_CLAUSE
    return 3 * _AT_CLAUSE if char == "、" or char.isspace() else None


def _add(places: list[tuple[int, float]], place: int, cost: float, sums: Sequence[int], longest: int) -> None:
    """Append a place, with places anywhere before it where the last one is too far away."""
    last = places[-1][0]
    if cost >= _AT_CLAUSE and sums[place] - sums[last] < _CLOSE:
        return
    if sums[place] - sums[last] > longest - 2 * _STEP:
        places.extend((between, _ANYWHERE) for between in range(last + _STEP, place, _STEP))
    places.append((place, cost))


def _best_cuts(
    places: Sequence[tuple[int, float]], sums: Sequence[int], ideal: float, longest: int, above: int
) -> list[int]:
    """Choose the cuts of least cost: (length - ideal)² of each part, and what places and tiny parts cost."""
    best = [0.0] + [math.inf] * (len(places) - 1)
    origin = [0] * len(places)
    for here in range(1, len(places)):
        place, cost = places[here]
        for there in range(here - 1, -1, -1):
            length = sums[place] - sums[places[there][0]] + (above if there == 0 else 0)
            # A lone step over the limit is let through rather than nothing at all.
            if length > longest and there < here - 1:
                break
            over = 1e12 if length > longest else 0.0
            value = best[there] + (length - ideal) ** 2 + cost + over + (_TINY_COST if length < _TINY else 0.0)
            if value < best[here]:
                best[here], origin[here] = value, there
    cuts = []
    here = origin[-1]
    while here:
        cuts.append(places[here][0])
        here = origin[here]
    return cuts[::-1]


def _part(text: str, offsets: Sequence[int]) -> tuple[Span, ...]:
    """Turn a run of offsets into spans that neither begin nor end with a blank."""
    spans: list[Span] = []
    start = 0
    for place in range(1, len(offsets) + 1):
        if place == len(offsets) or offsets[place] != offsets[place - 1] + 1:
            low, high = offsets[start], offsets[place - 1] + 1
            piece = text[low:high]
            low, high = low + len(piece) - len(piece.lstrip()), high - (len(piece) - len(piece.rstrip()))
            if low < high:
                spans.append((low, high))
            start = place
    return tuple(spans)
