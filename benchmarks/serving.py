"""A server over a data folder for measurements: `jianghai-qa serve` in a process of its own, on a free port."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def serving(data_dir: Path, **settings: str) -> Iterator[tuple[str, int]]:
    """Serve for the block; yield address and process id. Raises `RuntimeError` when the server does not become ready."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JIANGHAI_QA_")}
    ours = {f"JIANGHAI_QA_{name.upper()}": value for name, value in settings.items()}
    process = subprocess.Popen(
        [sys.executable, "-m", "qa", "serve", "--port", "0", "--data-dir", str(data_dir)],
        env=kept | ours,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield _address(process), process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def _address(process: subprocess.Popen[str]) -> str:
    said = ""
    for line in process.stderr or ():
        said += line
        if line.startswith("ready on "):
            return line.removeprefix("ready on ").strip()
    raise RuntimeError(f"the server ended before it was ready:\n{said}")
