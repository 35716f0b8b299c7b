"""The options of `evaluate` on the command line, by what they are for."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from qa.options import add_settings


def add_options(command: argparse.ArgumentParser, settings: Iterable[str]) -> None:
    """Add all options of `evaluate`; `settings` are those that a search is made with."""
    command.add_argument(
        "queries",
        nargs="*",
        metavar="FILE",
        help="questions: JSON lines, a CSV or XLSX sheet, TREC topics (default: tests/data/dev.jsonl of a checkout)",
    )
    command.add_argument("--qrels", metavar="FILE", help="TREC judgements by passage id, for questions without quotes")
    command.add_argument(
        "--data", metavar="PATH", help="a BEIR folder (corpus.jsonl, queries.jsonl, qrels/), instead of the library"
    )
    command.add_argument(
        "--split", metavar="NAME", help="with --data: qrels/NAME.tsv (default test, else all there are)"
    )
    command.add_argument("--url", help="ask a running server instead of the library here")
    command.add_argument(
        "--score", action="append", metavar="RUN", help="score a TREC run instead of searching (may be repeated)"
    )
    command.add_argument(
        "--measures",
        metavar="NAMES",
        help="by the names of ir-measures, divided by commas (default Success@1,Success@5,Success@10,RR@10,nDCG@10,R@10)",
    )
    command.add_argument(
        "--answers", action="store_true", help="ask for answers as well: is the evidence cited, is refused what must be"
    )
    command.add_argument(
        "--processes", type=int, default=0, metavar="N", help="how many processes ask and index (default: all cores)"
    )
    _comparing(command)
    _reporting(command)
    _making(command)
    _fitting(command)
    add_settings(
        command, (*(name for name in settings if name != "encoder"), "llm_url", "llm_model", "llm_key", "llm_timeout")
    )


def _comparing(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("comparing", "every combination is asked, one after the other")
    group.add_argument(
        "--compare",
        metavar="MODES",
        help="retrievers, divided by commas (default lexical,dense,hybrid; also soft, and reranked with a reranker)",
    )
    group.add_argument(
        "--encoder",
        action="append",
        metavar="NAME",
        help="embedded, a local folder or a model's name on a hub; read into a temporary index (may be repeated)",
    )
    group.add_argument(
        "--passage-length",
        metavar="N,…",
        help="cut passages anew, at about so many characters, into a temporary index; now: as they are",
    )
    group.add_argument(
        "--weights",
        action="append",
        metavar="FILE",
        help="weights of hybrid: serving, shipped, ranks (none: the legs merged by rank), or a fitted.json (may be repeated)",
    )
    group.add_argument(
        "--baseline",
        metavar="FILE",
        help="compare with a saved run: report.json (report.json:RUN for one of several) or a TREC run",
    )
    group.add_argument(
        "--changes", type=int, default=0, metavar="N", help="list up to N questions lost and won, with both rankings"
    )


def _reporting(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("reporting")
    group.add_argument("--report", metavar="FOLDER", help="write report.html, report.json, TREC runs and judgements")
    group.add_argument("--run", metavar="PREFIX", help="write TREC runs PREFIX.NAME.run")
    group.add_argument(
        "--failures", type=int, default=0, metavar="N", help="list up to N questions that the last retriever missed"
    )
    group.add_argument(
        "--gate", metavar="FILE", help="hold the figures to floors and a baseline (exit code 1: one fails)"
    )
    group.add_argument("--junit", metavar="FILE", help="with --gate: write what was held as JUnit XML")
    group.add_argument(
        "--update-baseline", action="store_true", help="with --gate: keep the run as the baseline of later ones"
    )


def _making(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("other questions")
    group.add_argument(
        "--draft",
        metavar="FILE",
        help="propose questions with quotes, for a person to accept or correct, in FILE (.jsonl, .csv or .xlsx)",
    )
    group.add_argument("--count", type=int, metavar="N", help="with --draft: how many (default 20)")
    group.add_argument(
        "--document", action="append", metavar="ID", help="with --draft: only from this document (may be repeated)"
    )
    group.add_argument(
        "--robustness",
        nargs="?",
        const="all",
        choices=("all", "questions", "documents"),
        help="ask the same questions as people type them (typos, pinyin, other scripts), and over misread documents",
    )
    group.add_argument(
        "--variants", metavar="FILE", help='with --robustness: English wordings, {"id", "english"} a line'
    )
    group.add_argument(
        "--seeds", type=int, metavar="N", help="with --robustness: how often typos and damage are drawn (default 3)"
    )


def _fitting(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("fitting", "weights and confidence of your own, learnt on your questions")
    group.add_argument(
        "--fit", action="store_true", help="fit them and keep them if they are better (exit code 1: not)"
    )
    group.add_argument(
        "--force", action="store_true", help="with --fit: keep them in any case; with --draft: write over the file"
    )
    group.add_argument(
        "--reset-fit", action="store_true", help="take them away: what ships with the program serves again"
    )
