"""`ask` and `search`: the straight line, printed."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from qa.commands.output import citation_json, print_json, source_line
from qa.options import read_settings
from qa.records import Answer, CitedHit, Filters, Mode, SearchResult
from qa.service import Service
from qa.settings import Settings


def ask(args: argparse.Namespace) -> int:
    """Answer a question; exit code 1 when the documents hold no answer."""
    settings = read_settings(args)
    service = Service.open(settings)
    try:
        answer = service.ask(args.question, top_k=args.top_k, filters=_filters(args))
    finally:
        service.close()
    if args.json:
        print_json(answer_json(answer, _base(settings)))
    else:
        _print_answer(answer, _base(settings))
    return 0 if answer.answerable else 1


def search(args: argparse.Namespace) -> int:
    """List the best passages; exit code 1 when there are none."""
    settings = read_settings(args)
    service = Service.open(settings)
    try:
        result = service.search(args.query, top_k=args.top_k, mode=Mode(args.mode), filters=_filters(args))
    finally:
        service.close()
    if args.json:
        print_json(result_json(result, _base(settings)))
    else:
        _print_reading(result.query, result.asked)
        for passage in result.passages:
            _print_passage(passage, _base(settings))
    return 0 if result.passages else 1


def _base(settings: Settings) -> str:
    return (settings.public_url or f"http://{settings.host}:{settings.port}").rstrip("/")


def _filters(args: argparse.Namespace) -> Filters:
    return Filters(
        None if args.document is None else tuple(args.document),
        args.published_from,
        args.published_to,
        args.event_from,
        args.event_to,
        args.include_undated,
    )


def _print_reading(typed: str, asked: str) -> None:
    if asked != typed:
        print(f"(read as: {asked})\n")


def _print_answer(answer: Answer, base: str) -> None:
    _print_reading(answer.question, answer.asked)
    print(answer.text)
    print()
    if answer.notice is not None:
        print(f"({answer.notice})")
    if not answer.answerable:
        for passage in answer.passages:
            _print_passage(passage, base)
        return
    for cited in answer.citations:
        print(f"[{cited.marker}] {source_line(cited.citation, base)}")
        if cited.citation.note:
            print(f"    {cited.citation.note}")
    print(f"confidence {answer.confidence:.2f}" + ("" if answer.calibrated else " (not calibrated for this encoder)"))


def _print_passage(passage: CitedHit, base: str) -> None:
    print(f"{passage.rank}. {passage.score:.2f} {source_line(passage.citation, base)}")
    print(f"    {passage.text}\n")


def passage_json(passage: CitedHit, base: str) -> dict[str, Any]:
    """Return a passage as the HTTP API gives it."""
    return asdict(passage) | {"citation": citation_json(passage.citation, base)}


def result_json(result: SearchResult, base: str) -> dict[str, Any]:
    """Return a search result as the HTTP API gives it."""
    return asdict(result) | {"passages": [passage_json(p, base) for p in result.passages]}


def answer_json(answer: Answer, base: str) -> dict[str, Any]:
    """Return an answer as the HTTP API gives it."""
    fields = asdict(answer)
    fields["answer"] = fields.pop("text")
    fields["passages"] = [passage_json(p, base) for p in answer.passages]
    fields["citations"] = [
        {"marker": c.marker, "passage_id": c.passage_id} | citation_json(c.citation, base) for c in answer.citations
    ]
    return fields
