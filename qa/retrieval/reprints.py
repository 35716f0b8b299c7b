"""Search until `k` passages of different content are found, and name with each all that say the same in the same words.

A text that stands in a hundred documents is one hit with its hundred sources, and does not keep other texts out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from qa.index.generation import Generation, Mask
from qa.library import Library
from qa.records import Citation, Hit, PassageRecord
from qa.retrieval.collapse import Group, collapse, same, wide
from qa.retrieval.retrievers import Found
from qa.sketches import marks

Find = Callable[[int, Mask], Found]
Rows = NDArray[np.int64]
Cited = dict[str, tuple[PassageRecord, Citation]]
# How often more is searched for when reprints have taken the places.
_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class CitedGroup:
    """A hit that is shown, its passage, and where that stands: `citation.also_in` names its reprints."""

    hit: Hit
    passage: PassageRecord
    citation: Citation


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was found first, its groups, best first, and whether the library has lost a passage that was found."""

    found: Found
    groups: tuple[CitedGroup, ...]
    lost: bool


def gather(generation: Generation, library: Library, find: Find, k: int, allowed: Mask) -> Gathered:
    """Return the first `k` hits of different content among the rows `allowed`, each with all of its reprints there."""
    wanted = wide(k)
    found = find(wanted, allowed)
    hits, more, cited, lost = found.hits, found.hits, Cited(), False
    for left in reversed(range(_ROUNDS)):
        cited |= {p.id: (p, c) for p, c in library.cite([h.passage_id for h in more])}
        lost |= any(hit.passage_id not in cited for hit in more)
        there = [hit for hit in hits if hit.passage_id in cited]
        groups = collapse(there, [cited[hit.passage_id][0] for hit in there], k)
        also = [_reprints(generation, group, allowed) for group in groups]
        if len(groups) == k or len(more) < wanted or not left:
            break
        # The places were taken by reprints: without them, what else is there?
        allowed_now = allowed.copy()
        allowed_now[generation.rows_of([h.passage_id for h in hits])] = False
        for rows in also:
            allowed_now[rows] = False
        more = [replace(h, score=min(h.score, hits[-1].score)) for h in find(wanted, allowed_now).hits]
        hits = [*hits, *more]
    others = {generation.passage_id(int(row)) for rows in also for row in rows} - cited.keys()
    cited |= {p.id: (p, c) for p, c in library.cite(sorted(others))}
    ids = [[generation.passage_id(int(row)) for row in rows] for rows in also]
    return Gathered(found, tuple(_cited(g, i, cited) for g, i in zip(groups, ids, strict=True)), lost)


def _cited(group: Group, alike: Sequence[str], cited: Cited) -> CitedGroup:
    shown = group.passage
    ids = {p.id for p in group.also} | {id_ for id_ in alike if id_ in cited and same(shown, cited[id_][0])}
    others = [cited[id_][1] for id_ in ids - {shown.id}]
    others.sort(key=lambda c: (c.published or "", c.document_id, c.paragraph))
    return CitedGroup(group.hit, shown, replace(cited[shown.id][1], also_in=tuple(others)))


def _reprints(generation: Generation, group: Group, allowed: Mask) -> Rows:
    """Return the rows, among those allowed, that may be reprints of a passage: they share a mark with it."""
    wanted = marks(group.passage.text)
    parts = [
        segment.postings["marks"].rows_with(wanted).astype(np.int64) + start
        for segment, start in zip(generation.segments, generation.starts, strict=True)
    ]
    rows = np.concatenate([np.zeros(0, np.int64), *parts])
    there: Rows = rows[allowed[rows]]
    return there
