"""Readers while documents change: sixteen ask a server without pause, and every answer must be of one generation.

Each document that changes says its version in every paragraph. What a search over one document finds must be of one version,
none that was acknowledged as gone before the search began, none that was not yet sent when it ended.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from benchmarks.stress_kills import SUBJECTS, text_of

READERS = 16


@dataclass(slots=True)
class Load:
    """Seconds that reads took without and with writes, seconds that writes took, and what went wrong."""

    quiet: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Return the 95th percentile with writes over that without."""
        return _high(self.busy) / _high(self.quiet)

    def table(self) -> str:
        """Return the figures as lines."""
        rows = (("reads without writes", self.quiet), ("reads with writes", self.busy), ("writes", self.writes))
        lines = ["| | n | a second | p50 ms | p95 ms |", "|---|---:|---:|---:|---:|"]
        for what, taken in rows:
            rate = len(taken) * (READERS if what != "writes" else 1) / max(sum(taken), 1e-9)
            lines.append(f"| {what} | {len(taken)} | {rate:.1f} | {_middle(taken):.1f} | {_high(taken) * 1000:.1f} |")
        return "\n".join(
            [*lines, f"\np95 with writes is {self.ratio:.2f} times that without; {len(self.faults)} errors"]
        )


def _middle(taken: Sequence[float]) -> float:
    return statistics.median(taken) * 1000


def _high(taken: Sequence[float]) -> float:
    return statistics.quantiles(taken, n=20)[-1]


class _State:
    """Which versions of each document an answer may show: sent and not known to be replaced. 0 stands for none."""

    def __init__(self) -> None:
        self.ids: dict[int, str] = {}
        self.may: dict[int, set[int]] = {}
        self.version = 0

    def begin(self, number: int, version: int) -> None:
        self.may.setdefault(number, {0}).add(version)

    def done(self, number: int, version: int, index_version: int) -> None:
        self.may[number] = {version}
        self.version = max(self.version, index_version)


async def _write(client: httpx.AsyncClient, state: _State, load: Load, count: int, seconds: float, seed: int) -> None:
    """Add, replace and remove documents, `count` changes spread over `seconds`."""
    dice, began = random.Random(seed), time.perf_counter()
    for change in range(count):
        await asyncio.sleep(max(0.0, began + change * seconds / count - time.perf_counter()))
        number, version = dice.randrange(40), 1 + change
        started = time.perf_counter()
        body = {"name": f"{number}.txt", "text": text_of(number, version)}
        if number not in state.ids:
            state.begin(number, version)
            response = await client.post("/v1/documents", json=body)
            if response.status_code == 201:
                state.ids[number] = response.json()["id"]
        elif dice.random() < 0.6:
            state.begin(number, version)
            response = await client.put(f"/v1/documents/{state.ids[number]}", json=body)
        else:
            version = 0
            state.begin(number, version)
            response = await client.delete(f"/v1/documents/{state.ids.pop(number)}")
        load.writes.append(time.perf_counter() - started)
        if response.is_error:
            load.faults.append(f"a write was answered {response.status_code}: {response.text[:200]}")
        else:
            state.done(number, version, response.json()["index_version"])


async def _read(
    client: httpx.AsyncClient,
    state: _State,
    load: Load,
    questions: Sequence[str],
    taken: list[float],
    until: float,
    seed: int,
) -> None:
    dice, last = random.Random(seed), 0
    while time.perf_counter() < until:
        number = dice.randrange(40)
        id_ = state.ids.get(number) if dice.random() < 0.5 else None
        query: dict[str, Any] = {"query": dice.choice(questions)}
        if id_ is not None:
            query = {"query": f"{SUBJECTS[number % 10]}工程投资", "top_k": 10, "filters": {"document_ids": [id_]}}
        before, least = set(state.may.get(number, ())), state.version
        started = time.perf_counter()
        response = await client.post("/v1/search", json=query)
        taken.append(time.perf_counter() - started)
        if response.status_code != 200:
            load.faults.append(f"a read was answered {response.status_code}: {response.text[:200]}")
            continue
        body = response.json()
        if not max(least, last) <= body["index_version"]:
            load.faults.append(f"index version {body['index_version']} after {max(least, last)}")
        last = body["index_version"]
        if id_ is not None:
            _check(body["passages"], number, before | state.may[number], load)
        elif not body["passages"]:
            load.faults.append("a question found nothing")


def _check(passages: Sequence[dict[str, Any]], number: int, allowed: set[int], load: Load) -> None:
    texts = [p["text"] for p in passages if p["kind"] == "paragraph"]
    found = {
        int(text.split("第")[-1].split("版")[0]) if "本月" in text else int(text.split("按第")[1].split("版")[0])
        for text in texts
    }
    if len(found) > 1 or not (found or {0}) <= allowed or (found and len(texts) != 4):
        load.faults.append(f"document {number}: found versions {found} in {len(texts)} paragraphs, allowed {allowed}")


async def _run(url: str, questions: Sequence[str], seconds: float, changes: int, seed: int) -> Load:
    load, state = Load(), _State()
    limits = httpx.Limits(max_connections=READERS + 2)
    async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False, limits=limits) as client:

        async def readers(taken: list[float], until: float) -> None:
            await asyncio.gather(
                *(_read(client, state, load, questions, taken, until, seed + n) for n in range(READERS))
            )

        await readers([], time.perf_counter() + min(5.0, seconds / 4))  # not counted: caches fill
        for number in range(20):  # so that reads without writes ask the same
            body = {"name": f"{number}.txt", "text": text_of(number, 1)}
            state.begin(number, 1)
            answer = (await client.post("/v1/documents", json=body)).raise_for_status().json()
            state.ids[number] = answer["id"]
            state.done(number, 1, answer["index_version"])
        await readers(load.quiet, time.perf_counter() + seconds)
        busy = asyncio.create_task(readers(load.busy, time.perf_counter() + seconds))
        await _write(client, state, load, changes, seconds * 0.97, seed)
        await busy
    return load


def run_load(url: str, questions: Sequence[str], seconds: float, changes: int, seed: int) -> Load:
    """Read for `seconds` without writes, then for as long with that many changes spread over the time."""
    return asyncio.run(_run(url, questions, seconds, changes, seed))
