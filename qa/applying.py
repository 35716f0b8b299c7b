"""Apply a change of documents: the segment is built apart, library and manifest are made ready, then both become current.

    build the segment (no lock)  ->  [lock: transaction: documents, revision, lists of what is gone, manifest beside the
    current one  ->  COMMIT  ->  rename the manifest]

All that can fail, a full disk above all, comes before the commit, and what is left after it is one rename.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from embeddings.errors import EncoderError
from qa.errors import IndexError_
from qa.index.entries import entries_of
from qa.index.manifest import GONE, Manifest, SegmentRecord, stage_manifest
from qa.index.segment import Entry
from qa.index.writer import IndexWriter
from qa.index_questions import PassageQuestions, assign
from qa.intake import Intake
from qa.library import Library
from qa.written import Written

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Put:
    """A document ready to be put: its intake, the questions for its passages, and how many questions found none."""

    intake: Intake
    questions: dict[str, tuple[str, ...]]
    by_model: dict[str, Written]
    lost: int


def put_of(intake: Intake, rows: Sequence[PassageQuestions], by_model: dict[str, Written]) -> Put:
    """Find the passages of a document's questions; `by_model` holds what a model wrote, by a passage's whole text."""
    found, lost = assign(rows, intake.document.file, intake.passages)
    written = {p.id: by_model[p.text] for p in intake.passages if p.text in by_model}
    asked = {id_: tuple(questions) for id_, questions in found.items()}
    return Put(intake, asked, written, sum(len(row.questions) for row in lost))


@dataclass(frozen=True, slots=True)
class Prepared:
    """Documents that are indexed in a segment of their own, and of which nothing is in the library."""

    puts: tuple[Put, ...]
    segment: SegmentRecord


class Applier:
    """Change library and index together. All but `prepare` and `discard` want the write lock held."""

    def __init__(self, library: Library, index: IndexWriter) -> None:
        self._library, self._index = library, index

    def prepare(self, puts: Sequence[Put]) -> Prepared:
        """Index documents in a segment that nobody reads yet. It takes time and needs no lock."""
        entries = [entry for put in puts for entry in _entries(put)]
        return Prepared(tuple(puts), self._index.build([put.intake.document.id for put in puts], entries))

    def discard(self, prepared: Prepared) -> None:
        """Take away what is left of a preparation."""
        self._index.discard(prepared.segment)

    def apply(self, prepared: Prepared | None, removed: Sequence[str] = ()) -> int:
        """Put and remove documents; return the version of the index from which searches see it."""
        try:
            return self._commit(self.brought_up(), prepared, removed)
        except (IndexError_, EncoderError):
            # A segment that holds a changed document is damaged: the library has all of it.
            log.warning("the index is damaged; it is rebuilt")
            return self._commit(self._index.update(self._library, anew=True), prepared, removed)

    def is_current(self) -> bool:
        """Say whether the index holds just what the library holds; needs no lock."""
        now = self._index.current()
        return bool(now and now.recipe == self._index.recipe and now.library_revision == self._library.revision)

    def brought_up(self) -> Manifest:
        """Return the current generation, after what a crash has left undone is done."""
        now = self._index.current()
        return now if now and self.is_current() else self._index.update(self._library)

    def _commit(self, before: Manifest, prepared: Prepared | None, removed: Sequence[str]) -> int:
        kept: list[SegmentRecord] = []
        adopted: list[SegmentRecord] = []
        try:
            with self._library.transaction():
                revisions = {put.intake.document.id: self._store(put) for put in prepared.puts} if prepared else {}
                for id_ in removed:
                    self._library.remove(id_)
                changed = {*revisions, *removed}
                kept += [s for old in before.segments if (s := self._without(old, changed))]
                if prepared is not None:
                    adopted.append(replace(self._index.adopt(prepared.segment), documents=revisions))
                manifest = replace(
                    before,
                    index_version=self._library.next_index_version(above=before.index_version),
                    library_revision=self._library.revision,
                    segments=(*kept, *adopted),
                )
                staged = stage_manifest(self._index.folder, manifest)
        except BaseException:
            for segment in adopted:
                self._index.discard(segment)
            for lists in (s.deleted for s in kept if s.deleted and s not in before.segments):
                (self._index.segments / lists.name).unlink(missing_ok=True)
            raise
        self._make_current(manifest, staged)
        return manifest.index_version

    def _make_current(self, manifest: Manifest, staged: Path) -> None:
        try:
            self._index.publish(manifest, staged)
        except OSError:
            # The change is made: it is durable, and whoever looks after the index brings it up.
            log.exception("a change is in the library and not yet in the index")

    def _store(self, put: Put) -> int:
        """Put a document with its questions; return its revision."""
        intake = put.intake
        revision = self._library.put(intake.document, intake.original, intake.articles, intake.passages)
        for id_, by_model in put.by_model.items():
            self._library.put_written(id_, by_model)
        return self._library.put_questions(intake.document.id, put.questions) if put.questions else revision

    def _without(self, old: SegmentRecord, changed: set[str]) -> SegmentRecord | None:
        if changed.isdisjoint(old.documents):
            return old
        live = {id_: r for id_, r in old.documents.items() if r != GONE and id_ not in changed}
        return self._index.without(old, live)


def _entries(put: Put) -> list[Entry]:
    written = {id_: one.questions for id_, one in put.by_model.items() if one.questions}
    articles = {a.id: a for a in put.intake.articles}
    return entries_of(put.intake.document, articles, put.intake.passages, written | put.questions)
