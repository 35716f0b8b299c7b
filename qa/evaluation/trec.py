"""TREC runs, which every evaluation tool reads: `query Q0 passage rank score tag`, one line a hit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qa.errors import TestQueryError
from qa.evaluation.runs import Outcome


def write_run(path: Path, tag: str, outcomes: Sequence[Outcome]) -> None:
    """Write the hits of some questions as a TREC run."""
    lines = [
        f"{o.query.id} Q0 {hit.passage_id} {rank} {hit.score:.6f} {tag}"
        for o in outcomes
        for rank, hit in enumerate(o.hits, start=1)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_run(path: Path) -> dict[str, list[tuple[str, float]]]:
    """Read a TREC run: each query's passages with their scores, best first; raise `TestQueryError` with all bad lines."""
    found: dict[str, list[tuple[str, float]]] = {}
    faults = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            query_id, _, passage_id, _, score, _ = line.split()
            found.setdefault(query_id, []).append((passage_id, float(score)))
        except ValueError:
            faults.append(f"{path}:{number}: found {line!r}, expected six fields: query Q0 passage rank score tag")
    if faults:
        raise TestQueryError("\n".join(faults))
    return {query_id: sorted(hits, key=lambda h: (-h[1], h[0])) for query_id, hits in found.items()}
