"""Change what the library holds and the index with it: all of a change or nothing, on disk before it is acknowledged.

The new segment of the index is built first, then the library's transaction commits, then a manifest makes the segment
current: readers go from one state to the next within milliseconds. A crash before the commit leaves the old state; one after
it leaves an index that is behind the library, which whoever opens it for writing brings up.
"""

from __future__ import annotations

import contextlib
import errno
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from qa.errors import Conflict, DiskFull, LibraryReadOnly, QAError, UnreadableDocument
from qa.index.compaction import compact
from qa.index.entries import entries_of
from qa.index.locks import BUSY_SECONDS, write_lock
from qa.index.manifest import GONE, Manifest, SegmentRecord
from qa.index.segment import Entry
from qa.index.writer import IndexWriter
from qa.index_questions import PassageQuestions, assign
from qa.intake import Intake, content_hash, take_in
from qa.library import Library
from qa.records import Metadata
from qa.written import Written

log = logging.getLogger(__name__)
# What is put into the library in one transaction, and indexed as one segment, when many documents are added at once.
_DOCUMENTS_AT_ONCE = 100
_CHARACTERS_AT_ONCE = 1_000_000
_OWN_FAULT = (
    "{} could not be read because of a fault in the service itself, expected a document; please report it, and save the "
    "document as text meanwhile"
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to be added: `metadata` None says nothing (a replaced document keeps what was known of it).

    `media_type` is what the sender says that it is, heard only where content and name do not show it.
    """

    name: str
    data: bytes
    metadata: Metadata | None = None
    questions: tuple[PassageQuestions, ...] = ()
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of an upload: `index_version` is the version of the index from which it is searchable.

    `created` is False when the content was there already. `lost` counts index-time questions that found no passage.
    """

    id: str
    file: str
    index_version: int
    created: bool
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Refused:
    """An upload of several that could not be added, and why."""

    file: str
    fault: QAError


@dataclass(frozen=True, slots=True)
class _Put:
    """A document ready to be put: its intake and the questions for its passages."""

    intake: Intake
    questions: dict[str, tuple[str, ...]]
    lost: int
    by_model: dict[str, Written]


class Changes:
    """Add, replace and remove documents of one data folder; safe to use from several threads and processes.

    Raises `LibraryBusy` when another writer is at work for `seconds`, `LibraryReadOnly` and `DiskFull`; nothing has changed
    then.
    """

    def __init__(
        self, library: Library, index: IndexWriter, most_bytes: int | None = None, seconds: float = BUSY_SECONDS
    ) -> None:
        self._library, self._index = library, index
        self._most_bytes, self._seconds = most_bytes, seconds

    def add(self, upload: Upload) -> Changed:
        """Add a document; the same content is added once. Raises what reading it raises."""
        (outcome,) = self.add_all([upload])
        if isinstance(outcome, Refused):
            raise outcome.fault
        return outcome

    def add_all(
        self, uploads: Iterable[Upload], report: Callable[[int], None] | None = None
    ) -> Iterator[Changed | Refused]:
        """Add documents, many in one transaction, and yield what became of each once it is durable and searchable.

        One that cannot be read does not keep the others out. `report` is told how many have been read.
        """
        batch: list[Upload] = []
        size = done = 0
        for upload in uploads:
            batch.append(upload)
            size += len(upload.data) // 3
            if len(batch) >= _DOCUMENTS_AT_ONCE or size >= _CHARACTERS_AT_ONCE:
                yield from self._add_batch(batch, done, report)
                done, batch, size = done + len(batch), [], 0
        if batch:
            yield from self._add_batch(batch, done, report)

    def replace(self, document_id: str, upload: Upload) -> Changed:
        """Replace a document's content; its id stays, and its questions with the passages that begin as before.

        Raises `NotFound`, `Conflict` when the content is another document's, and what reading it raises.
        """
        before = self._library.document(document_id)
        self._check_owner(document_id, upload)
        if upload.metadata is None:
            upload = replace(upload, metadata=before.metadata)
        intake = self._read(upload, document_id)
        with self._writing():
            with self._library.snapshot():
                self._library.document(document_id)
                self._check_owner(document_id, upload)
                questions = upload.questions or tuple(_kept_questions(self._library, document_id, upload.name))
                put = _put(intake, questions, _kept_written(self._library, document_id))
            version = self._apply([put])
        return Changed(document_id, intake.document.file, version, created=False, lost=put.lost)

    def remove(self, document_id: str) -> int:
        """Remove a document; return the version of the index from which it is gone. Raises `NotFound`.

        Whoever searches from now on does not find it, whichever version of the index is open there.
        """
        self._library.document(document_id)
        with self._writing():
            return self._apply([], [document_id])

    def tidy(self, *, everything: bool = False) -> bool:
        """Merge small segments of the index, and take off the disk what was removed; return whether there was any."""
        merged = compact(self._index, self._library, everything=everything, seconds=self._seconds)
        self._library.checkpoint()
        return merged

    def _add_batch(
        self, batch: Sequence[Upload], done: int, report: Callable[[int], None] | None
    ) -> list[Changed | Refused]:
        read: list[Intake | Changed | Refused] = []
        for number, upload in enumerate(batch, start=done + 1):
            read.append(self._read_new(upload))
            if report is not None:
                report(number)
        with self._writing() if any(isinstance(one, Intake) for one in read) else contextlib.nullcontext():
            return self._put_batch(batch, read)

    def _put_batch(
        self, batch: Sequence[Upload], read: Sequence[Intake | Changed | Refused]
    ) -> list[Changed | Refused]:
        puts: dict[str, _Put] = {}  # by content
        found: list[Changed | Refused | str] = []
        for upload, one in zip(batch, read, strict=True):
            if not isinstance(one, Intake):
                found.append(one)
                continue
            sha256 = one.document.sha256
            there = self._library.document_with_content(sha256)
            if there is not None:
                found.append(Changed(there, one.document.file, 0, created=False))
                continue
            if sha256 not in puts:
                # Another writer may have taken the id, for other content, since it was chosen.
                id_ = self._library.new_id(sha256)
                intake = one if id_ == one.document.id else self._read(upload, id_)
                puts[sha256] = _put(intake, upload.questions, {})
                found.append(sha256)
            else:
                found.append(Changed(puts[sha256].intake.document.id, one.document.file, 0, created=False))
        version = self._apply(list(puts.values())) if puts else self._served_version()
        return [
            Changed((put := puts[one]).intake.document.id, put.intake.document.file, version, True, put.lost)
            if isinstance(one, str)
            else replace(one, index_version=version)
            if isinstance(one, Changed)
            else one
            for one in found
        ]

    def _read_new(self, upload: Upload) -> Intake | Changed | Refused:
        try:
            sha256 = content_hash(upload.data)
            there = self._library.document_with_content(sha256)
            if there is not None:
                return Changed(there, _file_name(upload.name), 0, created=False)
            return self._read(upload, self._library.new_id(sha256))
        except QAError as fault:
            return Refused(upload.name, fault)
        except (MemoryError, OSError):
            raise
        except Exception:
            # A fault of the reader itself: told as such, and the other files are none the worse for it.
            log.exception("%s could not be read", upload.name)
            return Refused(upload.name, UnreadableDocument(_OWN_FAULT.format(_file_name(upload.name))))

    def _read(self, upload: Upload, document_id: str) -> Intake:
        return take_in(
            upload.name,
            upload.data,
            upload.metadata or Metadata(),
            document_id=document_id,
            most_bytes=self._most_bytes,
            media_type=upload.media_type,
        )

    def _check_owner(self, document_id: str, upload: Upload) -> None:
        owner = self._library.document_with_content(content_hash(upload.data))
        if owner not in (None, document_id):
            raise Conflict(
                f"this content is document {owner} already, expected new content for {document_id}; nothing was changed"
            )

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """Be the only writer for the block; a full or read-only disk is told as such."""
        with write_lock(self._index.data_dir, self._seconds):
            try:
                yield
            except OSError as fault:
                if fault.errno in (errno.ENOSPC, errno.EDQUOT):
                    raise DiskFull("the disk is full; free some space and try again") from fault
                if fault.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
                    raise LibraryReadOnly("the data folder is read-only, so nothing can be written") from fault
                raise

    def _served_version(self) -> int:
        """Return the version of an index that holds all of the library."""
        manifest = self._index.current()
        if manifest is None or manifest.library_revision != self._library.revision:
            with self._writing():
                manifest = self._index.update(self._library)
        return manifest.index_version

    def _apply(self, puts: Sequence[_Put], removed: Sequence[str] = ()) -> int:
        """Put and remove documents, here and in the index; return the index version. The caller holds the write lock."""
        before = self._brought_up()
        entries = [entry for put in puts for entry in _entries(put)]
        ids = [put.intake.document.id for put in puts]
        segment = self._index.build(ids, entries) if puts else None
        with self._library.transaction():
            revisions = {put.intake.document.id: self._store(put) for put in puts}
            for id_ in removed:
                self._library.remove(id_)
            version = self._library.next_index_version(above=before.index_version)
            revision = self._library.revision
        changed = {*revisions, *removed}
        kept = [s for old in before.segments if (s := self._without(old, changed))]
        new = [] if segment is None else [replace(segment, documents=revisions)]
        self._index.publish(replace(before, index_version=version, library_revision=revision, segments=(*kept, *new)))
        return version

    def _brought_up(self) -> Manifest:
        """Return the current generation, after what a crash has left undone is done."""
        before = self._index.current()
        if before and before.recipe == self._index.recipe and before.library_revision == self._library.revision:
            return before
        return self._index.update(self._library)

    def _store(self, put: _Put) -> int:
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


def _file_name(name: str) -> str:
    return PurePath(name.replace("\\", "/")).name


def _put(intake: Intake, rows: Sequence[PassageQuestions], by_model: dict[str, Written]) -> _Put:
    """Find the passages of a document's questions; `by_model` holds what a model wrote, by a passage's whole text."""
    found, lost = assign(rows, intake.document.file, intake.passages)
    written = {p.id: by_model[p.text] for p in intake.passages if p.text in by_model}
    return _Put(
        intake, {id_: tuple(asked) for id_, asked in found.items()}, sum(len(r.questions) for r in lost), written
    )


def _entries(put: _Put) -> list[Entry]:
    written = {id_: one.questions for id_, one in put.by_model.items() if one.questions}
    articles = {a.id: a for a in put.intake.articles}
    return entries_of(put.intake.document, articles, put.intake.passages, written | put.questions)


def _kept_questions(library: Library, document_id: str, file: str) -> list[PassageQuestions]:
    """Return the questions that the user gave a document by how their passages begin."""
    texts = {passage.id: passage.text for passage in library.passages(document_id)}
    return [
        PassageQuestions(file, texts[id_][:40], asked) for id_, asked in library.given_questions(document_id).items()
    ]


def _kept_written(library: Library, document_id: str) -> dict[str, Written]:
    """Return what the language model wrote for a document's passages by their whole text: all of it may be asked about."""
    texts = {passage.id: passage.text for passage in library.passages(document_id)}
    return {texts[id_]: by_model for id_, by_model in library.written_questions(document_id).items()}
