"""`feedback list|export|remove|clear`: what visitors said of answers."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from qa.commands.output import print_json, say
from qa.errors import FeedbackUnreadable, InvalidRequest, SettingsError
from qa.evaluation.queries import TestQuery
from qa.evaluation.sheets import Draft, sheet_bytes
from qa.feedback.candidates import Candidate, ready, ready_lines, review_lines, to_review
from qa.feedback.records import Feedback
from qa.feedback.store import FeedbackStore
from qa.options import read_settings

_SHEETS = (".csv", ".xlsx")
_LINES = ".jsonl"


def feedback(args: argparse.Namespace) -> int:
    """Run one action on the feedback of the data folder."""
    return _ACTIONS[args.action](args, FeedbackStore(read_settings(args).data_path))


def _list(args: argparse.Namespace, store: FeedbackStore) -> int:
    found = store.newest(limit=-1)
    if args.json:
        print_json([{"id": one.id, "day": one.day, **asdict(one.judged)} for one in found])
        return 0
    for one in found:
        print(_shown(one))
    say(", ".join(f"{verdict.value}: {n}" for verdict, n in store.count().items()))
    return 0


def _shown(one: Feedback) -> str:
    """Return feedback in a few lines for people."""
    judged = one.judged
    reasons = f" ({', '.join(judged.reasons)})" if judged.reasons else ""
    asked = f"\n   = {_line(judged.asked)}" if judged.asked != judged.question else ""
    comment = f"\n  # {_line(judged.comment)}" if judged.comment else ""
    return (
        f"{one.day} {judged.verdict.value}{reasons} {one.id}\n"
        f"  ? {_line(judged.question)}{asked}\n  > {_line(judged.answer)}{comment}"
    )


def _line(text: str) -> str:
    return " ".join(text.split())


def _export(args: argparse.Namespace, store: FeedbackStore) -> int:
    """Write one kind of rows, and tell of the other."""
    target = Path(args.file)
    if target.suffix.lower() not in (_LINES, *_SHEETS):
        forms = ", ".join((_LINES, *_SHEETS))
        raise InvalidRequest(f"found {target}, expected a name that ends in {forms}; name it so")
    found = store.all()
    queries, candidates = ready(found), to_review(found)
    count, left = (len(candidates), len(queries)) if args.review else (len(queries), len(candidates))
    data = _bytes(target.suffix.lower(), candidates if args.review else queries)
    try:
        with target.open("xb") as stream:
            stream.write(data)
    except FileExistsError:
        raise SettingsError(f"found a file at {target}, expected a new name; nothing was written") from None
    except OSError as fault:
        raise SettingsError(f"{target} cannot be written ({fault.strerror}); choose another place") from fault
    if args.json:
        print_json({"file": str(target), "questions": count, "left": left})
        return 0
    print(f"{count} questions in {target}")
    if left and not args.review:
        say(f"{left} more have to be completed by a person: jianghai-qa feedback export FILE --review")
    return 0


def _bytes(suffix: str, rows: Sequence[TestQuery] | Sequence[Candidate]) -> bytes:
    """Return rows as the file's name says: a sheet, in which what a candidate cited stands to be corrected, or lines."""
    if suffix in _SHEETS:
        return sheet_bytes(suffix, [_draft(row) for row in rows])
    lines = (review_lines([row]) if isinstance(row, Candidate) else ready_lines([row]) for row in rows)
    return "".join(line for group in lines for line in group).encode()


def _draft(row: TestQuery | Candidate) -> Draft:
    """Return a row of a sheet; a candidate is left out of an evaluation until somebody accepts it."""
    if isinstance(row, TestQuery):
        return Draft(row, accepted=True)
    return Draft(row.query, note=" / ".join(t for t in (row.why, row.judged.comment, row.judged.answer) if t))


def _remove(args: argparse.Namespace, store: FeedbackStore) -> int:
    ids = list(dict.fromkeys(args.id))
    store.remove(ids)
    return _tell_removed(args, len(ids))


def _clear(args: argparse.Namespace, store: FeedbackStore) -> int:
    """Remove everything once it is certain that this is meant; exit code 1 when a person says no."""
    if not args.yes and not _is_meant(store):
        say("nothing was removed")
        return 1
    return _tell_removed(args, store.clear())


def _is_meant(store: FeedbackStore) -> bool:
    """Ask a person on a terminal; raise `InvalidRequest` where nobody can be asked."""
    there = _how_much(store)
    if not sys.stdin.isatty():
        raise InvalidRequest(
            f"found {there} and nobody to ask, expected --yes: all of it would be removed for good; nothing was removed; "
            "keep it first with jianghai-qa feedback export FILE, then add --yes"
        )
    print(f"Remove {there} for good? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes", "是")


def _how_much(store: FeedbackStore) -> str:
    try:
        count = sum(store.count().values())
    except FeedbackUnreadable:
        return "a damaged file of feedback"
    return f"{count} piece{'' if count == 1 else 's'} of feedback"


def _tell_removed(args: argparse.Namespace, count: int) -> int:
    if args.json:
        print_json({"removed": count})
    else:
        print(f"removed {count}")
    return 0


_ACTIONS = {"list": _list, "export": _export, "remove": _remove, "clear": _clear}
