"""A real server for the tests of the API and its pages: `python -m api` in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "seeds"
GOLDEN = "江海区社区党建学院第一批聘了多少名培训教师?"
CITATION_FIELDS = {
    "document_id", "file", "page", "publication", "published", "title", "byline", "event_date", "paragraph",
    "spans", "quote", "note", "url", "also_in",
}  # fmt: skip

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that answers; `said` is what it said on standard error until it was ready."""

    url: str
    process: subprocess.Popen[str]
    data_dir: Path
    said: str

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal; return the exit code and what the server still said."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        _, rest = self.process.communicate(timeout=20)
        return self.process.returncode, rest


def environment(data_dir: Path, settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return an environment with these settings of the product and no others."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JIANGHAI_QA_")}
    given = {"DATA_DIR": str(data_dir), "SEEDS_DIR": str(SEEDS), **(settings or {})}
    return kept | {f"JIANGHAI_QA_{name}": value for name, value in given.items()}


def start_server(data_dir: Path, *options: str, settings: Mapping[str, str] | None = None) -> RunningServer:
    """Start a server on a free port and wait until it says that it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", "api", "--port", "0", *options],
        cwd=ROOT,
        env=environment(data_dir, settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if line.startswith("ready on "):
            return RunningServer(_address(line), process, data_dir, said)
    raise AssertionError(f"the server ended with {process.wait()} before it was ready:\n{said}")


def _address(line: str) -> str:
    return line.removeprefix("ready on ").strip()


def error_of(response: httpx.Response, status: int, code: str) -> str:
    """Assert status, code and the one shape of errors; return the message."""
    assert response.status_code == status, response.text
    body = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "details"}
    assert body["error"]["code"] == code
    for secret in ("Traceback", str(ROOT), "/home/", "/tmp/", ".py", "site-packages"):
        assert secret not in response.text
    return str(body["error"]["message"])


def joined(text: str, spans: list[list[int]]) -> str:
    """Return the stored text of some spans."""
    return "".join(text[start:end] for start, end in spans)
