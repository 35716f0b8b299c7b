"""How long an evaluation takes: `python -m benchmarks.evaluating [--questions 500] [--rounds 3]`.

The test questions that ship with the tests and their English wordings, as many as are wanted, over the seeds with the embedded
default: the whole command from start to end, report included, with the retrievers that it compares by default. In one
process and on all cores, and without the report, one after the other; the median of the rounds.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qa.prepare import prepare
from qa.settings import Settings, checkout
from qa.threads import cores


def questions(most: int) -> list[dict[str, Any]]:
    """Return up to `most` answerable questions: the shipped ones, then their English wordings."""
    root = checkout()
    if root is None:
        raise SystemExit("found no checkout, expected one: the test questions lie in tests/data")
    data = root / "tests" / "data"
    rows = [row for name in ("dev", "own") for row in _rows(data / f"{name}.jsonl") if row["answerable"]]
    english = {row["id"]: row["english"] for row in _rows(data / "dev_english.jsonl")}
    english |= {row["id"]: row["english"] for row in rows if "english" in row}
    wordings = [
        row | {"id": f"{row['id']}-en", "question": english[row["id"]], "lang": "en"}
        for row in rows
        if row["id"] in english
    ]
    return [*rows, *wordings][:most]


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def seconds(words: Sequence[str]) -> float:
    """Return how long the command takes from its start to its end."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "qa", "evaluate", *words], check=True, capture_output=True)
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=500, metavar="N", help="how many (default %(default)s)")
    parser.add_argument(
        "--rounds", type=int, default=3, metavar="N", help="how often each is timed (default %(default)s)"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jianghai-qa-bench-") as folder:
        data_dir, file = Path(folder) / "data", Path(folder) / "questions.jsonl"
        prepare(Settings.read({"JIANGHAI_QA_DATA_DIR": str(data_dir)}), lambda line: None)
        asked = questions(given.questions)
        file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in asked), encoding="utf-8")
        words = (str(file), "--data-dir", str(data_dir))
        report = ("--report", str(Path(folder) / "report"))
        ways = {
            f"all {cores()} cores, with the report": (*words, *report),
            "one process, with the report": (*words, *report, "--processes", "1"),
            f"all {cores()} cores, figures alone": words,
        }
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(given.rounds):
            for name, way in ways.items():
                taken[name].append(seconds(way))
    print(f"{len(asked)} questions, three retrievers, {given.rounds} rounds\n")
    print("| | median s | from | to |\n|---|---:|---:|---:|")
    for name, all_ in taken.items():
        print(f"| {name} | {statistics.median(all_):.1f} | {min(all_):.1f} | {max(all_):.1f} |")


if __name__ == "__main__":
    main()
