"""`evaluate`: test questions in; figures, a report and a verdict out."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from qa.commands import fit, gating, reporting
from qa.commands.asked_of import Place, development_questions, place_of, read_and_located
from qa.commands.draft import draft
from qa.commands.evaluate_options import check_options, contenders_of
from qa.commands.output import print_json, progress, say
from qa.commands.robustness import robustness
from qa.evaluation import answer_runs, answer_tables, tables
from qa.evaluation.answers import Judged
from qa.evaluation.asking import Result
from qa.evaluation.comparing import Comparison, Run, comparisons
from qa.evaluation.contenders import Contender, Setup
from qa.evaluation.gate_file import read_gate
from qa.evaluation.gathering import Material
from qa.evaluation.measures import MEASURES, checked_measures
from qa.evaluation.saved import of_trec_run, read_saved
from qa.evaluation.side_by_side import ask_all
from qa.options import read_settings
from qa.records import Mode
from qa.retrieval.fusion import Origin
from qa.service import Service
from qa.settings import Settings
from qa.threads import cores


def evaluate(args: argparse.Namespace) -> int:
    """Do what the options say; exit code 1 when a gate fails, or a fit is no gain."""
    settings = read_settings(args)
    check_options(args)
    if args.encoder and len(args.encoder) == 1:
        settings = replace(settings, encoder=args.encoder[0])
    if args.draft:
        return draft(args, settings)
    if args.robustness:
        return robustness(args, settings)
    if args.reset_fit:
        return fit.reset(args, settings)
    if args.fit:
        paths = [Path(name) for name in args.queries] or [development_questions()]
        return fit.fit_own(args, settings, *read_and_located(paths, settings))
    return _measure(args, settings)


def _measure(args: argparse.Namespace, settings: Settings) -> int:
    started = time.monotonic()
    gate = read_gate(Path(args.gate)) if args.gate else None
    measures = checked_measures([*(args.measures or ",".join(MEASURES)).split(","), *(gate.measures if gate else ())])
    reporting.check_places(args.report, args.run)
    chosen = _runs(args.score) if args.score else contenders_of(args, settings, gate)
    if gate is not None:
        gating.check_gate(gate, [one.name for one in chosen], update=args.update_baseline)
    place = place_of(args, settings, measures, gate.questions if gate else ())
    baseline = _baseline(args.baseline, place, measures, chosen)
    results = _scored(args.score, chosen, place) if args.score else _asked(args, chosen, place)
    compared = comparisons([one.run for one in results], baseline)
    answers = _answers(args, settings, place) if args.answers or (gate and gate.bounds) else []
    report = reporting.report_of(place, results, baseline, compared, answers)
    if args.run:
        reporting.write_runs(args.run, results)
    if args.json:
        print_json(report)
    else:
        _print(args, results, baseline, compared, answers)
    if args.report:
        reporting.write_report_folder(Path(args.report), report, results)
    if gate is not None:
        return gating.hold(args, gate, results, answers, place, time.monotonic() - started)
    return 0


def _asked(args: argparse.Namespace, chosen: Sequence[Contender], place: Place) -> list[Result]:
    found = ask_all(place.asked, chosen, place.opened, progress, args.processes or cores(), report=bool(args.report))
    if any(one.facts.get("fitted") is Origin.OWN for one in found):
        say("the library's own parameters serve: the questions that they were fitted on look better than new ones will")
    return found


def _runs(names: Sequence[str]) -> list[Contender]:
    return [Contender(Path(name).name, Mode.HYBRID, Setup()) for name in names]


def _scored(names: Sequence[str], chosen: Sequence[Contender], place: Place) -> list[Result]:
    """Score TREC runs of any program; nothing is searched."""
    found = []
    for name, contender in zip(names, chosen, strict=True):
        outcomes = of_trec_run(Path(name), place.asked.queries, place.asked.judge, place.known, place.asked.measures)
        lacking = sum(not outcome.hits for outcome in outcomes)
        if lacking:
            say(f"{name}: {lacking} of {len(outcomes)} questions have no hits in it and count as 0")
        found.append(Result(contender, Run(contender.name, outcomes), {}, Material()))
    return found


def _baseline(name: str | None, place: Place, measures: tuple[str, ...], chosen: Sequence[Contender]) -> Run | None:
    if name is None:
        return None
    like = [one.name for one in chosen]
    found = read_saved(name, place.asked.queries, place.asked.judge, place.known, measures, like)
    asked = sum(query.answerable for query in place.asked.queries)
    if len(found.outcomes) < asked:
        say(f"{name}: it holds {len(found.outcomes)} of the {asked} questions; differences are over those")
    return found


def _answers(args: argparse.Namespace, settings: Settings, place: Place) -> list[Judged]:
    queries, needs = place.asked.queries, place.needs or {}
    if args.url:
        return answer_runs.evaluate(queries, needs, answer_runs.over_http(args.url), progress("answers"))
    with closing(Service.open(settings)) as service:
        return answer_runs.evaluate(queries, needs, answer_runs.in_process(service), progress("answers"))


def _print(
    args: argparse.Namespace,
    results: Sequence[Result],
    baseline: Run | None,
    compared: Sequence[Comparison],
    answers: Sequence[Judged],
) -> None:
    runs = [one.run for one in results]
    print(tables.markdown(runs + ([baseline] if baseline else [])))
    for one in compared:
        print(f"\n{tables.differences(one)}")
        mine, other = (next(r for r in [*runs, baseline] if r and r.name == name) for name in (one.run, one.against))
        if args.changes:
            print(*tables.both_rankings(one, mine, other, args.changes), sep="\n")
    if answers:
        print(f"\n{answer_tables.text(answers)}")
    if args.failures:
        print(*tables.failures(runs[-1].outcomes, args.failures), sep="\n")
