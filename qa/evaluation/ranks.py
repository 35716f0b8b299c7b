"""What a rank is worth, for one question: as the measures say it of a whole run (`measures`), for fitting on ranks alone.

A ranking is given as the list, best first, of the sets of needs (numbers) that each hit meets.
"""

from __future__ import annotations

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
