"""Bring the index up to date with the library: a small segment for what is new, a list of rows for what is gone."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from embeddings.cache import CachedEncoder
from embeddings.encoder import Encoder
from embeddings.errors import EncoderError
from qa.connection import sync_folder
from qa.dating.passages import dates_of_articles
from qa.errors import IndexError_, LibraryBusy, LibraryReadOnly
from qa.index.manifest import GONE, Manifest, Recipe, SegmentRecord, read_manifest, write_manifest
from qa.index.segment import Encode, Entry, build_segment, open_segment, save_deleted
from qa.library import Library
from qa.records import DocumentRecord, Kind, PassageRecord
from qa.words import WordCutter

Report = Callable[[int, int], None]
# With more segments than this, the next write merges them into one.
MOST_SEGMENTS = 8
_DOCUMENTS_AT_ONCE = 200
# How long a writer waits for another: a service that indexes written questions soon has done.
_BUSY_SECONDS = 5.0


@contextlib.contextmanager
def write_lock(data_dir: Path) -> Iterator[None]:
    """Hold the one lock that writers of a data folder share; raise `LibraryBusy` when another keeps it for 5 s."""
    try:
        descriptor = os.open(data_dir / "write.lock", os.O_CREAT | os.O_RDWR, 0o644)
    except OSError as fault:
        raise LibraryReadOnly(
            f"the data folder {data_dir} is read-only ({fault.strerror}), so nothing can be written; "
            "make it writable or set JIANGHAI_QA_DATA_DIR"
        ) from fault
    try:
        _lock(descriptor, data_dir)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, data_dir: Path) -> None:
    until = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            if time.monotonic() > until:
                raise LibraryBusy(f"another process is writing in {data_dir}; try again when it is done") from fault
            time.sleep(0.05)


def update_index(
    data_dir: Path,
    library: Library,
    encoder: Encoder,
    cutter: WordCutter,
    recipe: Recipe,
    report: Report | None = None,
    *,
    anew: bool = False,
) -> Manifest:
    """Make a generation that holds just what the library holds; read only what is new. The caller holds the lock.

    With `anew` no segment is kept. Vectors of texts that this encoder has seen before come from the cache in the data folder.
    """
    index_dir = data_dir / "index"
    (index_dir / "segments").mkdir(parents=True, exist_ok=True)
    revision = library.revision
    wanted = {d.id: d.revision for d in _all_documents(library)}
    before = _current(index_dir)
    kept = [] if anew or before is None else _kept_segments(index_dir, before, recipe, wanted)
    present = {id_ for segment in kept for id_ in segment.live_documents}
    missing = [id_ for id_ in wanted if id_ not in present]
    if before is not None and not missing and tuple(kept) == before.segments and before.library_revision == revision:
        return before
    cached = CachedEncoder(encoder, data_dir / "vectors.cache.sqlite")
    new = _new_segments(index_dir, library, missing, encoder, cached.encode_passages, cutter, report)
    manifest = Manifest(
        library.next_index_version(above=0 if before is None else before.index_version),
        revision,
        recipe,
        (*kept, *new),
    )
    write_manifest(index_dir, manifest)
    _sweep(index_dir, manifest)
    return manifest


def _all_documents(library: Library) -> Iterator[DocumentRecord]:
    after: str | None = None
    while page := library.documents(limit=_DOCUMENTS_AT_ONCE, after=after):
        yield from page
        after = page[-1].id


def _current(index_dir: Path) -> Manifest | None:
    try:
        return read_manifest(index_dir)
    except IndexError_:
        return None


def _kept_segments(index_dir: Path, before: Manifest, recipe: Recipe, wanted: dict[str, int]) -> list[SegmentRecord]:
    """Return the segments of the generation before that still hold something, without the documents that are gone."""
    if before.recipe != recipe or len(before.segments) >= MOST_SEGMENTS:
        return []
    try:
        for record in before.segments:
            open_segment(index_dir, record, recipe.dimensions)
        return [s for old in before.segments if (s := _still_wanted(index_dir, old, wanted, recipe.dimensions))]
    except (IndexError_, EncoderError, OSError, ValueError):
        # Damaged: the library has everything, so all of it is indexed anew.
        return []


def _still_wanted(index_dir: Path, old: SegmentRecord, wanted: dict[str, int], dimensions: int) -> SegmentRecord | None:
    live = {id_ for id_, revision in old.live_documents.items() if wanted.get(id_) == revision}
    if len(live) == len(old.live_documents):
        return old
    if not live:
        return None
    segment = open_segment(index_dir, old, dimensions)
    gone = np.array([id_ not in live for id_ in old.documents], np.bool_)
    rows = np.flatnonzero(gone[segment.documents])
    deleted = save_deleted(index_dir, f"{old.name}.{uuid.uuid4().hex[:8]}.deleted.npy", rows)
    documents = {id_: revision if id_ in live else GONE for id_, revision in old.documents.items()}
    return replace(old, documents=documents, deleted=deleted)


def _new_segments(
    index_dir: Path,
    library: Library,
    document_ids: Sequence[str],
    encoder: Encoder,
    encode: Encode,
    cutter: WordCutter,
    report: Report | None,
) -> list[SegmentRecord]:
    if not document_ids:
        return []
    entries: list[Entry] = []
    revisions: dict[str, int] = {}
    for done, id_ in enumerate(document_ids, start=1):
        document = library.document(id_)
        revisions[id_] = document.revision
        entries += document_entries(library, document)
        if report is not None:
            report(done, len(document_ids))
    name = uuid.uuid4().hex[:12]
    unfinished, final = index_dir / "segments" / f"{name}.new", index_dir / "segments" / name
    unfinished.mkdir()
    record = build_segment(unfinished, name, revisions, entries, encoder, encode, cutter)
    for file in unfinished.iterdir():
        _sync_file(file)
    os.replace(unfinished, final)
    sync_folder(final.parent)
    return [record]


def _sync_file(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def document_entries(library: Library, document: DocumentRecord) -> list[Entry]:
    """Return what is indexed of a document."""
    articles = {a.id: a for a in library.articles(document.id)}
    questions = library.questions(document.id)
    passages = library.passages(document.id)
    about = dates_of_articles(passages)
    entries = []
    for passage in passages:
        article = articles[passage.article_id]
        read_as = "\n".join(e.read for e in document.metadata.errata if e.printed in passage.text)
        context = _context(document, passage, article.title, article.kicker, article.event_date)
        entries.append(
            Entry(
                passage.id,
                document.id,
                passage.kind,
                passage.text,
                article.title or "",
                read_as,
                f"{context}\n{read_as}",
                document.metadata.published,
                passage.event_date,
                questions.get(passage.id, ()),
                passage.dates,
                about.get(passage.article_id, ()),
            )
        )
    return entries


def _context(
    document: DocumentRecord, passage: PassageRecord, title: str | None, kicker: str | None, event: str | None
) -> str:
    """Return the words around a passage: headline and kicker, dates in words."""
    parts = [kicker or ""]
    if passage.kind is not Kind.HEADLINE:
        parts.append(title or "")
    for day in (event, document.metadata.published):
        parts.append("".join(f"{int(n)}{unit}" for n, unit in zip((day or "").split("-"), "年月日", strict=False) if n))
    return "\n".join(p for p in parts if p)


def _sweep(index_dir: Path, manifest: Manifest) -> None:
    """Delete what the current generation does not use; a reader that still has it open keeps it until it closes."""
    used = {s.name for s in manifest.segments} | {s.deleted.name for s in manifest.segments if s.deleted}
    for path in (index_dir / "segments").iterdir():
        if path.name not in used:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
