"""Make a data folder ready to serve: a new library gets the seeds, and the index is brought up to the library."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from embeddings.encoder import Encoder
from embeddings.opening import open_encoder, open_reranker
from embeddings.reranker import Reranker
from embeddings.running import Running
from qa.catalog import read_catalog
from qa.changes import Changes
from qa.connection import sync_folder, writable
from qa.errors import IndexError_, IndexMissing, LibraryMissing, LibraryReadOnly
from qa.forms.folders import documents_in
from qa.index.generation import check_current, open_generation
from qa.index.locks import write_lock
from qa.index.manifest import FILE as MANIFEST
from qa.index.manifest import Manifest, Recipe
from qa.index.writer import IndexWriter, Report
from qa.index_questions import FILE as QUESTIONS
from qa.index_questions import PassageQuestions, assign, read_questions
from qa.intake import READER, Intake, take_in
from qa.library import FILE, Library
from qa.migration import Say, migrate_file, read_documents_again
from qa.records import Metadata
from qa.settings import Settings
from qa.words import WordCutter

# Raised when the terms of the lexical index, or the dates beside them, change.
LEXICAL = "3"


def encoder_of(settings: Settings) -> Encoder:
    """Open the encoder that the settings name; raise an `EncoderError` when it cannot be had."""
    return open_encoder(settings.encoder, _running(settings))


def reranker_of(settings: Settings) -> Reranker | None:
    """Open the reranker that the settings name, if any; raise an `EncoderError` when it cannot be had."""
    return open_reranker(settings.reranker, _running(settings)) if settings.reranker else None


def _running(settings: Settings) -> Running:
    return Running(
        settings.encoder_threads, settings.encoder_batch, settings.encoder_device, settings.encoder_trust_code
    )


def cutter_of(settings: Settings) -> WordCutter:
    """Return the cutter with the terms and synonyms that the settings name; raise `SettingsError` for a faulty file."""
    return WordCutter.of(settings.user_dictionary, settings.synonyms)


def recipe_of(encoder: Encoder, cutter: WordCutter) -> Recipe:
    """Return all that decides what the index holds."""
    dictionary = ",".join(sorted(cutter.user_terms))
    return Recipe(encoder.name, encoder.fingerprint, encoder.dimensions, READER, dictionary, LEXICAL)


def index_writer(data_dir: Path, encoder: Encoder, cutter: WordCutter) -> IndexWriter:
    """Return what writes the index of a data folder with this encoder and these words."""
    return IndexWriter(data_dir, encoder, cutter, recipe_of(encoder, cutter))


def prepare(settings: Settings, say: Say, report: Report | None = None) -> None:
    """Create the library and import the seeds the first time; rebuild an index that is missing, stale or damaged.

    Says on `say` what it does. A damaged library is an error and is left as it is. A read-only data folder with a good
    library and index is ready as it is.
    """
    data_dir = settings.data_path
    if not (data_dir / FILE).is_file():
        check_nothing_lost(data_dir)
        create_library(settings, say)
    library = open_brought_up(data_dir, say)
    try:
        encoder, cutter = encoder_of(settings), cutter_of(settings)
        try:
            check_current(open_generation(data_dir / "index").manifest, recipe_of(encoder, cutter), library.revision)
        except IndexError_ as fault:
            if library.read_only:
                raise
            say("building the index" if isinstance(fault, IndexMissing) else f"rebuilding the index: {fault}")
            bring_index_up(settings, library, encoder, cutter, report)
    finally:
        library.close()


def open_brought_up(data_dir: Path, say: Say) -> Library:
    """Open the library, after what an older version wrote is brought to the present form; say what is done."""
    migrate_file(data_dir, say)
    library = Library.open(data_dir)
    try:
        read_documents_again(data_dir, library, say)
    except BaseException:
        library.close()
        raise
    return library


def bring_index_up(
    settings: Settings,
    library: Library,
    encoder: Encoder,
    cutter: WordCutter,
    report: Report | None = None,
    *,
    anew: bool = False,
) -> Manifest:
    """Bring the index up to the library, newly written questions included, as the only writer; `anew` writes all again."""
    with write_lock(settings.data_path):
        library.publish_written()
        return index_writer(settings.data_path, encoder, cutter).update(library, report, anew=anew)


def open_changes(settings: Settings, library: Library) -> Changes:
    """Open the encoder and return what changes the documents of a library."""
    index = index_writer(settings.data_path, encoder_of(settings), cutter_of(settings))
    return Changes(library, index, settings.max_document_bytes)


def check_nothing_lost(data_dir: Path) -> None:
    """Raise `LibraryMissing` where a library has been: a new one in its place would look as if the documents were gone."""
    if (data_dir / "index" / MANIFEST).is_file() or any(data_dir.glob(f"{FILE}.before-restore-*")):
        raise LibraryMissing(
            f"found an index in {data_dir} but no {FILE}: the library has been lost; expected both. Restore a backup with: "
            f"jianghai-qa restore FILE, or take the folder away to begin anew (nothing was changed)"
        )


def create_library(settings: Settings, say: Say) -> None:
    """Create a library and import the pages of the seeds folder, once and for all, with what its catalogue says of them."""
    data_dir, seeds = settings.data_path, Path(settings.seeds_dir)
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise LibraryReadOnly(
            f"the data folder {data_dir} cannot be made ({fault.strerror}); set JIANGHAI_QA_DATA_DIR to a writable place"
        ) from fault
    if not writable(data_dir):
        raise LibraryReadOnly(
            f"the data folder {data_dir} is read-only and holds no library; set JIANGHAI_QA_DATA_DIR to a writable place"
        )
    with write_lock(data_dir):
        if (data_dir / FILE).is_file():
            return
        files = documents_in(seeds, deep=False) if settings.seeds_dir and seeds.is_dir() else []
        say(f"new library in {data_dir}: importing {len(files)} pages from {settings.seeds_dir or 'nowhere'}")
        if settings.seeds_dir and not seeds.is_dir():
            say(f"found no folder {seeds} (JIANGHAI_QA_SEEDS_DIR); the library begins without pages")
        catalog = read_catalog(seeds) if files else {}
        intakes = [take_in(file.name, file.read_bytes(), catalog.get(file.name, Metadata())) for file in files]
        questions = read_questions(seeds / QUESTIONS) if files and (seeds / QUESTIONS).is_file() else []
        fill_new_library(data_dir, intakes, questions)


def fill_new_library(data_dir: Path, intakes: Sequence[Intake], questions: Sequence[PassageQuestions] = ()) -> None:
    """Create a library that holds the given documents from its first moment."""
    # Built in a folder beside it: a crash on the way leaves no library rather than one with half the seeds. The caller holds
    # the lock, so what an earlier crash has left is nobody's.
    for left in data_dir.glob("library.*.new"):
        shutil.rmtree(left, ignore_errors=True)
    unfinished = data_dir / f"library.{os.getpid()}.new"
    library = Library.create(unfinished)
    for intake in intakes:
        library.put(intake.document, intake.original, intake.articles, intake.passages)
        found, _ = assign(questions, intake.document.file, intake.passages)
        if found:
            library.put_questions(intake.document.id, found)
    library.note_reader(READER)
    library.close()
    os.replace(unfinished / FILE, data_dir / FILE)
    shutil.rmtree(unfinished)
    sync_folder(data_dir)
