"""`documents write-questions`: let the language model write index-time questions for paragraphs that have none."""

from __future__ import annotations

import argparse
import time
from contextlib import closing
from dataclasses import asdict, dataclass

from qa.commands.keep import rebuild
from qa.commands.output import print_json, progress, say
from qa.errors import LanguageModelError, SettingsError
from qa.language_model import LanguageModel, language_model_of
from qa.library import Library
from qa.settings import Settings
from qa.writing import INDEX_EVERY, PassageWriter
from qa.written import Written

_PAUSES = (1.0, 2.0, 4.0)  # seconds after each failure of the model in a row; the next one stops the command


@dataclass(slots=True)
class Counts:
    """What came of a run, in paragraphs and questions; `failed` are those that have got nothing."""

    passages: int = 0
    questions: int = 0
    without: int = 0
    failed: int = 0

    def count(self, written: Written | None) -> None:
        if written is not None:
            self.passages += bool(written.questions)
            self.questions += len(written.questions)
            self.without += not written.questions


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
        try:
            counts = _write_all(settings, library, model, library.without_questions(args.id, again=args.again))
        finally:
            # Also when the model fails or the user stops: what is written shall be found.
            version = rebuild(settings).index_version
    if args.json:
        print_json(asdict(counts) | {"index_version": version})
    else:
        print(
            f"{counts.questions} questions for {counts.passages} paragraphs, {counts.without} without usable ones; "
            f"index {version}"
        )
    if counts.failed:
        raise LanguageModelError(
            f"found no reply for {counts.failed} paragraphs, expected one for each; what was written is kept, "
            "run the command again for the others"
        )
    return 0


def _write_all(settings: Settings, library: Library, model: LanguageModel, waiting: list[str]) -> Counts:
    report, indexed, counts = progress("writing questions"), time.monotonic(), Counts()
    writer = PassageWriter(library, model, _PAUSES, time.sleep, say)
    for done, passage_id in enumerate(waiting, start=1):
        counts.count(writer.write(passage_id))
        counts.failed = writer.unanswered
        report(done, len(waiting))
        if time.monotonic() - indexed > INDEX_EVERY:
            rebuild(settings)
            indexed = time.monotonic()
    return counts
