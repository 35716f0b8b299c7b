"""Ask all contenders, many questions in several processes at once, each of which opens the library itself."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cache
from itertools import groupby
from multiprocessing import get_context

from embeddings.opening import EMBEDDED
from qa.errors import InvalidRequest
from qa.evaluation.asking import Asked, Result, ask
from qa.evaluation.comparing import Run
from qa.evaluation.contenders import Contender, Setup
from qa.evaluation.corpora import Corpus, Progress
from qa.evaluation.gathering import Material
from qa.evaluation.library_corpus import LibraryCorpus
from qa.evaluation.queries import TestQuery
from qa.evaluation.runs import Report
from qa.service import Service
from qa.settings import Settings
from qa.threads import one_blas_thread

Opened = Callable[[Setup], AbstractContextManager[Corpus]]
# Questions that a process takes at once.
_AT_ONCE = 20
# With fewer searches than this, starting further processes takes longer than it saves.
WORTH_IT = 300


def ask_all(
    asked: Asked, contenders: Sequence[Contender], opened: Opened, progress: Progress, processes: int, *, report: bool
) -> list[Result]:
    """Ask each contender every answerable question; those that share an index share an opened corpus.

    A retriever that a corpus does not offer is left out, as soft matching is with an encoder without token vectors; raises
    `InvalidRequest` when none is left. `report` gathers what a report needs, which takes some milliseconds a question.
    With more than one process, many questions are asked of a library side by side: times are then of searches beside others.
    """
    found: list[Result] = []
    for _, group in groupby(contenders, key=lambda one: one.setup.index):
        together = list(group)
        with opened(together[0].setup) as corpus:
            offered = [one for one in together if one.mode in corpus.offers()]
            if isinstance(corpus, LibraryCorpus) and _pays(corpus, len(offered) * len(asked.queries), processes):
                found += _side_by_side(asked, offered, corpus, processes, progress, report)
            else:
                found += ask(asked, offered, corpus, progress, report=report)
    if not found:
        names = ", ".join(one.name for one in contenders)
        raise InvalidRequest(f"found {names}, expected a retriever that is offered there")
    return found


def _pays(corpus: LibraryCorpus, searches: int, processes: int) -> bool:
    """Say whether further processes are worth their start; a transformer is not loaded again in each of them."""
    return processes > 1 and searches >= WORTH_IT and corpus.settings.encoder == EMBEDDED


def _side_by_side(
    asked: Asked,
    contenders: Sequence[Contender],
    corpus: LibraryCorpus,
    processes: int,
    progress: Progress,
    report: bool,
) -> list[Result]:
    """Ask in this process and in others."""
    queries = [query for query in asked.queries if query.answerable]
    chunks = [replace(asked, queries=some) for some in _chunked(queries)]
    tell = progress("questions")
    parts: dict[int, list[Result]] = {}
    # Spawned: a fork would take over connections and the locks of threads that it does not have.
    with ProcessPoolExecutor(processes - 1, get_context("spawn"), one_blas_thread) as pool:
        left, waiting = deque(range(len(chunks))), dict[Future[list[Result]], int]()
        while left or waiting:
            # Two for each other process, so that it never waits; this one takes from the end what none has begun.
            while left and len(waiting) < 2 * (processes - 1):
                at = left.popleft()
                waiting[pool.submit(_ask, chunks[at], contenders, corpus.settings, report)] = at
            if left:
                at = left.pop()
                parts[at] = ask(chunks[at], contenders, corpus, _unseen, report=report)
            for one in (
                [one for one in waiting if one.done()] if left else wait(waiting, return_when=FIRST_COMPLETED).done
            ):
                parts[waiting.pop(one)] = one.result()
            tell(sum(len(chunks[at].queries) for at in parts), len(queries))
    return [_joined(of_contender) for of_contender in zip(*(parts[at] for at in range(len(chunks))), strict=True)]


def _chunked(queries: Sequence[TestQuery]) -> Iterator[Sequence[TestQuery]]:
    for start in range(0, len(queries), _AT_ONCE):
        yield queries[start : start + _AT_ONCE]


def _ask(asked: Asked, contenders: Sequence[Contender], settings: Settings, report: bool) -> list[Result]:
    return ask(asked, contenders, _opened(settings), _unseen, report=report)


def _unseen(label: str) -> Report:
    return lambda done, total: None


@cache
def _opened(settings: Settings) -> LibraryCorpus:
    """Open the library once a process; it is closed with the process."""
    return LibraryCorpus(Service.open(settings), settings)


def _joined(parts: Sequence[Result]) -> Result:
    first = parts[0]
    outcomes = [outcome for part in parts for outcome in part.run.outcomes]
    material = Material(
        {id_: one for part in parts for id_, one in part.material.shown.items()},
        {id_: one for part in parts for id_, one in part.material.told.items()},
        {id_: one for part in parts for id_, one in part.material.missed.items()},
        {id_: one for part in parts for id_, one in part.material.relevant.items()},
    )
    return Result(first.contender, Run(first.run.name, outcomes), first.facts, material)
