"""Every example does against a server what it says."""

from __future__ import annotations

import json
import runpy
import shutil
import subprocess
import sys

import pytest
from api_support import ROOT, RunningServer

pytest_plugins = ["api_fixtures"]
EXAMPLES = ROOT / "examples"
ANSWER = "第一批20名培训教师"
# What each prints at least, and how often.
SCRIPTS = {"openai_sdk.py": (ANSWER, 2), "langchain_client.py": (ANSWER, 2), "mcp_client.py": (ANSWER, 2)}
SHELLS = {"curl.sh": (ANSWER, 5), "dify.sh": ('"records":[{"content":', 1)}
PAGES = {"widget.html"}  # tried in a browser, with the other pages of the widget


def test_every_example_is_tried() -> None:
    assert {file.name for file in EXAMPLES.iterdir() if file.is_file()} == {*SCRIPTS, *SHELLS, *PAGES}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_runs(
    name: str, server: RunningServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # In this process: the clients take seconds to import, and other tests import them as well.
    monkeypatch.setattr(sys, "argv", [name, server.url])
    monkeypatch.setenv("NO_PROXY", "*")
    runpy.run_path(str(EXAMPLES / name), run_name="__main__")
    part, times = SCRIPTS[name]
    assert capsys.readouterr().out.count(part) >= times


@pytest.mark.skipif(
    shutil.which("curl") is None, reason="found no curl on this machine, expected one for these examples"
)
@pytest.mark.parametrize("name", SHELLS)
def test_a_shell_script_runs(name: str, server: RunningServer) -> None:
    done = subprocess.run(
        ["sh", str(EXAMPLES / name), server.url],
        capture_output=True,
        text=True,
        timeout=60,
        env={"NO_PROXY": "*", "PATH": "/usr/bin:/bin:/usr/local/bin"},
    )
    assert done.returncode == 0, done.stderr
    part, times = SHELLS[name]
    assert done.stdout.count(part) >= times
    json.loads(done.stdout.splitlines()[0])
