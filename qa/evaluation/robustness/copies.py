"""Temporary copies of a library whose texts are damaged: read and indexed anew, the library itself untouched."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from embeddings.encoder import Encoder
from embeddings.reranker import Reranker
from qa.evaluation.judging import Need
from qa.evaluation.robustness.damage import Damaged
from qa.index.generation import check_current, open_generation
from qa.index.writer import Report
from qa.index_questions import PassageQuestions, assign
from qa.intake import read_again
from qa.library import FILE, Library
from qa.prepare import bring_index_up, cutter_of, encoder_of, recipe_of, reranker_of
from qa.records import DocumentRecord
from qa.retrieval.parameters import FILE as PARAMETERS
from qa.service import Service
from qa.settings import Settings
from qa.words import WordCutter

Spoil = Callable[[DocumentRecord], Damaged]
_MOST_DOCUMENTS = 100_000


@dataclass(frozen=True, slots=True)
class Engine:
    """What searches a library, loaded once for all of its copies."""

    settings: Settings
    encoder: Encoder
    cutter: WordCutter
    reranker: Reranker | None

    @classmethod
    def of(cls, settings: Settings) -> Engine:
        return cls(settings, encoder_of(settings), cutter_of(settings), reranker_of(settings))

    def check(self, library: Library) -> None:
        """Raise `IndexError_` unless the index of the settings' data folder is up to its library."""
        manifest = open_generation(self.settings.data_path / "index").manifest
        check_current(manifest, recipe_of(self.encoder, self.cutter), library.revision)

    def service(self, data_dir: Path, *, index_questions: bool) -> Service:
        """Open a data folder whose index is up to its library."""
        own = replace(self.settings, data_dir=str(data_dir), index_questions=index_questions)
        return Service(own, Library.open(data_dir), self.encoder, self.cutter, self.reranker)


@dataclass(frozen=True, slots=True)
class Copy:
    """A damaged library in a folder of its own, and what became of each document's text, by file."""

    folder: Path
    damaged: Mapping[str, Damaged]

    def moved(self, need: Need) -> Need:
        """Return a need where its evidence stands now; what is lost of it is not asked for."""
        places = self.damaged[need.evidence.file].places
        moved = (tuple(p for at in occurrence if (p := places[at]) is not None) for occurrence in need.occurrences)
        return Need(need.evidence, tuple(occurrence for occurrence in moved if occurrence))


@contextmanager
def damaged_copy(library: Library, engine: Engine, spoil: Spoil, report: Report | None = None) -> Iterator[Copy]:
    """Copy a library, spoil the stored text of every document, read and index it; the copy is gone after the block."""
    with tempfile.TemporaryDirectory(prefix="jianghai-qa-robustness-") as name:
        folder = Path(name)
        library.backup(folder / FILE)
        own = engine.settings.data_path / PARAMETERS
        if own.is_file():
            shutil.copyfile(own, folder / PARAMETERS)
        copied = Library.open(folder)
        try:
            with copied.transaction():
                documents = copied.documents(limit=_MOST_DOCUMENTS)
                damaged = {document.file: _spoilt(copied, document, spoil(document)) for document in documents}
            bring_index_up(replace(engine.settings, data_dir=name), copied, engine.encoder, engine.cutter, report)
        finally:
            copied.close()
        yield Copy(folder, damaged)


def _spoilt(library: Library, document: DocumentRecord, damaged: Damaged) -> Damaged:
    """Put a damaged text in the place of the clean one; its questions go with the passages that begin nearly as before."""
    texts = {passage.id: passage.text for passage in library.passages(document.id)}
    asked = library.questions(document.id).items()
    rows = [PassageQuestions(document.file, texts[id_][:40], questions) for id_, questions in asked]
    pages = document.pages and tuple(damaged.start(offset) for offset in document.pages)
    spoilt = replace(document, text=damaged.text, pages=pages)
    articles, passages = read_again(spoilt)
    library.put(spoilt, library.original(document.id), articles, passages)
    found, _ = assign(rows, document.file, passages)
    if found:
        library.put_questions(document.id, found)
    return damaged
