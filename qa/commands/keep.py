"""`index`, `backup` and `restore`: keep the library and what is derived from it."""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from qa.commands.output import print_json, progress, say
from qa.connection import Connections, sync_folder, writable
from qa.errors import (
    IndexError_,
    LibraryBusy,
    LibraryDamaged,
    LibraryError,
    LibraryMissing,
    LibraryOld,
    QAError,
    SettingsError,
)
from qa.index.locks import BUSY_SECONDS, write_lock
from qa.index.manifest import FILE as MANIFEST
from qa.index.manifest import Manifest, read_manifest
from qa.library import FILE, Library
from qa.migration import migrate as migrate_library
from qa.migration import migrate_tables
from qa.options import read_settings
from qa.prepare import bring_index_up, check_nothing_lost, create_library, cutter_of, encoder_of, open_brought_up
from qa.settings import Settings


def index(args: argparse.Namespace) -> int:
    """Bring the index up to the library; a data folder without a library gets one with the seeds."""
    settings = read_settings(args)
    if not (settings.data_path / FILE).is_file():
        check_nothing_lost(settings.data_path)
        create_library(settings, say)
    open_brought_up(settings.data_path, say).close()
    manifest = rebuild(settings, anew=True)
    rows = sum(segment.rows for segment in manifest.segments)
    documents = sum(len(segment.live_documents) for segment in manifest.segments)
    if args.json:
        print_json({"index_version": manifest.index_version, "documents": documents, "passages": rows})
    else:
        print(f"index {manifest.index_version}: {documents} documents, {rows} passages, {manifest.recipe.encoder}")
    return 0


def rebuild(settings: Settings, *, anew: bool = False) -> Manifest:
    """Open library and encoder and bring the index up; `anew` writes all of it again, whatever is there."""
    library = Library.open(settings.data_path)
    try:
        encoder, cutter = encoder_of(settings), cutter_of(settings)
        return bring_index_up(settings, library, encoder, cutter, progress("indexing"), anew=anew)
    finally:
        library.close()


def migrate(args: argparse.Namespace) -> int:
    """Bring a library of an older version to the present form, and its index with it."""
    settings = read_settings(args)
    changed = migrate_library(settings.data_path, say)
    version = rebuild(settings).index_version
    if args.json:
        print_json({"migrated": changed, "index_version": version})
    elif not changed:
        print(f"the library in {settings.data_path} has the present form already, index {version}")
    else:
        print(f"migrated the library in {settings.data_path}, index {version}")
    return 0


def backup(args: argparse.Namespace) -> int:
    """Copy the library, whole and consistent, to one file."""
    settings, target = read_settings(args), Path(args.file)
    if target.exists():
        raise SettingsError(f"found a file at {target}, expected a new name; nothing was written")
    if not writable(target.resolve().parent):
        raise SettingsError(f"the backup {target} cannot be written there; choose another place")
    library = Library.open(settings.data_path)
    unfinished = target.with_name(target.name + ".unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        library.backup(unfinished)
        os.replace(unfinished, target)
        sync_folder(target.resolve().parent)
    except OSError as fault:
        raise SettingsError(
            f"the backup {target} cannot be written ({fault.strerror}); choose another place"
        ) from fault
    except QAError:
        unfinished.unlink(missing_ok=True)
        raise
    finally:
        library.close()
    if args.json:
        print_json({"file": str(target), "bytes": target.stat().st_size})
    else:
        print(f"backup of {settings.data_path} in {target} ({target.stat().st_size} bytes)")
    return 0


def restore(args: argparse.Namespace) -> int:
    """Check a backup, keep the present library beside it, put the backup in its place and index it."""
    settings, source = read_settings(args), Path(args.file)
    _check_backup(source)
    settings.data_path.mkdir(parents=True, exist_ok=True)
    with write_lock(settings.data_path):
        kept = _put_in_place(settings.data_path, source)
    open_brought_up(settings.data_path, say).close()
    manifest = rebuild(settings)
    if args.json:
        print_json({"index_version": manifest.index_version, "kept": None if kept is None else str(kept)})
    else:
        print(f"restored {source} into {settings.data_path}, index {manifest.index_version}")
        if kept is not None:
            print(f"the library that was there is kept in {kept}")
    return 0


def _check_backup(source: Path) -> None:
    try:
        Connections(source).close()
    except LibraryOld:
        return  # its copy is migrated
    except LibraryMissing:
        raise SettingsError(f"found no file {source}, expected a backup made with: jianghai-qa backup FILE") from None
    except LibraryDamaged as fault:
        raise SettingsError(f"{source} is no sound backup ({fault}); nothing was changed") from fault


def _last_version(data_dir: Path) -> int:
    """Return the last index version that this data folder has seen, 0 when nothing there tells."""
    seen = [0]
    with suppress(IndexError_):
        seen.append(read_manifest(data_dir / "index").index_version)
    with suppress(LibraryError), closing(Library.open(data_dir)) as library:
        seen.append(int(library.meta("index_version") or 0))
    return max(seen)


def _put_in_place(data_dir: Path, source: Path) -> Path | None:
    """Copy the backup beside the library, set the library aside with its log, rename the copy into its place."""
    library, copy = data_dir / FILE, data_dir / f"{FILE}.restoring"
    for left in data_dir.glob(
        f"{FILE}.restoring*"
    ):  # by a restore that was killed: a log of it would be applied to the copy
        left.unlink()
    shutil.copyfile(source, copy)
    migrate_tables(copy)
    # The versions go on from where they are, not from where they were when the backup was made.
    with closing(Library(Connections(copy))) as restored:
        restored.next_index_version(above=_last_version(data_dir))
    with copy.open("rb") as stream:
        os.fsync(stream.fileno())
    if not library.exists():
        return _renamed(data_dir, copy, None)
    number = next(n for n in range(1, 10_000) if not any(data_dir.glob(f"{FILE}.before-restore-{n}*")))
    kept = data_dir / f"{FILE}.before-restore-{number}"
    with _log_emptied(library):
        # The log belongs to the old file: left where it is, it would be applied to the new one. It is empty, so a crash
        # between any two of these steps leaves a whole library.
        for suffix in ("-wal", "-shm"):
            log = library.with_name(FILE + suffix)
            if log.exists():
                os.replace(log, kept.with_name(kept.name + suffix))
        # A second name for the old file, then the new one renamed over the first: there is a library at every moment.
        os.link(library, kept)
        return _renamed(data_dir, copy, kept)


def _renamed(data_dir: Path, copy: Path, kept: Path | None) -> Path | None:
    # Its revisions may count other content than those of the library that was there.
    (data_dir / "index" / MANIFEST).unlink(missing_ok=True)
    os.replace(copy, data_dir / FILE)
    sync_folder(data_dir)
    return kept


@contextmanager
def _log_emptied(library: Path) -> Iterator[None]:
    """Let nobody write to a library, all of which is in its file and nothing in its log; a damaged one stays as it is.

    Raises `LibraryBusy` when readers keep the log in use for some seconds.
    """
    until = time.monotonic() + BUSY_SECONDS
    with closing(sqlite3.connect(library, isolation_level=None, timeout=BUSY_SECONDS)) as db:
        try:
            while True:
                busy, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                db.execute("BEGIN IMMEDIATE")
                log = library.with_name(FILE + "-wal")
                if not busy and not (log.exists() and log.stat().st_size):
                    break
                db.execute("ROLLBACK")
                if time.monotonic() > until:
                    raise LibraryBusy("the library is in use; stop what reads it for long (a backup), and try again")
        except sqlite3.DatabaseError as fault:
            if "locked" in str(fault) or "busy" in str(fault):
                raise LibraryBusy("the library is being written; try again when that is done") from fault
            yield  # it is damaged, and nothing can be saved of its log
            return
        yield
