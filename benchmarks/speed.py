"""Search time, start-up time and memory of the service over the seeds: `make bench`.

Each figure stands beside one of the same run that it can be compared with, since machines are noisy and ratios hold better
than seconds: the hybrid search beside its legs and beside bm25s, the start beside a bare interpreter and beside loading the
same model through sentence-transformers.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

from qa.threads import one_blas_thread

one_blas_thread()

from qa.prepare import prepare  # noqa: E402 - NumPy reads the number of threads when it is imported
from qa.service import Service  # noqa: E402
from qa.settings import Settings  # noqa: E402
from qa.terms import query_terms, terms  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "江海区社区党建学院第一批聘了多少名培训教师?"
ROUNDS = 5


def questions() -> list[str]:
    """Return the development questions."""
    lines = (ROOT / "tests" / "data" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines]


def milliseconds(work: Callable[[str], object], asked: Sequence[str]) -> tuple[float, float]:
    """Return median and 95th percentile of the milliseconds a call takes, after one round that is not counted."""
    _, *rounds = [_round(work, asked) for _ in range(3)]
    taken = [one for some in rounds for one in some]
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1]


def _round(work: Callable[[str], object], asked: Sequence[str]) -> list[float]:
    taken = []
    for question in asked:
        started = time.perf_counter()
        work(question)
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def search_times(settings: Settings) -> None:
    """Print how long a search takes in process, by retriever, and how long bm25s takes on the same terms."""
    import bm25s

    service, asked = Service.open(settings), questions()
    first = statistics.median(_round(service.search, asked))
    passages = [p.text for d in service.library.documents() for p in service.library.passages(d.id)]
    peer = bm25s.BM25(k1=1.2, b=0.4)
    peer.index([terms(text) for text in passages], show_progress=False)

    def ask_peer(question: str) -> object:
        return peer.retrieve([query_terms(question)], k=10, show_progress=False, n_threads=1)

    print(f"\nsearch in process, {len(passages)} passages, {len(asked)} questions x 2 rounds, citations included")
    print("| search | p50 ms | p95 ms |\n|---|---:|---:|")
    modes = service.engine().retrievers
    rows = {f"{mode}": (lambda q, m=mode: service.search(q, mode=m)) for mode in modes}
    for name, work in {**rows, "ask": service.ask, "bm25s alone (ids only, terms cut included)": ask_peer}.items():
        median, high = milliseconds(work, asked)
        print(f"| {name} | {median:.2f} | {high:.2f} |")
    print(f"| hybrid, each question for the first time | {first:.2f} | |")
    service.close()


def seconds(command: Sequence[str], environment: dict[str, str]) -> float:
    """Return the median seconds that a command takes from start to end."""
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        subprocess.run(command, env=environment, capture_output=True, check=True)
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def start_times(environment: dict[str, str]) -> None:
    """Print how long commands take, beside a bare interpreter and beside the same model through sentence-transformers."""
    from embeddings.opening import EMBEDDED_FOLDER

    python = sys.executable
    load = (
        f"from sentence_transformers import SentenceTransformer as S; S({str(EMBEDDED_FOLDER)!r}).encode({QUESTION!r})"
    )
    commands = {
        "python -c pass": [python, "-c", "pass"],
        "jianghai-qa --help": [python, "-m", "qa", "--help"],
        "jianghai-qa ask": [python, "-m", "qa", "ask", QUESTION],
        "the same model through sentence-transformers, one question": [python, "-c", load],
    }
    print(f"\nwhole processes, median of {ROUNDS}\n| command | s |\n|---|---:|")
    for name, command in commands.items():
        print(f"| {name} | {seconds(command, environment):.2f} |")


def server(environment: dict[str, str]) -> None:
    """Print how long a server takes until it answers, and its peak memory after every question was asked of it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "qa", "serve", "--port", str(port)], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        while not _answers(f"http://127.0.0.1:{port}/readyz"):
            if process.poll() is not None or time.perf_counter() - started > 60:
                raise SystemExit("the server did not become ready within 60 s")
            time.sleep(0.02)
        ready = time.perf_counter() - started
        median, high = milliseconds(lambda q: _post(f"http://127.0.0.1:{port}/v1/ask", q), questions())
        status = Path(f"/proc/{process.pid}/status")
        peak = (
            next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
            if status.exists()
            else ""
        )
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    kilobytes = peak.split()[1] if peak else "0"
    print("\nserver over HTTP, one client\n| figure | value |\n|---|---:|")
    print(f"| until ready, index in place | {ready:.2f} s |")
    print(f"| POST /v1/ask p50 / p95 | {median:.2f} / {high:.2f} ms |")
    print(f"| peak memory (VmHWM) | {int(kilobytes) / 1024:.0f} MB |")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def _post(url: str, question: str) -> bytes:
    body = json.dumps({"question": question}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        return bytes(response.read())


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="jianghai-qa-bench-") as folder:
        environment = {**os.environ, "JIANGHAI_QA_DATA_DIR": folder}
        settings = Settings.read(environment)
        prepare(settings, lambda line: None)
        search_times(settings)
        start_times(environment)
        server(environment)


if __name__ == "__main__":
    main()
