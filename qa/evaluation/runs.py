"""Ask a search every test question and judge what comes back."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from qa.errors import InvalidRequest
from qa.evaluation.judging import Need, Retrieved
from qa.evaluation.measures import met_at, ndcg, reciprocal_rank, success
from qa.evaluation.queries import TestQuery
from qa.records import CitedHit, Mode
from qa.service import Service

DEPTH = 10
Search = Callable[[str], list[Retrieved]]
Report = Callable[[int, int], None]
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one question got: the rank at which it was met (None: not within the depth) and its nDCG@10."""

    query: TestQuery
    rank: int | None
    ndcg: float
    hits: tuple[Retrieved, ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over the answerable questions of one group."""

    n: int
    success_1: float
    success_5: float
    success_10: float
    rr_10: float
    ndcg_10: float


def in_process(service: Service, mode: Mode) -> Search:
    """Return a search over an opened service; hybrid without its reranker, which has a mode of its own."""

    def search(question: str) -> list[Retrieved]:
        return retrieved(service.search(question, top_k=DEPTH, mode=mode, bare=True).passages)

    return search


def retrieved(passages: Sequence[CitedHit]) -> list[Retrieved]:
    """Return what judging needs of the passages that were found."""
    return [Retrieved(p.id, p.citation.file, p.citation.spans, p.text, p.score) for p in passages]


def over_http(url: str, mode: Mode) -> Search:
    """Return a search through `POST /v1/search` of a running server."""
    address = checked(url) + "/v1/search"

    def search(question: str) -> list[Retrieved]:
        body = {"query": question, "top_k": DEPTH, "mode": mode}
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
        with urllib.request.urlopen(request, timeout=60) as response:
            return make(json.load(response))
    except (urllib.error.URLError, ValueError, KeyError, TypeError) as fault:
        raise InvalidRequest(f"{address} did not answer {asked} ({fault}); start it with: jianghai-qa serve") from fault


def passage_of(raw: Mapping[str, Any]) -> Retrieved:
    """Return what judging needs of a passage as the HTTP API gives it."""
    citation = raw["citation"]
    spans = tuple((s, e) for s, e in citation["spans"])
    return Retrieved(raw["id"], citation["file"], spans, raw["text"], raw["score"])


def evaluate(
    queries: Sequence[TestQuery],
    needs: dict[str, tuple[Need, ...]],
    search: Search,
    report: Report | None = None,
) -> list[Outcome]:
    """Ask every answerable question and judge its hits."""
    answerable = [query for query in queries if query.answerable]
    outcomes = []
    for done, query in enumerate(answerable, start=1):
        hits = search(query.question)
        wanted = needs[query.id]
        ranking = [{i for i, need in enumerate(wanted) if need.met_by(hit)} for hit in hits]
        rank = met_at(ranking, len(wanted), query.needs_all)
        outcomes.append(Outcome(query, rank, ndcg(ranking, len(wanted)), tuple(hits)))
        if report is not None:
            report(done, len(answerable))
    return outcomes


def scores(outcomes: Sequence[Outcome]) -> Scores:
    """Return the means over some outcomes; all 0 when there are none."""
    n = max(1, len(outcomes))
    ranks = [o.rank for o in outcomes]
    return Scores(
        len(outcomes),
        sum(success(r, 1) for r in ranks) / n,
        sum(success(r, 5) for r in ranks) / n,
        sum(success(r, 10) for r in ranks) / n,
        sum(reciprocal_rank(r) for r in ranks) / n,
        sum(o.ndcg for o in outcomes) / n,
    )
