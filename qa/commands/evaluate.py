"""`evaluate`: test questions in, figures out."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from qa.commands import fit
from qa.commands.output import print_json, progress, say
from qa.errors import InvalidRequest, SettingsError
from qa.evaluation import answer_runs, answer_tables, beir, runs, tables, trec
from qa.evaluation.answers import Judged
from qa.evaluation.judging import Need, needs_of
from qa.evaluation.queries import TestQuery, read_test_queries
from qa.evaluation.runs import Outcome
from qa.library import Library
from qa.options import read_settings
from qa.records import Mode
from qa.retrieval.fusion import Origin
from qa.service import Service
from qa.settings import Settings, checkout


def evaluate(args: argparse.Namespace) -> int:
    """Evaluate each retriever that is to be compared, print one table."""
    settings = read_settings(args)
    modes = _modes(args.compare, settings)
    _check_options(args)
    if args.reset_fit:
        return fit.reset(args, settings)
    if args.fit:
        return fit.fit_own(args, settings, *_judged(args, settings))
    if args.url:
        modes = [mode for mode in modes if mode not in (Mode.SOFT, Mode.RERANKED)]
        if not modes:
            raise InvalidRequest(
                f"found --compare {args.compare} with --url, expected a mode that is served: lexical, dense, hybrid"
            )
    found = _on_beir(args, settings, modes) if args.data else _on_library(args, settings, modes)
    if args.run:
        for mode, outcomes in found.items():
            trec.write_run(Path(f"{args.run}.{mode}.run"), mode, outcomes)
    judged = _answers(args, settings) if args.answers else []
    if args.json:
        print_json(tables.as_json(found) | ({"answers": answer_tables.as_json(judged)} if args.answers else {}))
    else:
        print(tables.markdown(found))
        if args.answers:
            print(f"\n{answer_tables.text(judged)}")
        _print_failures(next(reversed(found.values()), []), args.failures)
    return 0


def _check_options(args: argparse.Namespace) -> None:
    fit.check_options(args)
    others = [name for name in ("data", "fit", "reset_fit") if getattr(args, name)]
    if args.answers and others:
        raise InvalidRequest(
            f"found --answers with --{others[0].replace('_', '-')}, expected it without: answers are asked of a library"
        )


def _modes(text: str, settings: Settings) -> list[Mode]:
    offered = [mode for mode in Mode if mode is not Mode.RERANKED or settings.reranker]
    names = [name.strip() for name in text.split(",")]
    if not set(names) <= set(offered):
        hint = "; set a reranker to compare reranked" if Mode.RERANKED in names else ""
        raise InvalidRequest(
            f"found --compare {text!r}, expected some of {', '.join(offered)}, divided by commas{hint}"
        )
    return [Mode(name) for name in names]


def _judged(args: argparse.Namespace, settings: Settings) -> tuple[list[TestQuery], dict[str, tuple[Need, ...]]]:
    """Read the questions and find their evidence in the library."""
    queries = read_test_queries(_queries_file(args.queries))
    library = Library.open(settings.data_path)
    texts = {d.file: d.text for d in library.documents(limit=100_000)}
    library.close()
    return queries, needs_of(queries, texts.get)


def _on_library(args: argparse.Namespace, settings: Settings, modes: Sequence[Mode]) -> dict[Mode, list[Outcome]]:
    queries, needs = _judged(args, settings)
    if args.url:
        return {mode: runs.evaluate(queries, needs, runs.over_http(args.url, mode), progress(mode)) for mode in modes}
    service = Service.open(settings)
    if service.status().fitted is Origin.OWN:
        say("the library's own parameters serve: the questions that they were fitted on look better than new ones will")
    try:
        return {mode: runs.evaluate(queries, needs, runs.in_process(service, mode), progress(mode)) for mode in modes}
    finally:
        service.close()


def _answers(args: argparse.Namespace, settings: Settings) -> list[Judged]:
    queries, needs = _judged(args, settings)
    if args.url:
        return answer_runs.evaluate(queries, needs, answer_runs.over_http(args.url), progress("answers"))
    with closing(Service.open(settings)) as service:
        return answer_runs.evaluate(queries, needs, answer_runs.in_process(service), progress("answers"))


def _queries_file(name: str | None) -> Path:
    if name is not None:
        return Path(name)
    root = checkout()
    if root is None:
        raise SettingsError("found no test questions; name a file of JSON lines: jianghai-qa evaluate FILE")
    return root / "tests" / "data" / "dev.jsonl"


def _on_beir(args: argparse.Namespace, settings: Settings, modes: Sequence[Mode]) -> dict[Mode, list[Outcome]]:
    collection = beir.read_collection(Path(args.data))
    say(f"{args.data}: {len(collection.passages)} passages, {len(collection.queries)} questions")
    return beir.evaluate(collection, settings, modes, progress)


def _print_failures(outcomes: Sequence[Outcome], most: int) -> None:
    failed = [o for o in outcomes if o.rank is None or o.rank > 5]
    for outcome in failed[:most]:
        print(f"\n{outcome.query.id} ({outcome.query.type}): {outcome.query.question}")
        print(f"  evidence: {outcome.query.evidence[0].quote}")
        for rank, hit in enumerate(outcome.hits[:3], start=1):
            print(f"  {rank}. {hit.score:.2f} {hit.text[:80]}")
