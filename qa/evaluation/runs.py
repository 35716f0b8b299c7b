"""Ask a search every test question and judge what comes back."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any, TypeVar, cast

import numpy as np

from qa.engines import Engine
from qa.errors import InvalidRequest
from qa.evaluation.judging import Judge, Judgement, Retrieved
from qa.evaluation.measures import DEPTH, MEASURES, depth_of, is_of_rank, measured
from qa.evaluation.queries import TestQuery
from qa.evaluation.statistics import Array
from qa.records import Citation, CitedHit, Mode, PassageRecord
from qa.retrieval.retrievers import Retriever
from qa.service import Service

Search = Callable[[str], Sequence[Retrieved]]
Report = Callable[[int, int], None]
Using = Callable[[Engine], Retriever]
# How often a server that limits questions is waited for, a minute at most each time.
_PATIENCE = 20
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one question got: its hits, best first, each with its grade (0: not relevant), and every measure's value.

    `rank` is where the question was met, None beyond the hits; `seconds` is how long the search took, None when it was not
    asked here.
    """

    query: TestQuery
    hits: tuple[Retrieved, ...]
    relevance: tuple[int, ...]
    rank: int | None
    values: Mapping[str, float]
    seconds: float | None = None


def in_process(service: Service, mode: Mode, depth: int = DEPTH, using: Using | None = None) -> Search:
    """Return a search over an opened service; hybrid without its reranker, which has a mode of its own.

    `using` takes another retriever from the engine than the one of that mode.
    """
    chosen = using or (lambda engine: engine.retrievers[mode])

    def search(question: str) -> list[Retrieved]:
        return retrieved(service.search(question, top_k=depth, mode=mode, using=chosen).passages)

    return search


def retrieved(passages: Sequence[CitedHit]) -> list[Retrieved]:
    """Return what judging needs of the passages that were found."""
    return [Retrieved(p.id, p.citation.file, p.citation.spans, p.text, p.score, p.highlights) for p in passages]


def retrieved_of(passage: PassageRecord, citation: Citation) -> Retrieved:
    """Return what judging needs of a passage of the library."""
    return Retrieved(passage.id, citation.file, citation.spans, passage.text, 0.0)


def over_http(url: str, mode: Mode, depth: int = DEPTH) -> Search:
    """Return a search through `POST /v1/search` of a running server."""
    address = checked(url) + "/v1/search"

    def search(question: str) -> list[Retrieved]:
        body = {"query": question, "top_k": depth, "mode": mode}
        return fetched(address, "a search", lambda found: [passage_of(p) for p in found["passages"]], body)

    return search


def checked(url: str) -> str:
    """Return a server's address without a slash at its end; raise `InvalidRequest` for what is none."""
    if not url.startswith(("http://", "https://")):
        raise InvalidRequest(f"found the address {url!r}, expected http://… or https://… of a running server")
    return url.rstrip("/")


def fetched(address: str, asked: str, make: Callable[[Any], Made], body: Mapping[str, Any] | None = None) -> Made:
    """Return what `make` makes of a server's JSON; with a body it is a POST. Raises `InvalidRequest` when it gives none."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"})
    try:
        with _opened(request) as response:
            return make(json.load(response))
    except (urllib.error.URLError, ValueError, KeyError, TypeError) as fault:
        raise InvalidRequest(f"{address} did not answer {asked} ({fault}); start it with: jianghai-qa serve") from fault


def _opened(request: urllib.request.Request) -> HTTPResponse:
    """Send a request, again as often as the server says that it takes only so many in a while (429)."""
    for _ in range(_PATIENCE):
        try:
            return cast(HTTPResponse, urllib.request.urlopen(request, timeout=60))
        except urllib.error.HTTPError as fault:
            if fault.code != 429:
                raise
            time.sleep(min(float(fault.headers.get("Retry-After") or 1), 60))
    raise InvalidRequest(
        f"{request.full_url} takes no more questions (429), expected it to; raise JIANGHAI_QA_ASK_LIMIT there"
    )


def passage_of(raw: Mapping[str, Any]) -> Retrieved:
    """Return what judging needs of a passage as the HTTP API gives it."""
    citation = raw["citation"]
    spans = tuple((s, e) for s, e in citation["spans"])
    marked = tuple((s, e) for s, e in raw.get("highlights") or ())
    return Retrieved(raw["id"], citation["file"], spans, raw["text"], raw["score"], marked)


def evaluate(
    queries: Sequence[TestQuery],
    judge: Judge,
    search: Search,
    report: Report | None = None,
    names: Sequence[str] = MEASURES,
) -> list[Outcome]:
    """Ask every answerable question, judge its hits and measure them."""
    answerable = [query for query in queries if query.answerable]
    hits: list[tuple[Retrieved, ...]] = []
    seconds: list[float] = []
    for done, query in enumerate(answerable, start=1):
        started = time.perf_counter()
        hits.append(tuple(search(query.question)))
        seconds.append(time.perf_counter() - started)
        if report is not None:
            report(done, len(answerable))
    return judged(answerable, hits, judge, names, seconds)


def judged(
    queries: Sequence[TestQuery],
    hits: Sequence[Sequence[Retrieved]],
    judge: Judge,
    names: Sequence[str] = MEASURES,
    seconds: Sequence[float] | None = None,
) -> list[Outcome]:
    """Judge and measure what each question got; what lies beyond the deepest measure is left out."""
    depth = depth_of(names)
    kept = [tuple(found[:depth]) for found in hits]
    judgements = [judge(query, found) for query, found in zip(queries, kept, strict=True)]
    values = _values(queries, kept, judgements, names)
    return [
        Outcome(query, found, one.grades, one.rank, values[query.id], None if seconds is None else seconds[at])
        for at, (query, found, one) in enumerate(zip(queries, kept, judgements, strict=True))
    ]


def _values(
    queries: Sequence[TestQuery],
    hits: Sequence[Sequence[Retrieved]],
    judgements: Sequence[Judgement],
    names: Sequence[str],
) -> dict[str, dict[str, float]]:
    rankings = {q.id: list(dict.fromkeys(h.passage_id for h in found)) for q, found in zip(queries, hits, strict=True)}
    met = {q.id: one.met for q, one in zip(queries, judgements, strict=True)}
    gains = {q.id: one.gains for q, one in zip(queries, judgements, strict=True)}
    by_rank = measured(met, rankings, [name for name in names if is_of_rank(name)])
    by_gain = measured(gains, rankings, [name for name in names if not is_of_rank(name)])
    return {q.id: {name: (by_rank if is_of_rank(name) else by_gain)[q.id][name] for name in names} for q in queries}


def table_of(outcomes: Sequence[Outcome]) -> Array:
    """Return the values, (questions, measures), in the measures' order of the outcomes."""
    return np.array([list(o.values.values()) for o in outcomes], np.float64).reshape(len(outcomes), -1)


def means(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Return the mean of every measure over some outcomes; empty when there are none."""
    if not outcomes:
        return {}
    return dict(zip(outcomes[0].values, table_of(outcomes).mean(axis=0).tolist(), strict=True))
