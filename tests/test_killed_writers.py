"""A writer that is killed at any moment loses nothing that was acknowledged, and readers go on; `make stress` kills hundreds."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from api_support import start_server
from support import DEV, REPORT, ROOT, plain_environment, settings_of

from benchmarks.serving import serving
from benchmarks.stress_kills import kill_writers
from benchmarks.stress_load import run_load
from qa.library import Library
from qa.prepare import prepare

IMPORTER = """
import sys
from pathlib import Path
from support import settings_of
from qa.prepare import prepare
print("ready", flush=True)
prepare(settings_of(Path(sys.argv[1])), lambda line: None)
"""


def test_killed_writers_lose_nothing_that_was_acknowledged(data_dir: Path) -> None:
    outcome = kill_writers(settings_of(data_dir), kills=8, seed=7)
    assert outcome.faults == []
    assert (outcome.lost, outcome.half, outcome.failed_reads) == (0, 0, 0)
    assert outcome.kills == 8
    assert outcome.acknowledged > 0
    assert outcome.reads > 0


def test_readers_see_one_generation_while_documents_change(data_dir: Path) -> None:
    questions = [json.loads(line)["question"] for line in DEV.read_text(encoding="utf-8").splitlines()]
    with serving(data_dir) as (url, _):
        load = run_load(url, questions, seconds=2, changes=16, seed=3)
    assert load.faults == []
    assert len(load.writes) == 16
    assert len(load.busy) > 20


@pytest.mark.parametrize("seconds", [0.1, 0.8])
def test_a_killed_first_start_leaves_no_library_or_a_whole_one(tmp_path: Path, seconds: float) -> None:
    folder = tmp_path / "data"
    with subprocess.Popen(
        [sys.executable, "-c", IMPORTER, str(folder)],
        cwd=ROOT,
        env=plain_environment() | {"PYTHONPATH": f"{ROOT / 'tests'}:{ROOT}"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(seconds)
        process.kill()
    prepare(settings_of(folder), lambda line: None)
    library = Library.open(folder)
    assert library.counts()[0] == 5
    library.close()


def test_a_job_goes_on_after_its_server_was_killed(data_dir: Path) -> None:
    files = [("file", (f"{n}.txt", REPORT.replace("46", str(1000 + n)).encode())) for n in range(60)]
    server = start_server(data_dir)
    with httpx.Client(base_url=server.url, trust_env=False, timeout=30) as client:
        job = client.post("/v1/documents", files=files).json()
        time.sleep(0.3)
    server.process.kill()
    server.process.communicate()
    again = start_server(data_dir)
    with httpx.Client(base_url=again.url, trust_env=False, timeout=30) as client:
        until = time.monotonic() + 60
        while (told := client.get(f"/v1/jobs/{job['id']}").json())["status"] != "done":
            assert time.monotonic() < until, told
            time.sleep(0.1)
        assert (told["total"], told["done"], told["failed"]) == (60, 60, 0)
        assert len({one["id"] for one in told["files"]}) == 60
        assert client.get("/v1/status").json()["counts"]["documents"] == 65
    again.stop()
