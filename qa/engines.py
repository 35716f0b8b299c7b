"""The engine that serves: one generation of the index with its retrievers, and the next one as soon as it is current."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from embeddings.encoder import Encoder
from qa.errors import QAError
from qa.index.generation import Generation, check_recipe, open_generation
from qa.index.locks import being_written
from qa.index.manifest import FILE as MANIFEST
from qa.prepare import recipe_of
from qa.records import Mode
from qa.retrieval.legs import Legs
from qa.retrieval.parameters import FILE as PARAMETERS
from qa.retrieval.parameters import fitted_to
from qa.retrieval.retrievers import Clock, Finder, HybridRetriever, Retriever, retrievers
from qa.retrieval.soft import SoftMatcher
from qa.settings import Settings
from qa.words import WordCutter

log = logging.getLogger(__name__)
# Which manifest and which own parameters: the inode and the time of each, zeros where there is none.
Stamp = tuple[int, int, int, int]
# How long a search waits, in seconds, for the generation that a write which has committed makes current.
_NEXT_GENERATION = 2.0


@dataclass(frozen=True, slots=True)
class Engine:
    """One generation of the index with the retrievers over it; a request uses one from start to end.

    `finder` serves hybrid searches and questions: the hybrid retriever, reranked when a reranker is set.
    """

    generation: Generation
    retrievers: dict[Mode, Retriever]
    hybrid: HybridRetriever
    finder: Finder
    stamp: Stamp

    @property
    def index_version(self) -> int:
        return self.generation.manifest.index_version


class Engines:
    """Keep the engine over the current generation open; threads may share it."""

    def __init__(
        self,
        settings: Settings,
        encoder: Encoder,
        cutter: WordCutter,
        finder_of: Callable[[HybridRetriever], Finder],
        clock: Clock,
    ) -> None:
        """Open the current generation; raise `IndexError_`. `finder_of` says what serves hybrid searches."""
        self._data_dir, self._index_dir = settings.data_path, settings.data_path / "index"
        self._encoder, self._cutter, self._clock = encoder, cutter, clock
        self._use_questions, self._finder_of = settings.index_questions, finder_of
        self._recipe = recipe_of(encoder, cutter)
        self._lock = threading.Lock()
        self._refused: Stamp | None = None
        self._awaited_in_vain: Engine | None = None
        self._engine = self._opened(None)

    def current(self) -> Engine:
        """Return the engine over the current generation; what another process has made current is opened first."""
        if self._stamp() not in (self._engine.stamp, self._refused):
            with self._lock:
                if (stamp := self._stamp()) not in (self._engine.stamp, self._refused):
                    try:
                        self._engine = self._opened(self._engine)
                    except (QAError, OSError) as fault:
                        # Not tried again until there is another: opening reads all of it. Too many open files are a matter
                        # of moments.
                        if not isinstance(fault, OSError) and not isinstance(fault.__cause__, OSError):
                            self._refused = stamp
                        log.warning("the new index cannot be opened, the last good one goes on serving: %s", fault)
        return self._engine

    def after(self, engine: Engine) -> Engine:
        """Wait for the generation after this one as long as somebody writes it; return what is served then."""
        until = time.monotonic() + _NEXT_GENERATION
        while engine is not self._awaited_in_vain and time.monotonic() < until:
            writing = being_written(self._data_dir)
            if (now := self.current()) is not engine or not writing:
                return now
            time.sleep(0.005)
        # A rebuild takes longer than a search may: the searches that come meanwhile do not wait as well.
        self._awaited_in_vain = engine
        return engine

    def _stamp(self) -> Stamp:
        return (*_written(self._index_dir / MANIFEST), *_written(self._data_dir / PARAMETERS))

    def _opened(self, before: Engine | None) -> Engine:
        stamp = self._stamp()
        generation = open_generation(self._index_dir, before.generation if before else None)
        check_recipe(generation.manifest, self._recipe)
        soft = SoftMatcher(generation, before.hybrid.legs.soft if before else None)
        legs = Legs(generation, soft, self._use_questions)
        fitted = fitted_to(self._encoder.fingerprint, self._data_dir)
        hybrid = HybridRetriever(legs, self._encoder, self._cutter, fitted, self._clock)
        found, finder = retrievers(hybrid), self._finder_of(hybrid)
        if finder is not hybrid:
            found[Mode.RERANKED] = finder
        return Engine(generation, found, hybrid, finder, stamp)


def _written(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_ino, found.st_mtime_ns
