"""`evaluate --fit`: fit the parameters on the user's own questions, say honestly what that gains, keep them if it does."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from qa.commands.output import print_json, progress
from qa.connection import writable
from qa.errors import InvalidRequest, LibraryReadOnly, TestQueryError
from qa.evaluation.judging import Need
from qa.evaluation.queries import TestQuery
from qa.fitting.own_pools import Bench
from qa.fitting.questions import off_topic_questions
from qa.fitting.refit import Figures, Questions, Refit, refit
from qa.index.locks import write_lock
from qa.retrieval.fusion import Origin
from qa.retrieval.parameters import FILE, RESET, as_json, fitted_to, remove_own, write_own
from qa.service import Service
from qa.settings import Settings

# Fewer leave folds of a handful: what they say of each other is chance.
LEAST = 40
RANK_FUSION = "rank fusion"
_COLUMNS = ("hit@1", "hit@5", "RR@10", "answered", "refused: answer taken away", "refused: no answer")
_TOO_GOOD = (
    "Each question was asked with parameters fitted without it. Asked again with the parameters fitted on all of them, "
    "the same questions would look better than new ones will."
)
Needs = Mapping[str, Sequence[Need]]


def check_options(args: argparse.Namespace) -> None:
    """Raise `InvalidRequest` for options that do not go together."""
    others = [f"--{name}" for name in ("url", "data", "run") if getattr(args, name)]
    if args.fit and others:
        raise InvalidRequest(f"found --fit with {others[0]}, expected --fit alone: it fits to the library here")
    if args.fit and args.reset_fit:
        raise InvalidRequest("found --fit and --reset-fit, expected one of them")
    if args.force and not (args.fit or args.draft):
        raise InvalidRequest("found --force without --fit, expected both: jianghai-qa evaluate FILE --fit --force")


def fit_own(args: argparse.Namespace, settings: Settings, queries: Sequence[TestQuery], needs: Needs) -> int:
    """Fit, print the figures, write the parameters when they are better (or forced); exit code 1 when they are not."""
    _check_writable(settings.data_path)
    service = Service.open(settings)
    try:
        bench, fingerprint = Bench.of(service), service.status().encoder_fingerprint
        questions, shipped = _questions(bench, queries, needs), fitted_to(fingerprint)
        found = refit(bench, questions, fingerprint, shipped, progress("fitting"))
    finally:
        service.close()
    serving = RANK_FUSION if shipped is None else Origin.SHIPPED
    content = {**as_json(found.fitted), **_origin(questions, queries, settings), **_figures(found, serving)}
    kept = keep(found, content, settings.data_path, force=args.force)
    if args.json:
        print_json({"written": kept, "better": found.better, **content})
    else:
        print(_told(found, questions, serving))
        print(_verdict(found.better, kept, settings.data_path))
    return 0 if kept else 1


def keep(found: Refit, content: Mapping[str, Any], data_dir: Path, *, force: bool) -> bool:
    """Write the parameters when they are better, or in any case with `force`; return whether they were written."""
    kept = found.better or force
    if kept:
        with write_lock(data_dir):
            write_own(data_dir, content)
    return kept


def reset(args: argparse.Namespace, settings: Settings) -> int:
    """Take the library's own parameters away."""
    with write_lock(settings.data_path):
        removed = remove_own(settings.data_path)
    if args.json:
        print_json({"removed": removed})
    else:
        print("took the library's own parameters away" if removed else "found no parameters of the library's own")
    return 0


def _check_writable(data_dir: Path) -> None:
    """Raise `LibraryReadOnly` before minutes of work whose outcome could not be kept."""
    if not writable(data_dir):
        raise LibraryReadOnly(
            f"the data folder {data_dir} is read-only, so fitted parameters cannot be kept; make it writable or set "
            "JIANGHAI_QA_DATA_DIR"
        )


def _questions(bench: Bench, queries: Sequence[TestQuery], needs: Needs) -> Questions:
    """Gather the candidates; raise `TestQueryError` when too few questions have their answer among them."""
    answerable = [query for query in queries if query.answerable]
    _check_enough(len(answerable), "answerable questions")
    asked = bench.ask_all(answerable, needs, progress("questions"))
    _check_enough(sum(bool(len(one.pool.right)) for one in asked), "questions whose answer is among their candidates")
    others = [query for query in queries if not query.answerable] or _off_topic(len(answerable))
    return Questions(asked, bench.ask_all(others, {}, progress("questions without an answer")))


def _check_enough(found: int, what: str) -> None:
    if found < LEAST:
        raise TestQueryError(
            f"found {found} {what}, expected at least {LEAST} to fit on; write more of them, the more the surer"
        )


def _off_topic(most: int) -> list[TestQuery]:
    """Return up to `most` of the shipped questions about something else entirely, from all parts of their list."""
    texts = [question.question for question in off_topic_questions()]
    chosen = texts[:: max(1, -(-len(texts) // most))]
    return [TestQuery(f"off-topic-{i}", text, "", "off-topic", False, "", ()) for i, text in enumerate(chosen)]


def _origin(questions: Questions, queries: Sequence[TestQuery], settings: Settings) -> dict[str, Any]:
    """Return what is kept of how the parameters came about; `own` says whether questions without an answer were given."""
    own = any(not query.answerable for query in queries)
    return {
        "fitted_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "index_questions": settings.index_questions,
        "questions": {"answerable": len(questions.answerable), "unanswerable": len(questions.others), "own": own},
    }


def _figures(found: Refit, serving: str) -> dict[str, Any]:
    """Return the figures on questions left out: of what serves without these parameters, and of these."""
    before = {"serving": serving, **_rounded(found.before)}
    return {"cross_validated": {"before": before, "after": _rounded(found.after)}}


def _rounded(figures: Figures) -> dict[str, float]:
    return {name: round(value, 4) for name, value in asdict(figures).items()}


def _told(found: Refit, questions: Questions, serving: str) -> str:
    before = RANK_FUSION if serving == RANK_FUSION else f"{serving} parameters"
    rows = [(before, found.before), ("fitted to your questions", found.after)]
    cells = [(name, *(f"{value:.3f}" for value in asdict(figures).values())) for name, figures in rows]
    table = [("on questions left out", *_COLUMNS), ("---", *["---:"] * len(_COLUMNS)), *cells]
    lines = [f"| {' | '.join(row)} |" for row in table]
    counts = f"{len(questions.answerable)} questions with an answer, {len(questions.others)} without one"
    return "\n".join([counts, "", *lines, "", _TOO_GOOD])


def _verdict(better: bool, kept: bool, data_dir: Path) -> str:
    if not kept:
        return "Not better on questions left out: nothing was written (--force writes it all the same)."
    opening = "" if better else "Not better on questions left out, written all the same. "
    return f"{opening}Parameters written to {data_dir / FILE}; searches use them from now on. Back again with: {RESET}"
