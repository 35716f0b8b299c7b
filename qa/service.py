"""The straight line from a question to a cited answer, readable in one place.

question -> Retriever.search -> [Hit] -> Library.cite -> [CitedHit] -> Reader.read -> Reading -> Answerer.answer -> Answer

A question typed in pinyin is made Chinese, and a follow-up question whole, before it is searched for.
With a language model its checked sentences come one by one (`asking`), and the quoted answer stands behind it.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import numpy as np

from embeddings.encoder import Encoder, Vectors
from embeddings.opening import token_vectors
from embeddings.reranker import Reranker
from qa.answering.answerer import Answerer, Draft
from qa.answering.extractive import ExtractiveAnswerer
from qa.answering.generated import MOST_AT_ONCE, GeneratedAnswerer
from qa.asking import Asking
from qa.changes import Changes
from qa.checks import checked, checked_filters, checked_mode
from qa.conversation import Role, Rules, Turn, recent, rewriter_of, standalone
from qa.engines import Engine, Engines
from qa.errors import IndexStale
from qa.highlights import highlights
from qa.index.generation import Mask, check_current
from qa.index.locks import BUSY_SECONDS, being_written
from qa.judging.reading import Reader, Reading, Search
from qa.language_model import LanguageModel, language_model_of
from qa.library import Library
from qa.phrases import no_answer
from qa.pinyin import Converter, is_pinyin
from qa.prepare import bring_index_up, cutter_of, encoder_of, index_writer, recipe_of, reranker_of
from qa.records import Answer, CitedHit, Filters, Mode, SearchResult
from qa.retrieval.fusion import Origin
from qa.retrieval.query import Query
from qa.retrieval.reprints import CitedGroup, gather
from qa.retrieval.reranked import Candidate, RerankedRetriever
from qa.retrieval.retrievers import Clock, Finder, Found, HybridRetriever, Retriever
from qa.settings import Settings
from qa.words import WordCutter

log = logging.getLogger(__name__)
# How many generations a search tries when each has been overtaken before it was done.
_GENERATIONS = 10
# How long a change waits for another one: a large document takes a while to index.
_WRITE_SECONDS = 30.0
_EMBEDDED_AT_ONCE = 32
# Passages in which a short question and what was spoken of before must meet.
_LOOKED_AT = 5


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


Find = Callable[[Engine, int, Mask], Found]


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
        model: LanguageModel | None = None,
    ) -> None:
        self.library = library
        self._settings = settings
        self._data_dir, self._index_dir = settings.data_path, settings.data_path / "index"
        self._encoder, self._cutter, self._reranker = encoder, cutter, reranker
        self._generated = model and GeneratedAnswerer(
            model, settings.llm_answer_timeout, encoder, cutter, threading.Semaphore(MOST_AT_ONCE)
        )
        self._rewriter = rewriter_of(settings) if settings.llm_answers else None
        self._converter = Converter(cutter)
        self._reader = Reader(encoder, cutter)
        self._answerer: Answerer = ExtractiveAnswerer()
        self._recipe = recipe_of(encoder, cutter)
        # Searching is mostly Python, of which one thread runs at a time: sixteen at once take twice as long together as one
        # after the other. A transformer computes outside of Python.
        self._turn = threading.Semaphore(1 if token_vectors(encoder) is not None else os.cpu_count() or 2)
        self.index = index_writer(self._data_dir, encoder, cutter)
        self.changes = self.changes_of(library)
        self._engines = Engines(settings, encoder, cutter, self._finder, clock)
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
            model = language_model_of(settings) if settings.llm_answers else None
            service = cls(settings, library, encoder, cutter, reranker_of(settings), clock, model)
            service._check_current()
        except BaseException:
            library.close()
            raise
        return service

    def _check_current(self) -> None:
        """Raise `IndexStale` unless the index was made from the library as it is, or a writer is about to make it so."""
        until = time.monotonic() + BUSY_SECONDS
        while True:
            writing = being_written(self._data_dir) and time.monotonic() < until
            try:
                return check_current(self.engine().generation.manifest, self._recipe, self.library.revision)
            except IndexStale:
                if not writing:
                    raise
            time.sleep(0.02)

    def search(
        self,
        query: str,
        *,
        top_k: int = 5,
        mode: Mode = Mode.HYBRID,
        filters: Filters | None = None,
        using: Callable[[Engine], Retriever] | None = None,
    ) -> SearchResult:
        """Return the best passages for a query, with citations; raise `InvalidRequest`. Pinyin is read as Chinese.

        `using` takes another retriever from the engine than the one that serves the mode, so that an evaluation can compare.
        """
        started = time.perf_counter()
        query, filters = checked(query, top_k), checked_filters(filters)
        asked = self.in_characters(query)

        def find(engine: Engine, k: int, allowed: Mask) -> Found:
            checked_mode(mode, engine.retrievers)
            if mode is Mode.HYBRID and using is None:
                return engine.finder.find(asked, k, allowed)
            retriever = engine.retrievers[mode] if using is None else using(engine)
            return Found(retriever.search(asked, k, allowed), None, 0.0)

        engine, _, passages = self._find(asked, top_k, filters, find)
        return SearchResult(query, asked, mode, engine.index_version, _since(started), passages)

    def ask(
        self, question: str, *, top_k: int = 5, filters: Filters | None = None, history: Sequence[Turn] = ()
    ) -> Answer:
        """Answer a question from the best passages, or say that they hold no answer; raise `InvalidRequest`.

        `history` holds the turns before it, oldest first: a follow-up question is made whole from them. A question in pinyin
        is read as Chinese.
        """
        return self.asking(question, top_k=top_k, filters=filters, history=history).whole()

    def asking(
        self, question: str, *, top_k: int = 5, filters: Filters | None = None, history: Sequence[Turn] = ()
    ) -> Asking:
        """Begin to answer as `ask` does; what can fail for a reason of the question or the library's has failed by then.

        A language model is asked outside of the turns: while it writes, others search.
        """
        started = time.perf_counter()
        question, filters = checked(question, top_k), checked_filters(filters)
        turns = recent(history)
        typed = any(turn.role is Role.USER and is_pinyin(turn.content) for turn in turns)
        turns = [replace(turn, content=self.in_characters(turn.content, typed_before=typed)) for turn in turns]
        rules = Rules(self._cutter, self._look, self._sure)
        asked = standalone(self.in_characters(question, typed_before=typed), turns, rules, self._rewriter)

        def find(engine: Engine, k: int, allowed: Mask) -> Found:
            return engine.finder.find(asked, k, allowed)

        engine, found, passages = self._find(asked, top_k, filters, find)
        reading = self._read(asked, engine, found, passages)
        answerable = reading.chance >= self._reader.threshold
        model = self._generated if answerable else None

        def quote() -> Draft:
            if not answerable:
                return no_answer(question, nearest=bool(passages), sought=reading.sought)
            return self._answerer.answer(question, reading)

        unsaid = Answer(
            question=question,
            asked=asked,
            text="",
            answerable=answerable,
            confidence=reading.chance,
            calibrated=found.confidence is not None,
            citations=(),
            passages=passages,
            answerer=self._answerer.name,
            index_version=engine.index_version,
        )
        return Asking(unsaid, quote, model.begin(asked, passages) if model else None, started)

    def _read(self, question: str, engine: Engine, found: Found, passages: Sequence[CitedHit]) -> Reading:
        fitted = engine.hybrid.fitted
        shipped = fitted is not None and fitted.origin is Origin.SHIPPED
        search = Search(
            found.confidence,
            None if fitted is None else fitted.threshold,
            found.other_time,
            found.likeness if shipped else None,
        )
        with self._turn:
            return self._reader.read(question, engine.generation, passages, search)

    def _sure(self, question: str) -> float:
        """Return the chance that the passages found for a question answer it."""

        def find(engine: Engine, k: int, allowed: Mask) -> Found:
            return engine.hybrid.find(question, k, allowed)

        engine, found, passages = self._find(question, _LOOKED_AT, None, find)
        return self._read(question, engine, found, passages).chance

    def _look(self, query: str) -> list[str]:
        """Return the texts, headline first, of the best passages for a query."""
        with self._turn:
            found = self.library.cite([hit.passage_id for hit in self.engine().hybrid.search(query, _LOOKED_AT)])
        return [f"{citation.title or ''}\n{passage.text}" for passage, citation in found]

    def in_characters(self, question: str, *, typed_before: bool = False) -> str:
        """Return a question that is typed in pinyin in Chinese characters, another as it is.

        `typed_before` says that whoever asks has typed pinyin before.
        """
        if not is_pinyin(question, typed_before=typed_before):
            return question
        generation = self.engine().generation
        with self._turn:
            return self._converter.chinese(question, generation)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return (n, dimensions) float32 unit rows for texts that are to be found, from the encoder of the index.

        Other requests have their turn between a few texts and the next.
        """
        parts = [np.zeros((0, self._encoder.dimensions), np.float32)]
        for start in range(0, len(texts), _EMBEDDED_AT_ONCE):
            with self._turn:
                parts.append(self._encoder.encode_passages(texts[start : start + _EMBEDDED_AT_ONCE]))
        return np.concatenate(parts)

    def _find(
        self, question: str, top_k: int, filters: Filters | None, find: Find
    ) -> tuple[Engine, Found, tuple[CitedHit, ...]]:
        """Search one generation and cite what it finds.

        When the library has lost a passage that was found, a write has just committed: the generation that holds it becomes
        current within moments, and the search is made again there, so that no answer is made of half a state.
        """
        for _ in range(_GENERATIONS):
            engine = self.engine()
            allowed = engine.generation.allowed(filters)
            with self._turn:
                gathered = gather(engine.generation, self.library, partial(find, engine), top_k, allowed)
            if not gathered.lost or self._engines.after(engine) is engine:
                break
        query = Query(question, self._encoder, self._cutter)
        with self._turn:
            passages = tuple(_shown(query, rank, one) for rank, one in enumerate(gathered.groups, start=1))
        return engine, gathered.found, passages

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
        """Return the engine over the current generation."""
        return self._engines.current()

    def _finder(self, hybrid: HybridRetriever) -> Finder:
        """Return what serves hybrid searches: the hybrid retriever, reranked when a reranker is set."""
        if self._reranker is None:
            return hybrid
        return RerankedRetriever(hybrid, self._reranker, self._candidates, self._settings.reranker_depth)

    def _candidates(self, passage_ids: Sequence[str]) -> dict[str, Candidate]:
        return {p.id: Candidate.of(p.kind, p.text, c.title) for p, c in self.library.cite(passage_ids)}

    @property
    def index_version(self) -> int:
        """Which version of the index is served now."""
        return self.engine().index_version

    def changes_of(self, library: Library) -> Changes:
        """Return what changes documents through `library`, which may be another connection to the one that is served."""
        return Changes(library, self.index, self._settings.max_document_bytes, _WRITE_SECONDS)

    def bring_index_up(self, library: Library) -> None:
        """Index what the library holds now, with the encoder that is open here; raise `LibraryBusy`.

        The next request is answered from it. `library` may be another connection to the one that is served.
        """
        bring_index_up(self._settings, library, self._encoder, self._cutter)

    def get_ready(self) -> None:
        """Load now what the first answer of a language model would wait for."""
        if self._generated is not None:
            self._generated.get_ready()

    def close(self) -> None:
        """Close the library's connections."""
        self.library.close()


def _shown(query: Query, rank: int, group: CitedGroup) -> CitedHit:
    text, hit = group.passage.text, group.hit
    return CitedHit(hit.passage_id, rank, hit.score, group.passage.kind, text, highlights(query, text), group.citation)


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
