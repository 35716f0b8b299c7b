"""What `evaluate` writes: the report as JSON and as a page, TREC runs and judgements."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from qa.commands.asked_of import Place
from qa.commands.output import say
from qa.connection import writable
from qa.errors import SettingsError
from qa.evaluation import trec
from qa.evaluation.answers import Judged
from qa.evaluation.asking import Result
from qa.evaluation.comparing import Comparison, Run
from qa.evaluation.content import content
from qa.evaluation.report import write_report
from qa.version import product_version


def now() -> str:
    """Return the present moment as reports state it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def report_of(
    place: Place,
    results: Sequence[Result],
    baseline: Run | None,
    compared: Sequence[Comparison],
    answers: Sequence[Judged],
) -> dict[str, Any]:
    """Return the report as JSON."""
    about = {
        "created": now(),
        "version": product_version(),
        "queries": place.questions,
        "collection": place.collection,
    }
    return content(results, baseline, compared, place.asked.queries, answers, about)


def check_places(report: str | None, run: str | None) -> None:
    """Raise `SettingsError` before an evaluation whose outcome could not be written."""
    if run and not Path(run).parent.is_dir():
        raise SettingsError(f"found no folder {Path(run).parent} for --run {run}, expected one; make it first")
    if report:
        try:
            Path(report).mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise SettingsError(_unwritable(Path(report), fault)) from fault
        if not writable(Path(report)):
            raise SettingsError(f"the report cannot be written to {report} (it is read-only); name another folder")


def _unwritable(folder: Path, fault: OSError) -> str:
    return f"the report cannot be written to {folder} ({fault.strerror}); name another folder"


def write_report_folder(folder: Path, report: Mapping[str, Any], results: Sequence[Result]) -> None:
    """Write report.html, report.json, a TREC run a contender, and the judgements."""
    try:
        write_report(folder / "report.html", report)
        (folder / "report.json").write_text(json.dumps(report, ensure_ascii=False) + "\n", encoding="utf-8")
        write_runs(str(folder / "run"), results)
        trec.write_qrels(folder / "relevant.qrels", _grades(results))
    except OSError as fault:
        raise SettingsError(
            f"the report cannot be written to {folder} ({fault.strerror}); name another folder"
        ) from fault
    say(f"report: {folder / 'report.html'}")


def write_runs(prefix: str, results: Sequence[Result]) -> None:
    """Write the TREC run of each contender as PREFIX.NAME.run."""
    for one in results:
        name = "".join(c if c.isalnum() or c in "-_" else "-" for c in one.run.name)
        trec.write_run(Path(f"{prefix}.{name}.run"), name, one.run.outcomes)


def _grades(results: Sequence[Result]) -> dict[str, dict[str, int]]:
    """Return the grade of every passage that is known to be relevant, and 0 for the others that were found."""
    found: dict[str, dict[str, int]] = {}
    for one in results:
        for outcome in one.run.outcomes:
            graded = zip(outcome.hits, outcome.relevance, strict=True)
            found.setdefault(outcome.query.id, {}).update({hit.passage_id: grade for hit, grade in graded})
        for id_, grades in one.material.relevant.items():
            found.setdefault(id_, {}).update(grades)
    return found
