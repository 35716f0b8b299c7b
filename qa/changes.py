"""Change what the library holds and the index with it: all of a change or nothing, on disk before it is acknowledged.

`qa.applying` has the order of things: readers go from one state to the next within milliseconds. A crash before the commit
leaves the old state; one after it leaves an index that is behind the library, which whoever opens it for writing brings up.
"""

from __future__ import annotations

import contextlib
import errno
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import PurePath

from qa.applying import Applier, Put, put_of
from qa.errors import (
    Conflict,
    DiskFull,
    InvalidRequest,
    LibraryReadOnly,
    QAError,
    UnreadableDocument,
    UnsupportedForm,
)
from qa.index.compaction import compact
from qa.index.locks import BUSY_SECONDS, write_lock
from qa.index.writer import IndexWriter
from qa.index_questions import PassageQuestions
from qa.intake import Intake, content_hash, take_in
from qa.library import Library
from qa.records import DocumentRecord, Metadata
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
    """A file to be added. Of a document that is replaced, what `metadata` does not state stays as it was known.

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


class _Outdated(Exception):
    """Another writer has changed what this change was made from; it is made again."""


class Changes:
    """Add, replace and remove documents of one data folder; safe to use from several threads and processes.

    Documents are read and indexed before the write lock is taken, which is held for moments only. Raises `LibraryBusy` when
    another writer is at work for `seconds`, `LibraryReadOnly` and `DiskFull`; nothing has changed then.
    """

    def __init__(
        self, library: Library, index: IndexWriter, most_bytes: int | None = None, seconds: float = BUSY_SECONDS
    ) -> None:
        self._library, self._index = library, index
        self._most_bytes, self._seconds = most_bytes, seconds
        self._applier = Applier(library, index)

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
        while True:
            with self._library.snapshot():
                before = self._library.document(document_id)
                self._check_owner(document_id, upload)
                asked, by_model = _kept_questions(self._library, document_id), _kept_written(self._library, document_id)
            intake = self._read(replace(upload, metadata=_known(before.metadata, upload.metadata)), document_id)
            rows = upload.questions or tuple(replace(row, file=intake.document.file) for row in asked)
            put = put_of(intake, rows, by_model)
            try:
                version = self._apply([put], partial(self._check_same, before))
            except _Outdated:
                continue
            return Changed(document_id, intake.document.file, version, created=False, lost=put.lost)

    def remove(self, document_id: str) -> int:
        """Remove a document; return the version of the index from which it is gone. Raises `NotFound`.

        Whoever searches from now on does not find it, whichever version of the index is open there.
        """
        self._library.document(document_id)
        with self._writing():
            return self._applier.apply(None, [document_id])

    def tidy(self, *, everything: bool = False) -> bool:
        """Merge small segments of the index, and empty the library's log, which keeps what was removed.

        Return whether all that was to be done is done: not while another process merges, or reads for long.
        """
        done = compact(self._index, self._library, everything=everything, seconds=self._seconds)
        return self._library.checkpoint() and done

    def _add_batch(
        self, batch: Sequence[Upload], done: int, report: Callable[[int], None] | None
    ) -> list[Changed | Refused]:
        while True:
            read: list[Intake | Changed | Refused] = []
            taken: dict[str, str] = {}
            for number, upload in enumerate(batch, start=done + 1):
                read.append(self._read_new(upload, taken))
                if report is not None:
                    report(number)
            puts = [put_of(r, u.questions, {}) for u, r in zip(batch, read, strict=True) if isinstance(r, Intake)]
            try:
                version = self._apply(puts, partial(self._check_new, puts)) if puts else self._served()
            except _Outdated:
                continue
            lost = {put.intake.document.id: put.lost for put in puts}
            return [_with_version(one, version, lost) for one in read]

    def _read_new(self, upload: Upload, taken: dict[str, str]) -> Intake | Changed | Refused:
        """Read a document, unless its content is there; `taken` holds the ids of this batch by content, and is added to."""
        sha256 = content_hash(upload.data)
        there = taken.get(sha256) or self._library.document_with_content(sha256)
        if there is not None:
            return Changed(there, _file_name(upload.name), 0, created=False)
        try:
            intake = self._read(upload, self._library.new_id(sha256, among=taken.values()))
        except (UnreadableDocument, UnsupportedForm, InvalidRequest) as fault:
            return Refused(upload.name, fault)
        taken[sha256] = intake.document.id
        return intake

    def _read(self, upload: Upload, document_id: str) -> Intake:
        try:
            return take_in(
                upload.name,
                upload.data,
                upload.metadata or Metadata(),
                document_id=document_id,
                most_bytes=self._most_bytes,
                media_type=upload.media_type,
            )
        except (QAError, MemoryError, OSError):
            raise
        except Exception as fault:
            # A fault of the reader itself: told as such, and other files are none the worse for it.
            log.exception("%s could not be read", upload.name)
            raise UnreadableDocument(_OWN_FAULT.format(_file_name(upload.name))) from fault

    def _apply(self, puts: Sequence[Put], check: Callable[[], None]) -> int:
        """Index documents apart, then put them in as the only writer, after `check`; return the index version."""
        with _disk_faults_told():
            prepared = self._applier.prepare(puts)
        try:
            with self._writing():
                check()
                return self._applier.apply(prepared)
        finally:
            self._applier.discard(prepared)

    def _served(self) -> int:
        """Return the version of an index that holds all of the library."""
        if self._applier.is_current():
            return self._applier.brought_up().index_version
        with self._writing():
            return self._applier.brought_up().index_version

    def _check_new(self, puts: Sequence[Put]) -> None:
        """Raise `_Outdated` when another writer has added one of the contents, or taken an id, since they were read."""
        for document in (put.intake.document for put in puts):
            if self._library.document_with_content(document.sha256) or self._library.has(document.id):
                raise _Outdated

    def _check_same(self, before: DocumentRecord) -> None:
        """Raise `_Outdated` when another writer has changed the document since it was read, `NotFound` when it is gone."""
        if self._library.document(before.id).revision != before.revision:
            raise _Outdated

    def _check_owner(self, document_id: str, upload: Upload) -> None:
        owner = self._library.document_with_content(content_hash(upload.data))
        if owner not in (None, document_id):
            raise Conflict(
                f"this content is document {owner} already, expected new content for {document_id}; nothing was changed"
            )

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """Be the only writer for the block."""
        with write_lock(self._index.data_dir, self._seconds), _disk_faults_told():
            yield


@contextlib.contextmanager
def _disk_faults_told() -> Iterator[None]:
    """Tell a full or a read-only disk as such."""
    try:
        yield
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull("the disk is full; free some space and try again") from fault
        if fault.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            raise LibraryReadOnly(
                "the data folder is read-only, so nothing can be written; make it writable or set JIANGHAI_QA_DATA_DIR"
            ) from fault
        raise


def _with_version(one: Intake | Changed | Refused, version: int, lost: Mapping[str, int]) -> Changed | Refused:
    if isinstance(one, Refused):
        return one
    if isinstance(one, Changed):
        return replace(one, index_version=version)
    document = one.document
    return Changed(document.id, document.file, version, created=True, lost=lost[document.id])


def _known(before: Metadata, stated: Metadata | None) -> Metadata:
    """Return what is known of a document: what is not stated anew stays."""
    if stated is None:
        return before
    return Metadata(*(getattr(stated, f.name) or getattr(before, f.name) for f in fields(Metadata)))


def _file_name(name: str) -> str:
    return PurePath(name.replace("\\", "/")).name


def _kept_questions(library: Library, document_id: str) -> list[PassageQuestions]:
    """Return the questions that the user gave a document by how their passages begin."""
    texts = {passage.id: passage.text for passage in library.passages(document_id)}
    return [PassageQuestions("", texts[id_][:40], asked) for id_, asked in library.given_questions(document_id).items()]


def _kept_written(library: Library, document_id: str) -> dict[str, Written]:
    """Return what the language model wrote for a document's passages by their whole text: all of it may be asked about."""
    texts = {passage.id: passage.text for passage in library.passages(document_id)}
    return {texts[id_]: by_model for id_, by_model in library.written_questions(document_id).items()}
