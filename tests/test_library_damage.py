"""A library that is damaged, foreign, too new, busy or read-only is told, and never changed."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support import DEV, GOLDEN, REPORT, ROOT, Keeper, plain_environment, settings_of

from qa import connection
from qa.changes import Changes, Upload
from qa.errors import LibraryBusy, LibraryDamaged, LibraryError, LibraryMissing, LibraryReadOnly, LibraryTooNew
from qa.index.locks import write_lock
from qa.library import FILE, Library
from qa.prepare import prepare


def cut_in_half(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def cut_to_a_page(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:4096])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def garbage(path: Path) -> None:
    path.write_bytes(b"no database at all " * 1000)


def overwritten_pages(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096 : 3 * 4096] = b"\xa5" * (2 * 4096)
    path.write_bytes(bytes(data))


def another_database(path: Path) -> None:
    path.unlink()
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE songs (title TEXT)")


HARMS = [cut_in_half, cut_to_a_page, emptied, garbage, overwritten_pages, another_database]


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_library_is_an_error_and_stays_as_it_is(data_dir: Path, harm: Callable[[Path], None]) -> None:
    harm(data_dir / FILE)
    library, manifest = (data_dir / FILE).read_bytes(), (data_dir / "index" / "manifest.json").read_bytes()
    said: list[str] = []
    for attempt in (lambda: Library.open(data_dir), lambda: prepare(settings_of(data_dir), said.append)):
        with pytest.raises(LibraryDamaged) as told:
            attempt()
        assert "restore a backup with: jianghai-qa restore FILE (nothing was changed)" in str(told.value)
        assert str(data_dir / FILE) in str(told.value)
    assert (data_dir / FILE).read_bytes() == library
    assert (data_dir / "index" / "manifest.json").read_bytes() == manifest
    assert said == []


@pytest.mark.parametrize("words", [("ask", GOLDEN), ("index",), ("documents", "list"), ("backup", "b.sqlite")])
def test_commands_stop_with_code_2_at_a_damaged_library(
    command: Callable[..., object], data_dir: Path, words: tuple[str, ...]
) -> None:
    garbage(data_dir / FILE)
    ran = command(*words)
    assert (ran.code, ran.out) == (2, "")
    assert "jianghai-qa restore FILE" in ran.err
    assert "Traceback" not in ran.err


def test_a_library_of_a_newer_version_is_left_alone(data_dir: Path) -> None:
    with contextlib.closing(sqlite3.connect(data_dir / FILE)) as db, db:
        db.execute(f"PRAGMA user_version={connection.FORMAT + 1}")
    before = (data_dir / FILE).read_bytes()
    for attempt in (lambda: Library.open(data_dir), lambda: prepare(settings_of(data_dir), print)):
        with pytest.raises(LibraryTooNew, match=r"has format 3, this version knows up to 2; update jianghai-qa"):
            attempt()
    assert (data_dir / FILE).read_bytes() == before


def test_no_library_is_told_with_the_command_that_makes_one(command: Callable[..., object], data_dir: Path) -> None:
    shutil.rmtree(data_dir)
    for words in (("ask", GOLDEN), ("search", GOLDEN), ("evaluate",), ("documents", "list"), ("backup", "b")):
        ran = command(*words)
        assert (ran.code, ran.out) == (2, "")
        assert "there is no library" in ran.err
        assert "jianghai-qa index" in ran.err
    with pytest.raises(LibraryMissing):
        Library.open(data_dir)


def test_the_second_writer_of_an_index_is_told_to_wait(keeper: Keeper) -> None:
    upload = Upload("page.txt", REPORT.encode())
    with write_lock(keeper.data_dir):
        refused = Changes(keeper.library, keeper.writer, seconds=0.1)
        with pytest.raises(LibraryBusy, match=r"another process has been writing in .* try again"):
            refused.add(upload)
    assert refused.add(upload).created


def test_a_writer_waits_for_one_that_is_soon_done(keeper: Keeper) -> None:
    with contextlib.ExitStack() as held:
        held.enter_context(write_lock(keeper.data_dir))
        threading.Timer(0.3, held.pop_all().close).start()
        started = time.monotonic()
        keeper.index()
    assert time.monotonic() - started > 0.25


def test_the_second_writer_of_a_library_is_told_to_wait(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_BUSY_SECONDS", 0.1)
    other = Library.open(keeper.data_dir)
    with contextlib.closing(sqlite3.connect(keeper.data_dir / FILE, isolation_level=None)) as first:
        first.execute("BEGIN IMMEDIATE")
        with pytest.raises(LibraryBusy, match=r"another process has been writing .*try again when it is done"):
            other.remove(other.documents()[0].id)
        assert other.counts()[0] == 5  # reading goes on
        first.execute("ROLLBACK")
    other.remove(other.documents()[0].id)
    other.close()


@pytest.fixture
def frozen_dir(data_dir: Path) -> Iterator[Path]:
    """The private copy without any right to write."""
    for path in [data_dir, *data_dir.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield data_dir
    for path in [data_dir, *data_dir.rglob("*")]:
        path.chmod(path.stat().st_mode | stat.S_IWUSR)


def without_privileges(data_dir: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command for which permission bits count: to root they mean nothing, unless it gives up its capabilities."""
    drop = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.getuid() == 0 else []
    return subprocess.run(
        [*drop, sys.executable, "-m", "qa", *words],
        cwd=ROOT,
        env=plain_environment() | {"JIANGHAI_QA_DATA_DIR": str(data_dir), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


needs_setpriv = pytest.mark.skipif(
    os.getuid() == 0 and shutil.which("setpriv") is None, reason="root needs setpriv to give up its capabilities"
)


@needs_setpriv
def test_a_read_only_data_folder_answers_and_refuses_writes(frozen_dir: Path) -> None:
    page = frozen_dir.parent / "page.txt"
    page.write_text(REPORT, encoding="utf-8")
    before = {p: p.read_bytes() for p in frozen_dir.rglob("*") if p.is_file()}
    removable = without_privileges(frozen_dir, "documents", "list").stdout.split()[0]
    asked = without_privileges(frozen_dir, "ask", GOLDEN)
    assert asked.returncode == 0, asked.stderr
    assert "20名培训教师" in asked.stdout
    writing = (("documents", "add", str(page)), ("documents", "remove", removable), ("index",))
    for words in (*writing, ("evaluate", str(DEV), "--fit"), ("evaluate", "--reset-fit")):
        refused = without_privileges(frozen_dir, *words)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "read-only" in refused.stderr
        assert "JIANGHAI_QA_DATA_DIR" in refused.stderr
        assert "Traceback" not in refused.stderr
    listed = without_privileges(frozen_dir, "documents", "list")
    assert len(listed.stdout.splitlines()) == 5
    assert {p: p.read_bytes() for p in frozen_dir.rglob("*") if p.is_file()} == before


@needs_setpriv
def test_an_empty_read_only_folder_cannot_become_a_library() -> None:
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o555)
        ran = without_privileges(Path(place), "index")
        assert ran.returncode == 2
        assert "read-only and holds no library" in ran.stderr
        Path(place).chmod(0o755)


def test_library_errors_are_of_one_family() -> None:
    for error in (LibraryBusy, LibraryDamaged, LibraryMissing, LibraryReadOnly, LibraryTooNew):
        assert issubclass(error, LibraryError)
