"""An opened generation of the index: its segments as one row of passages."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import EncoderError
from qa.dates import day_number, interval
from qa.errors import IndexDamaged, IndexStale
from qa.index.manifest import REBUILD, Manifest, Recipe, read_manifest
from qa.index.segment import ABOUT, ID_BYTES, KINDS, Segment, open_segment
from qa.records import Filters, Kind

Mask = NDArray[np.bool_]
Places = tuple[tuple[int, slice], ...]
_MOST_KEPT = 50_000


@dataclass(frozen=True, slots=True)
class Generation:
    """One state of the index, the same from the start of a request to its end.

    Rows are numbered through all segments: row `r` of segment `i` is row `starts[i] + r`.
    """

    manifest: Manifest
    segments: tuple[Segment, ...]
    starts: tuple[int, ...]
    alive: Mask
    _found: dict[tuple[str, str], Places] = field(default_factory=dict, repr=False, compare=False)

    @property
    def rows(self) -> int:
        """Return how many rows there are, deleted ones included."""
        return len(self.alive)

    @property
    def passages(self) -> int:
        """Return how many passages can be found."""
        return int(self.alive.sum())

    def passage_id(self, row: int) -> str:
        segment, local = self.locate(row)
        return bytes(segment.ids[local]).decode()

    def rows_of(self, passage_ids: Sequence[str]) -> NDArray[np.int64]:
        """Return the rows of passages, ascending; deleted ones, and ids that are not there, have none."""
        wanted = np.array([id_.encode() for id_ in passage_ids if len(id_) <= ID_BYTES], f"S{ID_BYTES}")
        ids = np.concatenate([np.zeros(0, f"S{ID_BYTES}"), *(segment.ids for segment in self.segments)])
        return np.flatnonzero(np.isin(ids, wanted) & self.alive)

    def kind(self, row: int) -> Kind:
        segment, local = self.locate(row)
        return KINDS[int(segment.kinds[local])]

    def locate(self, row: int) -> tuple[Segment, int]:
        """Return the segment that holds a row, and the row's number there."""
        i = bisect_right(self.starts, row) - 1
        return self.segments[i], row - self.starts[i]

    def places(self, field: str, term: str) -> Places:
        """Return the segments in which a field holds a term, by number, each with the place of its postings there.

        A question asks for the same term several times, and people ask with the same words: what was found is kept.
        """
        found = self._found.get((field, term))
        if found is None:
            if len(self._found) >= _MOST_KEPT:
                self._found.clear()
            places = ((number, s.postings[field].find(term)) for number, s in enumerate(self.segments))
            found = self._found[field, term] = tuple((number, place) for number, place in places if place is not None)
        return found

    def allowed(self, filters: Filters | None) -> Mask:
        """Return which rows count and pass the filters, (rows,) bool; raise `InvalidRequest` for an impossible date."""
        if filters is None or filters == Filters():
            return self.alive
        return np.concatenate([np.zeros(0, np.bool_), *(_allowed(s, filters) for s in self.segments)])


def _allowed(segment: Segment, filters: Filters) -> Mask:
    mask = segment.alive.copy()
    if filters.document_ids is not None:
        wanted = set(filters.document_ids)
        mask &= np.array([d in wanted for d in segment.record.documents], np.bool_)[segment.documents]
    if filters.published_from is not None or filters.published_to is not None:
        overlap = _overlaps(segment.dates, filters.published_from, filters.published_to)
        mask &= np.where(segment.dates[:, 0] == 0, filters.include_undated, overlap)
    if filters.event_from is not None or filters.event_to is not None:
        own = segment.event_days[:, 2] != ABOUT
        overlap = own & _overlaps(segment.event_days, filters.event_from, filters.event_to)
        counts = np.diff(segment.event_offsets)
        mask &= np.where(_any_of_each(own, counts), _any_of_each(overlap, counts), filters.include_undated)
    return mask


def _overlaps(dates: NDArray[np.int32], low: str | None, high: str | None) -> Mask:
    first = day_number(interval(low)[0]) if low else 0
    last = day_number(interval(high)[1]) if high else np.iinfo(np.int32).max
    overlap: Mask = (dates[:, 0] <= last) & (dates[:, 1] >= first)
    return overlap


def _any_of_each(values: Mask, counts: NDArray[np.int64]) -> Mask:
    """Say for each row whether any of its values is true; `counts` says how many each row has, one after the other."""
    rows = np.repeat(np.arange(len(counts)), counts)
    found: Mask = np.bincount(rows, weights=values, minlength=len(counts)) > 0
    return found


def open_generation(index_dir: Path, before: Generation | None = None) -> Generation:
    """Open the current generation, checking every file; raise `IndexMissing`, `IndexDamaged` or `IndexStale`.

    Segments that the generation `before` has open already are taken from it.
    """
    there = {s.record.name: s for s in before.segments} if before else {}
    while True:
        manifest = read_manifest(index_dir)
        dimensions = manifest.recipe.dimensions
        try:
            segments = [open_segment(index_dir, r, dimensions, there.get(r.name)) for r in manifest.segments]
        except (IndexDamaged, EncoderError, OSError, ValueError) as fault:
            # A writer may have made the next generation current, and swept this one away, between the two steps.
            if read_manifest(index_dir).index_version != manifest.index_version:
                continue
            if isinstance(fault, IndexDamaged):
                raise
            raise IndexDamaged(f"the index is damaged: {fault}; {REBUILD}") from fault
        return assemble(manifest, segments)


def assemble(manifest: Manifest, segments: Sequence[Segment]) -> Generation:
    """Number the rows of opened segments through."""
    starts = np.concatenate([[0], np.cumsum([s.record.rows for s in segments])]).astype(int)
    alive = np.concatenate([np.zeros(0, np.bool_), *(s.alive for s in segments)])
    return Generation(manifest, tuple(segments), tuple(int(s) for s in starts[:-1]), alive)


def check_recipe(manifest: Manifest, recipe: Recipe) -> None:
    """Raise `IndexStale` when the index was made by another recipe."""
    if manifest.recipe != recipe:
        raise IndexStale(
            f"the index was built with {manifest.recipe.encoder} and other parameters, "
            f"expected {recipe.encoder} as now set; {REBUILD}"
        )


def check_current(manifest: Manifest, recipe: Recipe, library_revision: int) -> None:
    """Raise `IndexStale` when the index was made from another state of the library or by another recipe."""
    check_recipe(manifest, recipe)
    if manifest.library_revision != library_revision:
        raise IndexStale(
            f"the index was built from state {manifest.library_revision} of the library, "
            f"which is now at {library_revision}; {REBUILD}"
        )
