"""Reprints and near-duplicates become one hit: the best placed one is shown, the others are named with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.likeness import says_otherwise
from qa.records import Hit, PassageRecord
from qa.shingles import resemblance, shingles

# From this Jaccard coefficient of character trigrams on, two passages say the same in the same words.
SAME = 0.8


def wide(k: int) -> int:
    """Return how many hits to fetch so that `k` are left when a few duplicates have become one."""
    return 2 * k + 5


@dataclass(frozen=True, slots=True)
class Group:
    """A hit that is shown, its passage, and the passages that say the same."""

    hit: Hit
    passage: PassageRecord
    also: tuple[PassageRecord, ...]


def collapse(hits: Sequence[Hit], passages: Sequence[PassageRecord], k: int) -> list[Group]:
    """Return the first `k` hits of different content, in order, each with its duplicates among all the hits."""
    kept: list[tuple[Hit, PassageRecord, frozenset[str], list[PassageRecord]]] = []
    for hit, passage in zip(hits, passages, strict=True):
        mine = shingles(passage.text)
        for _, shown, theirs, also in kept:
            if _may_be_same(mine, theirs) and same(shown, passage):
                also.append(passage)
                break
        else:
            if len(kept) < k:
                kept.append((hit, passage, mine, []))
    return [Group(hit, passage, tuple(also)) for hit, passage, _, also in kept]


def same(one: PassageRecord, other: PassageRecord) -> bool:
    """Say whether two passages say the same in the same words, reading errors aside."""
    mine, theirs = shingles(one.text), shingles(other.text)
    if one.kind is not other.kind or not _may_be_same(mine, theirs) or resemblance(mine, theirs) < SAME:
        return False
    return mine == theirs or not says_otherwise(one.text, other.text)


def _may_be_same(one: frozenset[str], other: frozenset[str]) -> bool:
    """Rule out in no time what differs too much in size to be the same: the intersection is no larger than either set."""
    return min(len(one), len(other)) >= SAME * max(len(one), len(other))
