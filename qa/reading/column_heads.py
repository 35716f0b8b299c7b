"""Share out the headlines and bylines above two columns, or find that both columns are one article."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from qa.reading.bylines import closing_byline, lead_byline, own_byline
from qa.reading.headlines import is_label, overlap

# The headlines must share so much more with the beginnings of their own columns than with the others', each column's for
# itself, where no byline shows two articles; a report tells its headline again in its first sentences.
_APART = 0.15
_OPENING = 150
_BARE = -1.0
# Headlines seldom stand so that the upper one belongs to the right column.
_CROSSED = 0.25
_Shared = tuple[list[int], list[int]]


def share_top(top: Sequence[str], left: str, right: str, *, in_turn: bool) -> _Shared | None:
    """Return the places of the lines of `top` that belong to each column, None where both columns are one article.

    Headlines stand one column's above the other's, or in turn as the lines of the text do; bylines always in turn. `in_turn`
    says whether the line under the last one is the left column's.
    """
    signed = [at for at, line in enumerate(top) if own_byline(line)]
    heads = [at for at in range(len(top)) if at not in signed]
    two = lead_byline(right) > 0 or len(signed) > 1 or closing_byline(left) < len(left)
    if not heads:
        return ([], []) if two and not signed else None
    near = [0.0 if at in signed else overlap(line, left) - overlap(line, right) for at, line in enumerate(top)]

    def worth(shared: _Shared) -> float:
        sums = (sum(near[at] for at in shared[0]), -sum(near[at] for at in shared[1]))
        bare = len(heads) > 1 and not all(set(side) & set(heads) for side in shared)
        crowded = any(len(set(side) & set(signed)) > 1 for side in shared)
        # A label stands above its headline, so that no column's headlines end with one.
        hung = any(kept and is_label(top[kept[-1]]) for kept in ([at for at in side if at in heads] for side in shared))
        return sum(sums) + _BARE * (bare + crowded + hung)

    ways = list(_ways(len(top), signed, left_next=in_turn))
    best = max(ways, key=lambda shared: worth(shared) - _CROSSED * (min(map(_first, shared)) == _first(shared[1])))
    if two:
        return best
    told = [overlap(line, left[:_OPENING]) - overlap(line, right[:_OPENING]) for line in top]
    # A column without a headline that is its own, beside one that has it: both are that one's article.
    own = (sum(told[at] for at in best[0] if at in heads), -sum(told[at] for at in best[1] if at in heads))
    return best if min(own) >= _APART else None


def _first(places: Sequence[int]) -> float:
    return places[0] if places else math.inf


def _ways(count: int, signed: Sequence[int], *, left_next: bool) -> Iterator[_Shared]:
    """Yield the ways to share `count` lines: the lines from the first byline down, or all of them, stand in turn."""
    for turn in dict.fromkeys((signed[0] if signed else count, 0)):
        left, right = _in_turn(range(turn, count), left_next=left_next)
        for cut in range(turn, -1, -1):
            yield [*range(cut), *left], [*range(cut, turn), *right]
            yield [*range(cut, turn), *left], [*range(cut), *right]


def _in_turn(places: range, *, left_next: bool) -> _Shared:
    """Share out lines in turn, from the last one up; the line under it is the left column's or not."""
    sides: _Shared = [], []
    for step, at in enumerate(reversed(places)):
        sides[(step + left_next) % 2].insert(0, at)
    return sides
