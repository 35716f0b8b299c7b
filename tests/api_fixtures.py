"""The fixtures of the tests over HTTP: one server for all tests that only read."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from api_support import RunningServer, start_server


@pytest.fixture(scope="session")
def server(seeded_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One server over the seeds, shared by all tests that only read."""
    running = start_server(Path(shutil.copytree(seeded_dir, tmp_path_factory.mktemp("library") / "data")))
    yield running
    running.stop()


@pytest.fixture(scope="session")
def client(server: RunningServer) -> Iterator[httpx.Client]:
    """An HTTP client of the shared server; it ignores the proxies of the machine."""
    with httpx.Client(base_url=server.url, timeout=30, trust_env=False) as one:
        yield one
