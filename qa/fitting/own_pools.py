"""The candidates of a user's own questions over their own library, each judged by the evidence that the questions name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from qa.asked_time import asked_time
from qa.engines import Engine
from qa.evaluation.judging import Need, Retrieved
from qa.evaluation.measures import DEPTH
from qa.evaluation.queries import TestQuery
from qa.evaluation.ranks import met_at
from qa.fitting.pools import Pool
from qa.records import Citation, PassageRecord
from qa.retrieval.collapse import collapse, wide
from qa.retrieval.fusion import Fitted
from qa.retrieval.query import Query
from qa.retrieval.retrievers import Found, weighed
from qa.service import Service

Rows = NDArray[np.int64]
Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question with its candidates: `rows` in the index, and for each the numbers of the needs that it meets."""

    query: TestQuery
    pool: Pool
    rows: Rows
    met: tuple[frozenset[int], ...]

    def without_right(self) -> AskedQuestion:
        """Return the question as it is when the passages that answer it are not in the library."""
        kept = [i for i, met in enumerate(self.met) if not met]
        return AskedQuestion(self.query, self.pool.without_right(), self.rows[kept], (frozenset(),) * len(kept))


@dataclass(frozen=True, slots=True)
class Bench:
    """One generation of a service's index, to score questions in as the service does, and to rank them again at will."""

    service: Service
    engine: Engine
    _cited: dict[int, tuple[PassageRecord, Citation] | None] = field(default_factory=dict)

    @classmethod
    def of(cls, service: Service) -> Bench:
        return cls(service, service.engine())

    def ask(self, query: TestQuery, needs: Sequence[Need]) -> AskedQuestion:
        """Gather the candidates of a question and judge each of them."""
        hybrid = self.engine.hybrid
        asked = Query(query.question, hybrid.encoder, hybrid.cutter)
        rows, legs = hybrid.legs.pool(asked, self.engine.generation.alive)
        met = tuple(self._needs_met(row, needs) for row in self._cite(rows))
        right = np.flatnonzero([bool(numbers) for numbers in met]).astype(np.int64)
        return AskedQuestion(query, Pool(legs, asked.latin, right), rows, met)

    def ask_all(
        self, queries: Sequence[TestQuery], needs: Mapping[str, Sequence[Need]], report: Report
    ) -> list[AskedQuestion]:
        """Gather the candidates of every question; a question without needs has no right candidate."""
        found = []
        for done, query in enumerate(queries, start=1):
            found.append(self.ask(query, needs.get(query.id, ())))
            report(done, len(queries))
        return found

    def rank(self, asked: AskedQuestion, fitted: Fitted | None) -> int | None:
        """Return the rank at which the question is met, None when it is not within the depth."""
        ids = map(self.engine.generation.passage_id, asked.rows.tolist())
        met = dict(zip(ids, asked.met, strict=True))
        shown = [met[id_] for id_ in self._shown(self._weighed(asked, fitted, wide(DEPTH)), asked.rows)]
        return met_at(shown, len(asked.query.evidence), asked.query.needs_all)

    def answered(self, asked: AskedQuestion, fitted: Fitted | None) -> bool:
        """Say whether the search is sure enough for its passages to be read. Without parameters any are."""
        found = self._weighed(asked, fitted, 1)
        if fitted is None or found.confidence is None:
            return bool(found.hits)
        return found.confidence >= fitted.threshold

    def _weighed(self, asked: AskedQuestion, fitted: Fitted | None, k: int) -> Found:
        pool, time = asked.pool, asked_time(asked.query.question, self.engine.hybrid.clock())
        return weighed(self.engine.generation, asked.rows, pool.legs, pool.latin, fitted, k, time)

    def _shown(self, found: Found, rows: Rows) -> list[str]:
        """Return the ids of the passages that are shown: reprints are one."""
        cited = {c[0].id: c[0] for c in self._cite(rows) if c is not None}
        hits = [hit for hit in found.hits if hit.passage_id in cited]
        return [group.passage.id for group in collapse(hits, [cited[hit.passage_id] for hit in hits], DEPTH)]

    def _cite(self, rows: Iterable[int]) -> list[tuple[PassageRecord, Citation] | None]:
        """Return the passages with where they stand, each read from the library once; None for one that is gone."""
        wanted = [int(row) for row in rows]
        new = {row: self.engine.generation.passage_id(row) for row in wanted if row not in self._cited}
        read = {passage.id: (passage, citation) for passage, citation in self.service.library.cite([*new.values()])}
        self._cited.update({row: read.get(id_) for row, id_ in new.items()})
        return [self._cited[row] for row in wanted]

    @staticmethod
    def _needs_met(cited: tuple[PassageRecord, Citation] | None, needs: Sequence[Need]) -> frozenset[int]:
        if cited is None:
            return frozenset()
        passage, citation = cited
        retrieved = Retrieved(passage.id, citation.file, citation.spans, passage.text, 0.0)
        return frozenset(i for i, need in enumerate(needs) if need.met_by(retrieved))
