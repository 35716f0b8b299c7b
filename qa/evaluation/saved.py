"""Runs that were saved: of an earlier report, of a gate's baseline, or TREC runs of any program."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from qa.errors import TestQueryError
from qa.evaluation.comparing import Run
from qa.evaluation.judging import Judge, Retrieved
from qa.evaluation.queries import TestQuery
from qa.evaluation.runs import Outcome, judged
from qa.evaluation.trec import joined, read_run

FORMAT = 1
# Hits of a question that a baseline keeps, to show both rankings.
_KEPT = 5
# Turns passage ids of a run into what judging needs; an id that is not known is left out.
Known = Callable[[Sequence[str]], Mapping[str, Retrieved]]


def read_saved(
    name: str,
    queries: Sequence[TestQuery],
    judge: Judge,
    known: Known,
    measures: Sequence[str],
    like: Sequence[str] = (),
) -> Run:
    """Read a saved run; raise `TestQueryError` for a file that holds none, or none of these questions.

    `FILE.json` is a report or a baseline, `FILE.json:RUN` one run of several; without a name it is the one that is called as
    one of now (`like`, the last first). Any other file is a TREC run, judged like one of now. A question whose words have
    changed since is another question and left out.
    """
    file, chosen = _parts(name)
    if file.suffix != ".json":
        return Run(file.name, of_trec_run(file, queries, judge, known, measures))
    content = _read_json(file)
    run = _chosen(file, {one["name"]: one for one in content["runs"]}, chosen, like)
    texts = {one["id"]: one["question"] for one in content["questions"]}
    rows = {row["id"]: row for row in run["questions"]}
    found = [_outcome(q, rows[q.id]) for q in queries if q.id in rows and texts.get(q.id) == q.question]
    if not found:
        raise TestQueryError(f"{file} holds none of these questions, expected the same ids and words")
    return Run(f"{file.stem}: {run['name']}", found)


def _chosen(file: Path, runs: Mapping[str, Any], name: str | None, like: Sequence[str]) -> Any:
    if name is not None and name not in runs:
        raise TestQueryError(f"{file} holds no run {name!r}, expected one of {', '.join(runs)}")
    named = (
        [name] if name is not None else list(runs) if len(runs) == 1 else [one for one in reversed(like) if one in runs]
    )
    if not named:
        raise TestQueryError(f"{file} holds several runs, expected one to be named as {file}:RUN: {', '.join(runs)}")
    return runs[named[0]]


def _parts(name: str) -> tuple[Path, str | None]:
    file, found, run = name.rpartition(".json:")
    return (Path(f"{file}.json"), run) if found else (Path(name), None)


def _read_json(path: Path) -> dict[str, Any]:
    expected = "expected the report.json of an evaluation, or a baseline that --update-baseline wrote"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as fault:
        raise TestQueryError(f"{path} cannot be read ({fault}); {expected}") from fault
    if not isinstance(content, dict) or content.get("format") != FORMAT or not content.get("runs"):
        found = content.get("format") if isinstance(content, dict) else type(content).__name__
        raise TestQueryError(f"{path} holds format {found!r}, expected {FORMAT} with runs: {expected}")
    return content


def _outcome(query: TestQuery, row: Mapping[str, Any]) -> Outcome:
    hits = row.get("hits") or []
    kept = tuple(Retrieved(hit["passage_id"], "", (), "", hit["score"]) for hit in hits)
    return Outcome(query, kept, tuple(hit["relevance"] for hit in hits), row["rank"], dict(row["values"]))


def of_trec_run(
    path: Path, queries: Sequence[TestQuery], judge: Judge, known: Known, measures: Sequence[str]
) -> list[Outcome]:
    """Judge and measure a TREC run; a question that it lacks got nothing, a question that is not asked is left out."""
    run = read_run(path)
    asked = [query for query in queries if query.answerable]
    if not any(joined(query.id) in run for query in asked):
        raise TestQueryError(
            f"{path} holds none of these questions, expected their ids: {', '.join(q.id for q in asked[:3])}, …"
        )
    texts = known([id_ for query in asked for id_, _ in run.get(joined(query.id), ())])
    unknown = Retrieved("", "", (), "", 0.0)
    hits = [
        [
            Retrieved(id_, one.file, one.spans, one.text, score)
            for id_, score in run.get(joined(query.id), ())
            for one in (texts.get(id_, unknown),)
        ]
        for query in asked
    ]
    return judged(asked, hits, judge, measures)


def baseline_of(run: Run, created: str, version: str) -> dict[str, Any]:
    """Return what is kept of a run to compare later ones with: each question's values, without its passages."""
    rows = [
        {
            "id": o.query.id,
            "rank": o.rank,
            "values": {name: round(value, 12) for name, value in o.values.items()},
            "hits": [
                {"passage_id": hit.passage_id, "score": round(hit.score, 3), "relevance": grade}
                for hit, grade in zip(o.hits[:_KEPT], o.relevance[:_KEPT], strict=True)
            ],
        }
        for o in run.outcomes
    ]
    return {
        "format": FORMAT,
        "created": created,
        "version": version,
        "runs": [{"name": run.name, "questions": rows}],
        "questions": [{"id": o.query.id, "question": o.query.question} for o in run.outcomes],
    }
