"""Connections to the library go with the threads that opened them, and a restore that is killed loses nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from support import REPORT, ROOT, Keeper, plain_environment, run_command

from qa.changes import Upload
from qa.library import FILE, Library

# Restores a backup and ends without warning just before one of its steps.
KILLED = """
import os, sys
from qa.cli import main
step, count, backup, data_dir = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
real = getattr(os, step)
def kill(*arguments, **options):
    global count
    count -= 1
    if count < 0 and any("library.sqlite" in str(a) for a in arguments):
        os._exit(9)
    return real(*arguments, **options)
setattr(os, step, kill)
main(["restore", backup, "--data-dir", data_dir])
"""


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="the system does not list open files")
def test_threads_that_have_ended_leave_no_file_open(keeper: Keeper) -> None:
    def read() -> None:
        keeper.library.counts()

    def burst() -> None:
        threads = [threading.Thread(target=read) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    burst()
    before = open_files()
    for _ in range(10):
        burst()
    # SQLite keeps a few open until the last lock on the file is gone.
    assert open_files() <= before + 20


def test_a_connection_to_a_library_that_was_replaced_is_closed(keeper: Keeper, tmp_path: Path) -> None:
    backup = tmp_path / "backup.sqlite"
    keeper.library.backup(backup)
    old = keeper.library._connections.get()
    assert run_command("restore", str(backup), "--data-dir", str(keeper.data_dir)).returncode == 0
    assert keeper.library.counts()[0] == 5
    with pytest.raises(Exception, match="closed"):
        old.execute("SELECT 1")


@pytest.mark.parametrize(("step", "count"), [("replace", 0), ("replace", 1), ("link", 0), ("replace", 2)])
def test_a_restore_that_is_killed_at_any_step_loses_nothing(
    keeper: Keeper, tmp_path: Path, step: str, count: int
) -> None:
    backup = tmp_path / "backup.sqlite"
    keeper.library.backup(backup)
    added = keeper.changes.add(Upload("a.txt", REPORT.encode())).id
    assert (keeper.data_dir / f"{FILE}-wal").stat().st_size  # acknowledged, and in the log alone
    ran = subprocess.run(
        [sys.executable, "-c", KILLED, step, str(count), str(backup), str(keeper.data_dir)],
        cwd=ROOT,
        env=plain_environment() | {"PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert ran.returncode == 9
    with closing(Library.open(keeper.data_dir)) as library:
        assert added in library.revisions()
    # … and the next one is none the worse for what is left.
    again = run_command("restore", str(backup), "--data-dir", str(keeper.data_dir))
    assert again.returncode == 0, again.stderr
    with closing(Library.open(keeper.data_dir)) as library:
        assert library.counts()[0] == 5
