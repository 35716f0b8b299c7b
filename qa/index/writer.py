"""Bring the index up to date with the library: a small segment for what is new, a list of rows for what is gone.

Building a segment changes nothing for readers; publishing a manifest that names it makes the next generation current. The
caller holds the write lock.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from embeddings.cache import CachedEncoder
from embeddings.encoder import Encoder
from embeddings.errors import EncoderError
from qa.connection import sync_folder
from qa.errors import IndexError_
from qa.index.entries import document_entries
from qa.index.locks import merge_lock
from qa.index.manifest import GONE, Manifest, Recipe, SegmentRecord, put_in_force, read_manifest, stage_manifest
from qa.index.segment import Entry, build_segment, open_segment, save_deleted
from qa.library import Library
from qa.words import WordCutter

Report = Callable[[int, int], None]
MERGING = ".merging"


@dataclass(frozen=True, slots=True)
class IndexWriter:
    """Write the index of one data folder. Vectors of texts that this encoder has seen before come from a cache there."""

    data_dir: Path
    encoder: Encoder
    cutter: WordCutter
    recipe: Recipe

    @property
    def folder(self) -> Path:
        return self.data_dir / "index"

    @property
    def segments(self) -> Path:
        return self.folder / "segments"

    def update(self, library: Library, report: Report | None = None, *, anew: bool = False) -> Manifest:
        """Make a generation that holds just what the library holds; read only what is new. With `anew` all is built again."""
        self.segments.mkdir(parents=True, exist_ok=True)
        with library.snapshot():
            revision, wanted = library.revision, library.revisions()
        before = self.current()
        kept = [] if anew or before is None else self._sound(before, wanted)
        present = {id_ for segment in kept for id_ in segment.live_documents}
        missing = [id_ for id_ in wanted if id_ not in present]
        if (
            before is not None
            and not missing
            and tuple(kept) == before.segments
            and before.library_revision == revision
        ):
            return before
        built = self._read(library, missing, report)
        new: list[SegmentRecord] = []
        try:
            new += [self.adopt(one) for one in built]
            version = library.next_index_version(above=0 if before is None else before.index_version)
            return self.publish(Manifest(version, revision, self.recipe, (*kept, *new)))
        except BaseException:
            for one in (*built, *new):
                self.discard(one)
            raise

    def current(self) -> Manifest | None:
        """Return the manifest of the current generation, None when there is none that can be read."""
        try:
            return read_manifest(self.folder)
        except IndexError_:
            return None

    def build(self, documents: Iterable[str], entries: Sequence[Entry]) -> SegmentRecord:
        """Write a segment of these documents' entries, apart from those that are in use; their revisions are 0.

        It takes time and needs no lock. `adopt` makes it one of the segments, `discard` takes it away.
        """
        name = f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
        unfinished = self._building / name
        unfinished.mkdir(parents=True)
        encode = CachedEncoder(self.encoder, self.data_dir / "vectors.cache.sqlite").encode_passages
        revisions = dict.fromkeys(documents, 0)
        try:
            record = build_segment(unfinished, name, revisions, entries, self.encoder, encode, self.cutter)
            make_durable(unfinished)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)  # on a full disk it is in the way
            raise
        return record

    def adopt(self, built: SegmentRecord) -> SegmentRecord:
        """Put a segment that was built among those in use, where the next publication must name it, or it is swept away."""
        name = built.name.partition("-")[2]
        self.segments.mkdir(parents=True, exist_ok=True)
        os.replace(self._building / built.name, self.segments / name)
        sync_folder(self.segments)
        return replace(built, name=name)

    def discard(self, record: SegmentRecord) -> None:
        """Take away a segment that was built or adopted and that no generation names."""
        for folder in (self._building, self.segments):
            shutil.rmtree(folder / record.name, ignore_errors=True)

    @property
    def _building(self) -> Path:
        return self.folder / "building"

    def without(self, record: SegmentRecord, live: Mapping[str, int]) -> SegmentRecord | None:
        """Return a segment in which only documents with these revisions count; None when none is left."""
        left = {id_ for id_, revision in record.live_documents.items() if live.get(id_) == revision}
        if len(left) == len(record.live_documents):
            return record
        if not left:
            return None
        segment = open_segment(self.folder, record, self.recipe.dimensions)
        gone = np.array([id_ not in left for id_ in record.documents], np.bool_)
        rows = np.flatnonzero(gone[segment.documents])
        deleted = save_deleted(self.folder, f"{record.name}.{uuid.uuid4().hex[:8]}.deleted.npy", rows)
        documents = {id_: revision if id_ in left else GONE for id_, revision in record.documents.items()}
        return replace(record, documents=documents, deleted=deleted, dead=len(rows))

    def publish(self, manifest: Manifest, staged: Path | None = None) -> Manifest:
        """Make a generation current, whose manifest may have been staged before, then delete what it does not use."""
        put_in_force(self.folder, staged or stage_manifest(self.folder, manifest))
        self._sweep(manifest)
        return manifest

    def _sound(self, before: Manifest, wanted: Mapping[str, int]) -> list[SegmentRecord]:
        """Return the segments of the generation before that still hold something, without the documents that are gone."""
        if before.recipe != self.recipe:
            return []
        try:
            for record in before.segments:
                open_segment(self.folder, record, self.recipe.dimensions)
            return [s for old in before.segments if (s := self.without(old, wanted))]
        except (IndexError_, EncoderError, OSError, ValueError):
            # Damaged: the library has everything, so all of it is indexed anew.
            return []

    def _read(self, library: Library, document_ids: Sequence[str], report: Report | None) -> list[SegmentRecord]:
        if not document_ids:
            return []
        entries: list[Entry] = []
        revisions: dict[str, int] = {}
        for done, id_ in enumerate(document_ids, start=1):
            with library.snapshot():
                document = library.document(id_)
                entries += document_entries(library, document)
            revisions[id_] = document.revision
            if report is not None:
                report(done, len(document_ids))
        return [replace(self.build(revisions, entries), documents=revisions)]

    def _sweep(self, manifest: Manifest) -> None:
        """Delete what the current generation does not use; a reader that still has it open keeps it until it closes."""
        used = {s.name for s in manifest.segments} | {s.deleted.name for s in manifest.segments if s.deleted}
        with merge_lock(self.data_dir) as nobody_merges:
            for path in self.segments.iterdir():
                if path.name in used or (path.suffix == MERGING and not nobody_merges):
                    continue
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
        for path in self._building.iterdir() if self._building.is_dir() else ():
            if not _alive(int(path.name.partition("-")[0])):
                shutil.rmtree(path, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # another user's
        return True
    return True


def make_durable(folder: Path) -> None:
    """Make a folder and its files durable."""
    for file in folder.iterdir():
        with file.open("rb") as stream:
            os.fsync(stream.fileno())
    sync_folder(folder)
