"""The manifest: one small JSON file that says what the current generation of the index is made of.

A generation is a list of immutable segments and, for each, the rows that no longer count. Replacing the manifest by one
atomic rename makes the next generation current; a reader keeps the one that it opened.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import OrderedDict
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qa.connection import sync_folder
from qa.errors import IndexDamaged, IndexMissing, IndexStale

FORMAT = 3
GONE = -1
FILE = "manifest.json"
REBUILD = "rebuild it from the library with: jianghai-qa index"


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file of a segment, with what it must be: its size in bytes and the BLAKE2b hash of its content."""

    name: str
    size: int
    hash: str


@dataclass(frozen=True, slots=True)
class SegmentRecord:
    """An immutable segment: its folder's name, row count, files, and the documents in it with their revisions.

    `deleted` names the file of the `dead` row numbers that no longer count, or is None. A document whose rows no longer count
    keeps its place in `documents`, which the rows refer to, with the revision `GONE`.
    """

    name: str
    rows: int
    documents: dict[str, int]
    files: tuple[FileRecord, ...]
    deleted: FileRecord | None = None
    dead: int = 0

    @property
    def live_documents(self) -> dict[str, int]:
        """Return the documents that count, with the revision of each that was indexed."""
        return {id_: revision for id_, revision in self.documents.items() if revision != GONE}


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that decides what an index holds for a given library; an index of another recipe is stale."""

    encoder: str
    encoder_fingerprint: str
    dimensions: int
    passages: str
    dictionary: str
    lexical: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """One generation of the index. `index_version` grows with each; `library_revision` is what it was derived from."""

    index_version: int
    library_revision: int
    recipe: Recipe
    segments: tuple[SegmentRecord, ...]
    format: int = FORMAT


def file_record(path: Path, name: str | None = None) -> FileRecord:
    """Describe a file that has just been written."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
    return FileRecord(name or path.name, path.stat().st_size, digest)


# Files that this process has checked: what they are and the hash that was found. They never change, so the next generation
# that names them need not read them again.
_checked: OrderedDict[tuple[str, int, int, int, str], None] = OrderedDict()
_MOST_CHECKED = 20_000


def check_file(folder: Path, record: FileRecord) -> None:
    """Raise `IndexDamaged` unless the file is there and is what the manifest says."""
    path = folder / record.name
    try:
        there = path.stat()
    except OSError:
        there = None
    if there is None or there.st_size != record.size:
        found = "is missing" if there is None else f"has {there.st_size} bytes"
        raise IndexDamaged(f"the index is damaged: {path} {found}, expected {record.size} bytes; {REBUILD}")
    known = (str(path), there.st_ino, there.st_mtime_ns, there.st_size, record.hash)
    if known in _checked:
        return
    if file_record(path, record.name) != record:
        raise IndexDamaged(f"the index is damaged: the content of {path} is not what was written; {REBUILD}")
    _checked[known] = None
    while len(_checked) > _MOST_CHECKED:
        _checked.popitem(last=False)


def put_in_force(folder: Path, staged: Path) -> None:
    """Make a manifest that was staged the current one."""
    os.replace(staged, folder / FILE)
    sync_folder(folder)


def stage_manifest(folder: Path, manifest: Manifest) -> Path:
    """Write a manifest, durable, beside the current one; return its path. Nobody reads it yet."""
    unfinished = folder / f"{FILE}.{os.getpid()}.new"
    body = _body(manifest)
    with unfinished.open("w", encoding="utf-8") as stream:
        stream.write(json.dumps({"manifest": body, "hash": _hash(body)}, ensure_ascii=False))
        stream.flush()
        os.fsync(stream.fileno())
    return unfinished


def read_manifest(folder: Path) -> Manifest:
    """Read the current manifest; raise `IndexMissing`, `IndexDamaged` or `IndexStale` (another format)."""
    path = folder / FILE
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        body = content["manifest"]
        if content["hash"] != _hash(body):
            raise ValueError("its hash does not fit its content")
        if body["format"] != FORMAT:
            raise IndexStale(f"the index has format {body['format']}, this version reads {FORMAT}; {REBUILD}")
        return _manifest(body)
    except FileNotFoundError:
        raise IndexMissing(f"there is no index in {folder}; {REBUILD}") from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as fault:
        raise IndexDamaged(f"the index is damaged: {path} cannot be read ({fault}); {REBUILD}") from fault


def _hash(body: dict[str, Any]) -> str:
    return hashlib.blake2b(json.dumps(body, sort_keys=True).encode(), digest_size=16).hexdigest()


def _body(manifest: Manifest) -> dict[str, Any]:
    """Return a manifest as JSON's own types, tuples as lists: what reading it gives."""
    segments = [
        {
            "name": s.name,
            "rows": s.rows,
            "documents": s.documents,
            "files": [asdict(f) for f in s.files],
            "deleted": None if s.deleted is None else asdict(s.deleted),
            "dead": s.dead,
        }
        for s in manifest.segments
    ]
    versions = {"index_version": manifest.index_version, "library_revision": manifest.library_revision}
    return versions | {"recipe": asdict(manifest.recipe), "segments": segments, "format": manifest.format}


def _manifest(body: dict[str, Any]) -> Manifest:
    segments = tuple(
        SegmentRecord(
            s["name"],
            s["rows"],
            s["documents"],
            tuple(FileRecord(**f) for f in s["files"]),
            None if s["deleted"] is None else FileRecord(**s["deleted"]),
            s["dead"],
        )
        for s in body["segments"]
    )
    return Manifest(body["index_version"], body["library_revision"], Recipe(**body["recipe"]), segments, body["format"])
