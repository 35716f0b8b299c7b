"""A writer that is killed at any moment leaves a sound library, and an index that opens or is rebuilt."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support import GOLDEN, ROOT, plain_environment, settings_of

from qa.errors import IndexError_
from qa.library import Library
from qa.prepare import prepare
from qa.service import Service

# Adds, replaces and removes documents for ever, the index following each time.
WRITER = """
import sys
from pathlib import Path
from support import REPORT, Keeper
keeper = Keeper(Path(sys.argv[1]))
print("ready", flush=True)
for number in range(10**6):
    ids = [keeper.add(f"{number}-{i}.txt", REPORT.replace("46", str(1000 + 3 * number + i))) for i in range(3)]
    keeper.index()
    keeper.add("other.txt", REPORT.replace("46", str(10**7 + number)), document_id=ids[0])
    keeper.library.remove(ids[1])
    keeper.index(anew=number % 3 == 2)
"""
IMPORTER = """
import sys
from pathlib import Path
from support import settings_of
from qa.prepare import prepare
print("ready", flush=True)
prepare(settings_of(Path(sys.argv[1])), lambda line: None)
"""


def kill_after(program: str, data_dir: Path, seconds: float) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(data_dir)],
        cwd=ROOT,
        env=plain_environment() | {"PYTHONPATH": f"{ROOT / 'tests'}:{ROOT}"},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(seconds)
        process.kill()


def check(data_dir: Path) -> None:
    """Open everything, rebuilding the index where need be, and compare it with the library."""
    settings = settings_of(data_dir)
    library = Library.open(data_dir)
    wanted = {d.id: d.revision for d in library.documents(limit=10_000)}
    ids = {p.id for id_ in wanted for p in library.passages(id_)}
    for document in library.documents(limit=10_000):
        for passage in library.passages(document.id):
            assert "".join(document.text[s:e] for s, e in passage.spans) == passage.quote
    library.close()
    said: list[str] = []
    try:
        Service.open(settings).close()
    except IndexError_:
        prepare(settings, said.append)
        assert len(said) == 1
    service = Service.open(settings)
    generation = service.engine().generation
    indexed = [generation.passage_id(row) for row in range(generation.rows) if generation.alive[row]]
    assert len(indexed) == len(set(indexed))
    assert set(indexed) == ids
    live = [s.record.live_documents for s in generation.segments]
    assert {id_: revision for part in live for id_, revision in part.items()} == wanted
    assert service.ask(GOLDEN).answerable
    service.close()


# Two in the suite; `make stress` runs many.
@pytest.mark.parametrize("seed", range(int(os.environ.get("JIANGHAI_QA_TEST_KILLS", "4")) // 2))
def test_a_killed_writer_leaves_what_can_be_served(data_dir: Path, seed: int) -> None:
    dice = random.Random(seed)
    versions = [0]
    for _ in range(2):
        kill_after(WRITER, data_dir, dice.uniform(0.02, 0.4))
        check(data_dir)
        library = Library.open(data_dir)
        versions.append(int(library.meta("index_version") or 0))
        library.close()
    assert versions == sorted(versions)


@pytest.mark.parametrize("seconds", [0.1, 0.8])
def test_a_killed_first_start_leaves_no_library_or_a_whole_one(tmp_path: Path, seconds: float) -> None:
    folder = tmp_path / "data"
    kill_after(IMPORTER, folder, seconds)
    prepare(settings_of(folder), lambda line: None)
    library = Library.open(folder)
    assert library.counts()[0] == 5
    library.close()
    check(folder)
