"""TREC runs and qrels, which every evaluation tool reads: `query Q0 passage rank score tag` and `query 0 passage grade`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from qa.errors import TestQueryError
from qa.evaluation.runs import Outcome


def write_run(path: Path, tag: str, outcomes: Sequence[Outcome]) -> None:
    """Write the hits of some questions as a TREC run.

    Other tools go by the scores alone, which they read with single precision, and break ties in their own ways: a score that
    is not below the one before it becomes the next smaller number, so that the order stays the one that was shown.
    """
    name = joined(tag) or "run"
    lines = []
    for outcome in outcomes:
        scores = _falling(hit.score for hit in outcome.hits)
        for rank, (hit, score) in enumerate(zip(outcome.hits, scores, strict=True), start=1):
            lines.append(f"{joined(outcome.query.id)} Q0 {hit.passage_id} {rank} {score:.9g} {name}\n")
    path.write_text("".join(lines), encoding="utf-8")


def joined(id_: str) -> str:
    """Return an id without blanks, which divide the fields of these files."""
    return "_".join(id_.split())


def _falling(scores: Iterable[float]) -> list[np.float32]:
    found: list[np.float32] = []
    for score in scores:
        one = np.float32(score)
        found.append(np.nextafter(found[-1], np.float32(-np.inf)) if found and one >= found[-1] else one)
    return found


def write_qrels(path: Path, qrels: Mapping[str, Mapping[str, int]]) -> None:
    """Write judgements by passage id."""
    lines = [
        f"{joined(query_id)} 0 {id_} {grade}\n" for query_id, grades in qrels.items() for id_, grade in grades.items()
    ]
    path.write_text("".join(lines), encoding="utf-8")


def read_run(path: Path) -> dict[str, list[tuple[str, float]]]:
    """Read a TREC run: each query's passages with their scores, best first, as trec_eval orders them.

    That is by score in single precision, ties by falling passage id; the ranks of the file do not count. Raises
    `TestQueryError` with all bad lines.
    """
    found: dict[str, dict[str, float]] = {}
    faults = []
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as fault:
        raise TestQueryError(f"{path} cannot be read ({fault}); expected a TREC run") from fault
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            query_id, _, passage_id, _, given, _ = line.split()
            if not math.isfinite(score := float(given)):
                raise ValueError
        except ValueError:
            faults.append(f"{path}:{number}: found {line!r}, expected six fields: query Q0 passage rank score tag")
            continue
        hits = found.setdefault(query_id, {})
        if passage_id in hits:
            faults.append(f"{path}:{number}: found {passage_id} again for {query_id}, expected each passage once")
        hits[passage_id] = score
    if faults:
        raise TestQueryError("\n".join(faults))
    return {id_: _ordered(hits) for id_, hits in found.items()}


def _ordered(hits: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(hits.items(), key=lambda hit: (np.float32(hit[1]), hit[0]), reverse=True)
