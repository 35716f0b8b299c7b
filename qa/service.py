"""The straight line from a question to a cited answer, readable in one place.

question -> Retriever.search -> [Hit] -> Library.cite -> [CitedHit] -> Answerer.answer -> Answer
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from embeddings.encoder import Encoder
from embeddings.reranker import Reranker
from qa.answering.answerer import Answerer
from qa.answering.extractive import ExtractiveAnswerer
from qa.checks import checked, checked_filters, checked_mode, wide
from qa.errors import QAError
from qa.highlights import highlights
from qa.index.generation import Generation, check_current, check_recipe, open_generation
from qa.index.manifest import FILE as MANIFEST
from qa.library import Library
from qa.phrases import no_answer
from qa.prepare import bring_index_up, cutter_of, encoder_of, recipe_of, reranker_of
from qa.records import Answer, CitedHit, Filters, Hit, Mode, SearchResult
from qa.retrieval.collapse import Group, collapse
from qa.retrieval.fusion import Fitted, Origin
from qa.retrieval.legs import Legs
from qa.retrieval.parameters import FILE as PARAMETERS
from qa.retrieval.parameters import fitted_to
from qa.retrieval.query import Query
from qa.retrieval.reranked import Candidate, RerankedRetriever
from qa.retrieval.retrievers import Clock, Finder, Found, HybridRetriever, Retriever, retrievers
from qa.retrieval.soft import SoftMatcher
from qa.settings import Settings
from qa.words import WordCutter

log = logging.getLogger(__name__)
# Which manifest and which own parameters: the inode and the time of each, zeros where there is none.
Stamp = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Status:
    """What is served: counts, versions, the encoder and the reranker (None: none)."""

    index_version: int
    library_revision: int
    documents: int
    articles: int
    passages: int
    encoder: str
    encoder_fingerprint: str
    dimensions: int
    reranker: str | None
    calibrated: bool
    fitted: Origin | None
    read_only: bool


@dataclass(frozen=True, slots=True)
class Engine:
    """One generation of the index with the retrievers and the answerer over it; a request uses one from start to end.

    `finder` serves hybrid searches and questions: the hybrid retriever, reranked when a reranker is set.
    """

    generation: Generation
    retrievers: dict[Mode, Retriever]
    hybrid: HybridRetriever
    finder: Finder
    answerer: Answerer
    stamp: Stamp


class Service:
    """Answer questions from one library; safe to use from several threads."""

    def __init__(
        self,
        settings: Settings,
        library: Library,
        encoder: Encoder,
        cutter: WordCutter,
        reranker: Reranker | None = None,
        clock: Clock = date.today,
    ) -> None:
        self.library = library
        self._settings = settings
        self._data_dir, self._index_dir = settings.data_path, settings.data_path / "index"
        self._encoder, self._cutter, self._reranker = encoder, cutter, reranker
        self._clock = clock
        self._reranker_depth = settings.reranker_depth
        self._use_questions = settings.index_questions
        self._recipe = recipe_of(encoder, cutter)
        self._lock = threading.Lock()
        self._refused: Stamp | None = None
        self._engine = self._open_engine()
        # Highlights need the dictionary: built now, it does not make the first request wait.
        cutter.words("")

    @classmethod
    def open(cls, settings: Settings, clock: Clock = date.today) -> Service:
        """Open library and index as they are; raise `LibraryError`, `IndexError_` or an encoder's error.

        `clock` gives the day of asking, from which a question's 去年 counts.
        """
        library = Library.open(settings.data_path)
        try:
            encoder, cutter = encoder_of(settings), cutter_of(settings)
            service = cls(settings, library, encoder, cutter, reranker_of(settings), clock)
            check_current(service._engine.generation.manifest, service._recipe, library.revision)
        except BaseException:
            library.close()
            raise
        return service

    def search(
        self,
        query: str,
        *,
        top_k: int = 5,
        mode: Mode = Mode.HYBRID,
        filters: Filters | None = None,
        bare: bool = False,
    ) -> SearchResult:
        """Return the best passages for a query, with citations; raise `InvalidRequest`.

        `bare` leaves hybrid without the reranker, so that an evaluation can compare the two.
        """
        started = time.perf_counter()
        query, engine = checked(query, top_k), self.engine()
        checked_mode(mode, engine.retrievers)
        retriever = engine.finder if mode is Mode.HYBRID and not bare else engine.retrievers[mode]
        allowed = engine.generation.allowed(checked_filters(filters))
        hits = retriever.search(query, wide(top_k), allowed)
        passages = self._cite(query, hits, top_k)
        return SearchResult(query, mode, engine.generation.manifest.index_version, _since(started), passages)

    def ask(self, question: str, *, top_k: int = 5, filters: Filters | None = None) -> Answer:
        """Answer a question from the best passages, or say that they hold no answer; raise `InvalidRequest`."""
        started = time.perf_counter()
        question, engine = checked(question, top_k), self.engine()
        found = engine.finder.find(question, wide(top_k), engine.generation.allowed(checked_filters(filters)))
        passages = self._cite(question, found.hits, top_k)
        answerable, sure = _judge(found, passages, engine.hybrid.fitted)
        draft = (
            engine.answerer.answer(question, passages) if answerable else no_answer(question, nearest=bool(passages))
        )
        return Answer(
            question=question,
            text=draft.text,
            answerable=answerable,
            confidence=sure,
            calibrated=found.confidence is not None,
            citations=draft.citations,
            passages=passages,
            answerer=engine.answerer.name,
            index_version=engine.generation.manifest.index_version,
            took_ms=_since(started),
        )

    def _cite(self, question: str, hits: Sequence[Hit], k: int) -> tuple[CitedHit, ...]:
        cited = {
            passage.id: (passage, citation) for passage, citation in self.library.cite([h.passage_id for h in hits])
        }
        there = [hit for hit in hits if hit.passage_id in cited]
        groups = collapse(there, [cited[hit.passage_id][0] for hit in there], k)
        query = Query(question, self._encoder, self._cutter)

        def shown(rank: int, group: Group) -> CitedHit:
            also = tuple(cited[passage.id][1] for passage in group.also)
            citation = replace(cited[group.passage.id][1], also_in=also)
            text = group.passage.text
            return CitedHit(
                group.passage.id,
                rank,
                group.hit.score,
                group.passage.kind,
                text,
                highlights(query, text),
                citation,
            )

        return tuple(shown(rank, group) for rank, group in enumerate(groups, start=1))

    def status(self) -> Status:
        """Return what is served now."""
        engine = self.engine()
        manifest, fitted = engine.generation.manifest, engine.hybrid.fitted
        documents, articles, passages = self.library.counts()
        return Status(
            index_version=manifest.index_version,
            library_revision=self.library.revision,
            documents=documents,
            articles=articles,
            passages=passages,
            encoder=self._encoder.name,
            encoder_fingerprint=self._encoder.fingerprint,
            dimensions=self._encoder.dimensions,
            reranker=None if self._reranker is None else self._reranker.name,
            calibrated=fitted is not None,
            fitted=None if fitted is None else fitted.origin,
            read_only=self.library.read_only,
        )

    def engine(self) -> Engine:
        """Return the engine over the current generation; what another process has made current is opened first."""
        if self._stamp() not in (self._engine.stamp, self._refused):
            with self._lock:
                if (stamp := self._stamp()) not in (self._engine.stamp, self._refused):
                    try:
                        self._engine = self._open_engine()
                    except (QAError, OSError):
                        # Not tried again until there is another: opening reads all of it.
                        self._refused = stamp
                        log.exception("the new index cannot be opened; the last good one goes on serving")
        return self._engine

    @property
    def index_version(self) -> int:
        """Which version of the index is served now."""
        return self.engine().generation.manifest.index_version

    def bring_index_up(self, library: Library) -> None:
        """Index what the library holds now, with the encoder that is open here; raise `LibraryBusy`.

        The next request is answered from it. `library` may be another connection to the one that is served.
        """
        bring_index_up(self._settings, library, self._encoder, self._cutter)

    def _stamp(self) -> Stamp:
        return (*_written(self._index_dir / MANIFEST), *_written(self._data_dir / PARAMETERS))

    def _open_engine(self) -> Engine:
        stamp = self._stamp()
        generation = open_generation(self._index_dir)
        check_recipe(generation.manifest, self._recipe)
        legs = Legs(generation, SoftMatcher(generation), self._use_questions)
        fitted = fitted_to(self._encoder.fingerprint, self._data_dir)
        hybrid = HybridRetriever(legs, self._encoder, self._cutter, fitted, self._clock)
        found, finder = retrievers(hybrid), self._finder(hybrid)
        if finder is not hybrid:
            found[Mode.RERANKED] = finder
        answerer = ExtractiveAnswerer(generation, self._encoder, self._cutter)
        return Engine(generation, found, hybrid, finder, answerer, stamp)

    def _finder(self, hybrid: HybridRetriever) -> Finder:
        if self._reranker is None:
            return hybrid
        return RerankedRetriever(hybrid, self._reranker, self._candidates, self._reranker_depth)

    def _candidates(self, passage_ids: Sequence[str]) -> dict[str, Candidate]:
        return {p.id: Candidate.of(p.kind, p.text, c.title) for p, c in self.library.cite(passage_ids)}

    def close(self) -> None:
        """Close the library's connections."""
        self.library.close()


def _judge(found: Found, passages: Sequence[CitedHit], fitted: Fitted | None) -> tuple[bool, float]:
    """Return whether to answer, and how sure that is. Without fitted parameters any passage is answered from."""
    if not passages:
        return False, 0.0
    if fitted is None or found.confidence is None:
        return True, found.strength
    return found.confidence >= fitted.threshold, found.confidence


def _written(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_ino, found.st_mtime_ns


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
