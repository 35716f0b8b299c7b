"""`evaluate --draft FILE`: propose test questions for a person to accept or correct."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from qa.commands.output import print_json, progress, say
from qa.errors import InvalidRequest
from qa.language_model import language_model_of
from qa.library import Library
from qa.settings import Settings
from qa.testing.exporting import FORMS, write_drafts
from qa.testing.proposing import propose_questions
from qa.testing.records import Proposal
from qa.testing.sentences import Tagger
from qa.words import WordCutter

MOST = 1000
DEFAULT = 20


def draft(args: argparse.Namespace, settings: Settings) -> int:
    """Write proposals to a file, tell what is to be done with them; exit code 1 when nothing could be proposed."""
    path, count = Path(args.draft), DEFAULT if args.count is None else args.count
    _check(path, count, force=args.force)
    with closing(Library.open(settings.data_path)) as library:
        for id_ in args.document or ():
            library.document(id_)
        model = language_model_of(settings)
        if model is not None:
            say(f"asking the language model {model.name}; passages are sent to it")
        tag = Tagger(WordCutter.of(settings.user_dictionary))
        proposals = propose_questions(
            library, count, tag=tag, model=model, document_ids=args.document or (), report=progress("drafting")
        )
    if proposals:
        write_drafts(path, proposals)
    if args.json:
        print_json({"file": str(path) if proposals else None, "drafts": [_shown(p) for p in proposals]})
    else:
        print(_told(path, proposals, count))
    return 0 if proposals else 1


def _check(path: Path, count: int, *, force: bool) -> None:
    if path.suffix.lower() not in FORMS:
        raise InvalidRequest(f"found --draft {path}, expected a name that ends in {', '.join(FORMS)}; name it so")
    if not 1 <= count <= MOST:
        raise InvalidRequest(f"found --count {count}, expected a whole number from 1 to {MOST}")
    if path.is_dir() or not path.parent.is_dir():
        raise InvalidRequest(f"found no folder for {path}, expected one where the file can be made; make it first")
    if path.exists() and not force:
        raise InvalidRequest(
            f"found {path} there already, expected a new file: it may hold a person's work; "
            "name another, or add --force to overwrite it"
        )


def _shown(proposal: Proposal) -> dict[str, Any]:
    names = ("question", "lang", "type", "answerable", "answer", "file", "quote", "origin")
    return {name: getattr(proposal, name) for name in names}


def _told(path: Path, proposals: Sequence[Proposal], count: int) -> str:
    if not proposals:
        return "found no sentence that a good question could be made of; add documents, or set a language model"
    fewer = (
        "" if len(proposals) == count else f" ({count} were asked for; more documents or a language model give more)"
    )
    return f"{len(proposals)} draft questions in {path}{fewer}\n{_next(path)}\nthen: jianghai-qa evaluate {path}"


def _next(path: Path) -> str:
    if path.suffix.lower() == ".jsonl":
        return "read each: correct the question, its quote and answer, and delete the lines that are no good"
    return "read each row: correct the question, its quote and answer, and write yes or no under accepted"
