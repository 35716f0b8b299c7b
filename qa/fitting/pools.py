"""The candidates of every fitting question, scored by each leg, with the passage present and with it taken away."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder
from qa.fitting.questions import FittingQuestion
from qa.index.generation import Generation, assemble
from qa.index.manifest import Manifest
from qa.index.segment import Entry, build_segment, open_segment
from qa.prepare import recipe_of
from qa.records import Kind
from qa.retrieval.fusion import LegScores
from qa.retrieval.legs import Legs
from qa.retrieval.query import Query
from qa.retrieval.soft import SoftMatcher
from qa.words import WordCutter


@dataclass(frozen=True, slots=True)
class Pool:
    """One question's candidates; `right` are the places of those among them that answer it, none when it has no answer."""

    legs: LegScores
    latin: bool
    right: NDArray[np.int64]

    def without_right(self) -> Pool:
        """Return the pool as it is when the passages that answer are not in the library."""
        kept = np.setdiff1d(np.arange(len(self.legs.dense)), self.right)
        columns = {field.name: getattr(self.legs, field.name)[kept] for field in fields(self.legs)}
        return Pool(LegScores(**columns), self.latin, np.zeros(0, np.int64))


def pools(
    questions: Sequence[FittingQuestion],
    encoder: Encoder,
    cutter: WordCutter,
    *,
    answered: bool = True,
    others: Sequence[str] = (),
    beside: Sequence[FittingQuestion] = (),
) -> list[Pool]:
    """Score every question's candidates among all the questions' passages and `others`.

    With `answered` false a question's own passage may not be found. `beside` are indexed as the passages' own questions.
    """
    passages = list(dict.fromkeys([*(q.passage for q in questions if q.passage is not None), *others]))
    places = {passage: row for row, passage in enumerate(passages)}
    with tempfile.TemporaryDirectory(prefix="jianghai-qa-") as folder:
        generation = index_of(Path(folder), passages, beside, encoder, cutter)
        scorer, found = Legs(generation, SoftMatcher(generation)), []
        for question in questions:
            row, allowed = places.get(question.passage or "", -1), generation.alive.copy()
            if row >= 0:
                allowed[row] = answered
            query = Query(question.question, encoder, cutter)
            rows, legs = scorer.pool(query, allowed)
            found.append(Pool(legs, query.latin, np.flatnonzero(rows == row).astype(np.int64)))
    return found


def index_of(
    folder: Path, passages: Sequence[str], beside: Sequence[FittingQuestion], encoder: Encoder, cutter: WordCutter
) -> Generation:
    asked: dict[str, tuple[str, ...]] = {}
    for question in beside:
        if question.passage is not None:
            asked[question.passage] = (*asked.get(question.passage, ()), question.question)
    entries = [
        Entry(f"p{i:06d}", "fitting", Kind.PARAGRAPH, text, "", "", "", None, None, asked.get(text, ()))
        for i, text in enumerate(passages)
    ]
    segment = folder / "segments" / "all"
    segment.mkdir(parents=True)
    record = build_segment(segment, "all", {"fitting": 1}, entries, encoder, encoder.encode_passages, cutter)
    manifest = Manifest(1, 1, recipe_of(encoder, cutter), (record,))
    return assemble(manifest, [open_segment(folder, record, encoder.dimensions)])
