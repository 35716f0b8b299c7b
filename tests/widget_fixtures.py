"""The fixtures of the widget's tests: another site, and a server that lets it show the chat."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from api_support import RunningServer, start_server
from host_site import HostSite, host_site


@pytest.fixture(scope="session")
def site() -> Iterator[HostSite]:
    with host_site() as one:
        yield one


@pytest.fixture(scope="session")
def open_server(site: HostSite, seeded_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server that lets the other site show its chat."""
    folder = shutil.copytree(seeded_dir, tmp_path_factory.mktemp("open") / "data")
    allowed = f"{site.origin}, https://*.Example.org"
    running = start_server(Path(folder), settings={"WIDGET_ORIGINS": allowed})
    yield running
    running.stop()
