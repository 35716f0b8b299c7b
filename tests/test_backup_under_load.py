"""Backup and restore while a server answers and documents change: copies are whole, readers go on, nothing is lost."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
from api_support import GOLDEN, RunningServer, start_server
from support import REPORT, Keeper, run_command

from qa.changes import Upload
from qa.library import FILE, Library

QUESTION = "礼乐龙舟赛有多少支龙舟队"


class Traffic:
    """Asks and adds documents without pause; remembers what was acknowledged and what failed."""

    def __init__(self, url: str) -> None:
        self.url, self.stop = url, threading.Event()
        self.added: list[str] = []
        self.reads, self.faults = 0, list[str]()

    def read(self) -> None:
        with httpx.Client(base_url=self.url, trust_env=False, timeout=30) as client:
            while not self.stop.is_set():
                response = client.post("/v1/ask", json={"question": GOLDEN})
                if response.status_code != 200 or not response.json()["answerable"]:
                    self.faults.append(response.text[:300])
                self.reads += 1

    def write(self) -> None:
        with httpx.Client(base_url=self.url, trust_env=False, timeout=30) as client:
            number = 0
            while not self.stop.is_set():
                number += 1
                body = {"name": f"{number}.txt", "text": REPORT.replace("46", str(1000 + number))}
                response = client.post("/v1/documents", json=body)
                if response.status_code == 201:
                    self.added.append(response.json()["id"])
                else:
                    self.faults.append(response.text[:300])


@contextmanager
def traffic(server: RunningServer) -> Iterator[Traffic]:
    one = Traffic(server.url)
    threads = [threading.Thread(target=work) for work in (one.read, one.read, one.write)]
    for thread in threads:
        thread.start()
    try:
        yield one
    finally:
        one.stop.set()
        for thread in threads:
            thread.join()


def wait_for(traffic: Traffic, documents: int) -> None:
    until = time.monotonic() + 60
    while len(traffic.added) < documents:
        assert time.monotonic() < until, traffic.faults
        time.sleep(0.01)


def test_backup_and_restore_under_load(data_dir: Path, tmp_path: Path) -> None:
    server = start_server(data_dir)
    backup = tmp_path / "backup.sqlite"
    with traffic(server) as load:
        wait_for(load, 5)
        before = list(load.added)
        ran = run_command("backup", str(backup), "--data-dir", str(data_dir))
        assert ran.returncode == 0, ran.stderr
        after = list(load.added)
        restored = run_command("restore", str(backup), "--data-dir", str(data_dir), "--json")
        assert restored.returncode == 0, restored.stderr
        count = len(load.added)
        wait_for(load, count + 3)
    assert load.faults == []
    assert load.reads > 0
    assert json.loads(restored.stdout)["kept"].startswith(str(data_dir / f"{FILE}.before-restore-1"))
    # All that was acknowledged before the backup is in it; what came after it is in the library that was set aside.
    with httpx.Client(base_url=server.url, trust_env=False, timeout=30) as client:
        listed = client.get("/v1/documents", params={"limit": 100}).json()["documents"]
        there = {document["id"] for document in listed}
        assert set(before) <= there
        assert set(load.added[count + 1 :]) <= there
        found = client.post("/v1/search", json={"query": QUESTION, "top_k": 1}).json()["passages"][0]["citation"]
        assert {found["document_id"], *(c["document_id"] for c in found["also_in"])} <= there
    server.stop()
    (kept := tmp_path / "kept").mkdir()
    for path in data_dir.glob(f"{FILE}.before-restore-1*"):
        (kept / path.name.replace(".before-restore-1", "")).write_bytes(path.read_bytes())
    with closing(Library.open(kept)) as library:
        assert set(after) <= set(library.revisions())


def test_what_is_written_after_a_restore_outlives_connections_to_the_library_before_it(
    keeper: Keeper, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.sqlite"
    assert keeper.library.counts()[0] == 5  # opens a connection to the file that will be set aside
    keeper.library.backup(backup)
    ran = run_command("restore", str(backup), "--data-dir", str(keeper.data_dir))
    assert ran.returncode == 0, ran.stderr
    added = keeper.changes.add(Upload("a.txt", REPORT.encode())).id
    keeper.library.close()
    with closing(Library.open(keeper.data_dir)) as library:
        assert added in library.revisions()
