"""`evaluate --gate`: hold what was measured, say why it fails, and keep a new baseline when asked to."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from qa.commands.asked_of import Place
from qa.commands.output import say
from qa.commands.reporting import now
from qa.errors import SettingsError
from qa.evaluation import tables
from qa.evaluation.answers import Judged
from qa.evaluation.asking import Result
from qa.evaluation.comparing import Run, compare
from qa.evaluation.gate import Check, check
from qa.evaluation.gate_file import Gate
from qa.evaluation.junit import write_junit
from qa.evaluation.saved import baseline_of, read_saved
from qa.version import product_version

# How many of the questions that were lost are listed with both rankings.
_LISTED = 10


def check_gate(gate: Gate, contenders: Sequence[str], *, update: bool) -> None:
    """Raise `SettingsError` for a gate that could not be held after the evaluation."""
    if gate.run not in contenders:
        raise SettingsError(
            f"{gate.path} holds the run {gate.run!r}, found {', '.join(contenders)}; expected it among them: name it in --compare"
        )
    if update and gate.baseline is None:
        raise SettingsError(f"{gate.path} has no [baseline], expected one with a file to update")
    if gate.baseline is not None and not update and not gate.baseline.is_file():
        raise SettingsError(
            f"{gate.baseline} is not there, expected a baseline; make one with: --gate {gate.path} --update-baseline"
        )


def hold(
    args: argparse.Namespace,
    gate: Gate,
    results: Sequence[Result],
    answers: Sequence[Judged],
    place: Place,
    seconds: float,
) -> int:
    """Hold the run that the gate names; return 1 when a check fails, and say why on standard error."""
    run = next((one.run for one in results if one.run.name == gate.run), None)
    if run is None:
        raise SettingsError(f"{gate.path} holds the run {gate.run!r}, which is not offered there")
    if args.update_baseline and gate.baseline is not None:
        _keep(gate.baseline, run)
    baseline = None
    if gate.baseline is not None:
        asked = place.asked
        baseline = read_saved(str(gate.baseline), asked.queries, asked.judge, place.known, asked.measures)
    checks = check(gate, run, baseline, answers)
    if args.junit:
        _write_junit(Path(args.junit), checks, seconds)
    failed = [one for one in checks if not one.holds]
    for one in checks:
        say(f"{'holds' if one.holds else 'FAILS'}: {one.name}: {one.said}")
    if failed and baseline is not None:
        found = compare(run, baseline)
        for line in tables.both_rankings(found, run, baseline, _LISTED):
            say(line)
    say(f"gate {gate.path}: {len(checks) - len(failed)} of {len(checks)} hold")
    return 1 if failed else 0


def _keep(baseline: Path, run: Run) -> None:
    content = baseline_of(run, now(), product_version())
    _written(baseline, json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n")
    say(f"baseline of {len(run.outcomes)} questions written to {baseline}")


def _written(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as fault:
        raise SettingsError(f"{path} cannot be written ({fault.strerror}); name another place") from fault


def _write_junit(path: Path, checks: Sequence[Check], seconds: float) -> None:
    try:
        write_junit(path, checks, seconds)
    except OSError as fault:
        raise SettingsError(f"{path} cannot be written ({fault.strerror}); name another place") from fault
