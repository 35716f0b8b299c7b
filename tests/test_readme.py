"""What the READMEs show is what a user gets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qa.cli import main

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.zh-CN.md")


@pytest.mark.parametrize("name", READMES)
def test_the_example_is_the_real_answer(name: str, seeded_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    block = re.search(r'```console\n\$ jianghai-qa ask "(.+?)"\n(.*?)\n```', (ROOT / name).read_text("utf-8"), re.S)
    assert block is not None
    assert main(["ask", block[1], "--data-dir", str(seeded_dir)]) == 0
    assert capsys.readouterr().out.rstrip().startswith(block[2].rstrip())


@pytest.mark.parametrize("name", READMES)
def test_every_file_that_is_linked_is_there(name: str) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)]+)\)", (ROOT / name).read_text("utf-8"))
    assert len(links) > 10
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_both_readmes_show_the_same_figures_and_commands() -> None:
    tables = []
    for name in READMES:
        text = (ROOT / name).read_text("utf-8")
        rows = [line for line in text.splitlines() if re.match(r"\| (all|lang|type|RR|nDCG|95) ?", line)]
        tables.append((rows, re.findall(r"`(?:POST|GET) (/[^`]*)`", text), len(re.findall(r"^## ", text, re.M))))
    assert tables[0] == tables[1]
    assert len(tables[0][0]) > 10
