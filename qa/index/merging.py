"""Several segments as one: what their live rows hold is copied, no text is read or encoded again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors
from embeddings.vector_index import VectorIndex
from qa.index.manifest import SegmentRecord
from qa.index.postings import merge_postings
from qa.index.ragged import offsets_of, ragged
from qa.index.segment import FIELDS, Segment, save_segment

Rows = NDArray[np.int64]
Array = NDArray[Any]


def merge_segments(folder: Path, name: str, segments: Sequence[Segment]) -> SegmentRecord:
    """Write one segment with the live rows of several, in their order, into the empty folder `folder`; return its record.

    Its documents are those that are live, each with the revision that was indexed.
    """
    documents = {id_: revision for s in segments for id_, revision in s.record.live_documents.items()}
    kept = [np.flatnonzero(s.alive) for s in segments]
    asked = [np.flatnonzero(s.alive[s.question_owners]) for s in segments]

    def picked(array: Callable[[Segment], Array]) -> Array:
        return np.concatenate([array(s)[rows] for s, rows in zip(segments, kept, strict=True)])

    events = [ragged(s.event_days, s.event_offsets, rows) for s, rows in zip(segments, kept, strict=True)]
    vocabulary, tokens, token_offsets = _tokens(segments, kept)
    arrays = {
        "ids": picked(lambda s: s.ids),
        "documents": picked(_codes_in(list(documents))),
        "kinds": picked(lambda s: s.kinds),
        "dates": picked(lambda s: s.dates),
        "event_days": np.concatenate([days for days, _ in events]),
        "event_offsets": offsets_of(np.concatenate([counts for _, counts in events])),
        "forms": picked(lambda s: s.forms),
        "vocabulary": vocabulary,
        "tokens": tokens,
        "token_offsets": token_offsets,
        "question_owners": _owners(segments, kept, asked),
    }
    postings = {
        field: merge_postings([s.postings[field] for s in segments], asked if field == "questions" else kept)
        for field in FIELDS
    }
    vectors = {
        "vectors": _vectors([s.vectors for s in segments], kept),
        "questions": _vectors([s.question_vectors for s in segments], asked),
    }
    return save_segment(folder, name, documents, arrays, postings, vectors)


def _codes_in(documents: Sequence[str]) -> Callable[[Segment], Array]:
    """Return what gives each row of a segment its document's place in `documents`; -1 for one that is not there."""
    code = {id_: place for place, id_ in enumerate(documents)}

    def codes(segment: Segment) -> Array:
        return np.array([code.get(id_, -1) for id_ in segment.record.documents], np.int32)[segment.documents]

    return codes


def _tokens(segments: Sequence[Segment], kept: Sequence[Rows]) -> tuple[Array, Array, Array]:
    """Return the tokens that the kept rows hold, each row's tokens as places among them, and where each row begins."""
    held, lengths = [], []
    for segment, rows in zip(segments, kept, strict=True):
        values, counts = ragged(segment.tokens, segment.token_offsets, rows)
        held.append(segment.vocabulary[values])
        lengths.append(counts)
    vocabulary, places = np.unique(np.concatenate(held), return_inverse=True)
    return vocabulary.astype(np.int32), places.astype(np.int32), offsets_of(np.concatenate(lengths))


def _owners(segments: Sequence[Segment], kept: Sequence[Rows], asked: Sequence[Rows]) -> Array:
    owners, start = [np.zeros(0, np.int32)], 0
    for segment, rows, questions in zip(segments, kept, asked, strict=True):
        place = np.full(segment.record.rows, -1, np.int32)
        place[rows] = np.arange(start, start + len(rows), dtype=np.int32)
        owners.append(place[segment.question_owners[questions]])
        start += len(rows)
    return np.concatenate(owners)


def _vectors(indexes: Sequence[VectorIndex], kept: Sequence[Rows]) -> Vectors:
    return np.concatenate([index.vectors(rows) for index, rows in zip(indexes, kept, strict=True)])
