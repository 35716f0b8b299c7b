"""Kill writers in mid-write and load a server: `make stress`.

First `--kills` writers are killed at random moments while a reader goes on; then sixteen readers ask a server for `--seconds`
without writes and for as long while `--changes` documents are added, replaced and removed. Exit code 1 when anything was lost,
half there, failed or inconsistent. All of it follows from `--seed`, as far as the machine's time allows.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

from qa.threads import one_blas_thread

one_blas_thread()

from benchmarks.serving import serving  # noqa: E402 - NumPy reads the number of threads when it is imported
from benchmarks.stress_kills import forking_server, kill_writers  # noqa: E402
from benchmarks.stress_load import run_load  # noqa: E402
from qa.prepare import prepare  # noqa: E402
from qa.settings import Settings  # noqa: E402

QUESTIONS = Path(__file__).resolve().parent.parent / "tests" / "data" / "dev.jsonl"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=500, help="writers to kill (default %(default)s)")
    parser.add_argument("--seconds", type=float, default=60, help="of readers with writes (default %(default)s)")
    parser.add_argument("--changes", type=int, default=200, help="documents changed meanwhile (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--forking-server", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.forking_server:
        forking_server()
        return 0
    with tempfile.TemporaryDirectory(prefix="jianghai-qa-stress-") as place:
        seeded = Path(place) / "seeded"
        prepare(Settings.read({"JIANGHAI_QA_DATA_DIR": str(seeded)}), lambda line: None)
        good = _kills(Path(shutil.copytree(seeded, Path(place) / "kills")), arguments) if arguments.kills else True
        good &= _load(Path(shutil.copytree(seeded, Path(place) / "load")), arguments) if arguments.changes else True
    return 0 if good else 1


def _kills(data_dir: Path, arguments: argparse.Namespace) -> bool:
    started = time.monotonic()
    outcome = kill_writers(Settings.read({"JIANGHAI_QA_DATA_DIR": str(data_dir)}), arguments.kills, arguments.seed)
    print(
        f"{outcome.kills} kills in {time.monotonic() - started:.0f} s: {outcome.acknowledged} acknowledged changes, "
        f"{outcome.lost} lost, {outcome.half} half there; the index was brought up after {outcome.behind} kills; "
        f"{outcome.reads} reads meanwhile, {outcome.failed_reads} failed"
    )
    _tell(outcome.faults)
    return outcome.sound


def _load(data_dir: Path, arguments: argparse.Namespace) -> bool:
    questions = [json.loads(line)["question"] for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    with serving(data_dir) as (url, _):
        load = run_load(url, questions, arguments.seconds, arguments.changes, arguments.seed)
    print(
        f"\n16 readers, {arguments.seconds:.0f} s without and {arguments.seconds:.0f} s with {len(load.writes)} changes"
    )
    print(load.table())
    _tell(load.faults)
    return not load.faults


def _tell(faults: list[str]) -> None:
    for fault in faults[:20]:
        print(f"fault: {fault}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
