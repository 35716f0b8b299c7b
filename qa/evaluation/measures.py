"""The measures, each for one question; a question without hits counts as 0.

A ranking is given as the list, best first, of the sets of needs (numbers) that each hit meets.
"""

from __future__ import annotations

import math
from collections.abc import Sequence, Set

Ranking = Sequence[Set[int]]


def met_at(ranking: Ranking, needs: int, needs_all: bool) -> int | None:
    """Return the rank, from 1, at which the question is met: its first need, or with `needs_all` its last one."""
    open_ = set(range(needs))
    for rank, met in enumerate(ranking, start=1):
        open_ -= met
        if not open_ or (not needs_all and len(open_) < needs):
            return rank
    return None


def success(rank: int | None, k: int) -> float:
    """Return Success@k (hit@k): 1 when the question is met within the first `k` hits."""
    return float(rank is not None and rank <= k)


def reciprocal_rank(rank: int | None, k: int = 10) -> float:
    """Return RR@k: `1 / rank`, 0 beyond the first `k` hits."""
    return 1 / rank if rank is not None and rank <= k else 0.0


def ndcg(ranking: Ranking, needs: int, k: int = 10) -> float:
    """Return nDCG@k, a need gaining once, at the first hit that meets it: `sum gain / log2(rank + 1)` over the ideal.

    The ideal meets one need a rank; a hit that meets several at once can do no better than 1.

    Source: K. Järvelin, J. Kekäläinen, Cumulated gain-based evaluation of IR techniques, 2002.
    """
    if not needs:
        return 0.0
    seen: set[int] = set()
    gained = 0.0
    for rank, met in enumerate(ranking[:k], start=1):
        gained += len(met - seen) / math.log2(rank + 1)
        seen |= met
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(needs, k) + 1))
    return min(1.0, gained / ideal)
