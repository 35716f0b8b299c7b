"""`evaluate --robustness`: the test questions as people really type them, and over documents as bad scans leave them."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Sequence
from contextlib import closing
from pathlib import Path

from qa.commands.asked_of import development_questions, located, read_all
from qa.commands.evaluate_options import modes_of
from qa.commands.output import print_json, progress, say
from qa.errors import InvalidRequest, TestQueryError
from qa.evaluation.robustness import showing
from qa.evaluation.robustness.copies import Engine
from qa.evaluation.robustness.english import own_wordings, read_wordings, wordings_beside
from qa.evaluation.robustness.suite import Suite, misreadings
from qa.library import Library
from qa.records import Mode
from qa.settings import Settings

SHARES = (0.01, 0.03, 0.05)
DRAWS, MOST_DRAWS = 3, 50


def robustness(args: argparse.Namespace, settings: Settings) -> int:
    """Ask all variants in each mode of `args.compare` (None: hybrid), print one table a mode.

    Reads of `args`: queries, compare, robustness (all, questions or documents), variants, seeds, json.
    """
    modes = modes_of(args.compare or Mode.HYBRID, settings)
    draws = DRAWS if args.seeds is None else args.seeds
    if not 1 <= draws <= MOST_DRAWS:
        raise InvalidRequest(f"found --seeds {draws}, expected 1 to {MOST_DRAWS} draws of what is drawn by chance")
    files = [Path(name) for name in args.queries] or [development_questions()]
    queries = [query for query in read_all(files) if query.answerable]
    if not queries:
        raise TestQueryError(f"{files[0]} holds no answerable question, expected some: what is found is measured")
    english = _english(args.variants, files, {query.id for query in queries})
    queries, needs = located(queries, settings)
    damages = [] if args.robustness == "questions" else misreadings(SHARES)
    with closing(Library.open(settings.data_path)) as library:
        engine = Engine.of(settings)
        engine.check(library)
        suite = Suite(engine, library, queries, needs, modes, draws, progress)
        rows = suite.rows(english, damages, wordings=args.robustness != "documents")
    if args.json:
        print_json(showing.as_json(rows))
    else:
        print(showing.markdown(rows))
    return 0


def _english(variants: str | None, files: Sequence[Path], ids: Collection[str]) -> dict[str, str]:
    """Return the English wordings by id: of the questions' own lines, and of the file that is named or lies beside them."""
    found: dict[str, str] = {}
    for file in files:
        found |= own_wordings(file, ids)
    beside = [Path(variants)] if variants is not None else [path for file in files if (path := wordings_beside(file))]
    for path in beside:
        say(f"English wordings of the questions: {path}")
        found |= read_wordings(path, ids)
    return found
