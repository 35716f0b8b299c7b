"""`documents write-questions`: let the language model write index-time questions for paragraphs that have none."""

from __future__ import annotations

import argparse
import time
from contextlib import closing

from qa.commands.keep import rebuild
from qa.commands.output import print_json, progress, say
from qa.errors import LanguageModelError, LanguageModelRefused, SettingsError
from qa.language_model import LanguageModel, language_model_of
from qa.library import Library
from qa.settings import Settings
from qa.writing import INDEX_EVERY, ask, keep

_PAUSES = (1.0, 3.0)  # seconds before a failed request is sent again


def write_questions(args: argparse.Namespace, settings: Settings) -> int:
    """Ask about one paragraph after the other; each one's questions stay, whatever happens to the next."""
    model = language_model_of(settings)
    if model is None:
        raise SettingsError(
            "found no JIANGHAI_QA_LLM_URL, expected the address of a language model (and JIANGHAI_QA_LLM_MODEL); set both"
        )
    with closing(Library.open(settings.data_path)) as library:
        for id_ in args.id:
            library.document(id_)
        waiting = library.without_questions(args.id, again=args.again)
        try:
            counts = _write_all(settings, library, model, waiting)
        finally:
            # Also when the model fails or the user stops: what is written shall be found.
            version = rebuild(settings).index_version
    if args.json:
        print_json(counts | {"index_version": version})
    else:
        print(
            f"{counts['questions']} questions for {counts['passages']} paragraphs; {counts['without']} without usable ones; "
            f"index {version}"
        )
    return 0


def _write_all(settings: Settings, library: Library, model: LanguageModel, waiting: list[str]) -> dict[str, int]:
    report, indexed = progress("writing questions"), time.monotonic()
    counts = {"passages": 0, "questions": 0, "without": 0}
    for done, passage_id in enumerate(waiting, start=1):
        questions = _patiently(library, model, passage_id)
        if questions is not None and keep(library, model, passage_id, questions):
            counts["passages" if questions else "without"] += 1
            counts["questions"] += len(questions)
        report(done, len(waiting))
        if time.monotonic() - indexed > INDEX_EVERY:
            rebuild(settings)
            indexed = time.monotonic()
    return counts


def _patiently(library: Library, model: LanguageModel, passage_id: str) -> tuple[str, ...] | None:
    """Ask up to three times; what the endpoint refuses is told and passed over."""
    for pause in _PAUSES:
        try:
            return ask(library, model, passage_id)
        except LanguageModelRefused as fault:
            say(f"{passage_id}: {fault}")
            return None
        except LanguageModelError:
            time.sleep(pause)
    return ask(library, model, passage_id)
