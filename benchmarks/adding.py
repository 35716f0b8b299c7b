"""Articles added over HTTP, one by one and in one batch: `python -m benchmarks.adding --data PATH`.

PATH is a folder in BEIR form, of which the first documents are taken. One by one: the time until each answer, and from the
answer until a search finds the article. In one batch: articles a second, beside the rate of bare reading, encoding and
indexing in the same run, before and after it.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from qa.threads import one_blas_thread

one_blas_thread()

import httpx  # noqa: E402 - NumPy reads the number of threads when it is imported

from benchmarks.serving import serving  # noqa: E402
from qa.evaluation.beir import read_collection  # noqa: E402
from qa.index.entries import entries_of  # noqa: E402
from qa.index.segment import build_segment  # noqa: E402
from qa.intake import take_in  # noqa: E402
from qa.prepare import cutter_of, encoder_of, prepare  # noqa: E402
from qa.records import Metadata  # noqa: E402
from qa.settings import Settings  # noqa: E402

Article = tuple[str, str]


def articles_of(folder: Path, count: int) -> list[Article]:
    """Return name and text of the first articles."""
    passages = read_collection(folder).passages
    return [(f"{number:05}.txt", f"# {title}\n\n{text}\n") for number, (title, text) in
            enumerate(islice(passages.values(), count))]  # fmt: skip


def one_by_one(data_dir: Path, articles: Sequence[Article]) -> None:
    """Print how long answers take and how long it takes from each until the article is found."""
    answered, found = [], []
    with serving(data_dir) as (url, _), httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        for name, text in articles:
            started = time.perf_counter()
            body = client.post("/v1/documents", json={"name": name, "text": text}).raise_for_status().json()
            answered.append(time.perf_counter() - started)
            found.append(_until_found(client, body["id"], text))
    print(
        f"\n{len(articles)} articles added one by one over HTTP, seconds\n| | median | 95 % | slowest |\n|---|---:|---:|---:|"
    )
    tenth = max(20, len(articles) // 10)
    for what, taken in (
        ("until the answer", answered),
        ("… the first tenth", answered[:tenth]),
        ("… the last tenth", answered[-tenth:]),
        ("from the answer until a search finds it", found),
    ):
        high = statistics.quantiles(taken, n=20)[-1]
        print(f"| {what} | {statistics.median(taken):.3f} | {high:.3f} | {max(taken):.3f} |")
    ratio = statistics.median(answered[-tenth:]) / statistics.median(answered[:tenth])
    print(
        f"the last tenth takes {ratio:.2f} times what the first takes; {sum(t > 2 for t in found)} found after more than 2 s"
    )


def _until_found(client: httpx.Client, document_id: str, text: str) -> float:
    started = time.perf_counter()
    while True:
        query = {"query": text[:200], "top_k": 1, "filters": {"document_ids": [document_id]}}
        if client.post("/v1/search", json=query).raise_for_status().json()["passages"]:
            return time.perf_counter() - started


def batch(data_dir: Path, articles: Sequence[Article]) -> float:
    """Return articles a second when all are sent in one request."""
    with serving(data_dir) as (url, _), httpx.Client(base_url=url, timeout=600, trust_env=False) as client:
        started = time.perf_counter()
        files = [("file", (name, text.encode())) for name, text in articles]
        job = client.post("/v1/documents", files=files).raise_for_status().json()
        while job["status"] != "done":
            time.sleep(0.1)
            job = client.get(job["url"]).raise_for_status().json()
        taken = time.perf_counter() - started
    if job["failed"]:
        raise RuntimeError(f"{job['failed']} articles were refused")
    return len(articles) / taken


def bare(articles: Sequence[Article]) -> float:
    """Return articles a second that are read, encoded and indexed in memory's reach: no library, no locks, no server."""
    settings = Settings.read({})
    encoder, cutter = encoder_of(settings), cutter_of(settings)
    cutter.words("")
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        entries = []
        for name, text in articles:
            intake = take_in(name, text.encode(), Metadata())
            entries += entries_of(intake.document, {a.id: a for a in intake.articles}, intake.passages, {})
        documents = dict.fromkeys((e.document_id for e in entries), 1)
        build_segment(Path(folder), "bare", documents, entries, encoder, encoder.encode_passages, cutter)
        return len(articles) / (time.perf_counter() - started)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, metavar="PATH", help="a folder in BEIR form")
    parser.add_argument("--count", type=int, default=2000, help="how many articles (default %(default)s)")
    arguments = parser.parse_args()
    articles = articles_of(arguments.data, arguments.count)
    with tempfile.TemporaryDirectory(prefix="jianghai-qa-bench-") as place:
        seeded = Path(place) / "seeded"
        prepare(Settings.read({"JIANGHAI_QA_DATA_DIR": str(seeded)}), lambda line: None)
        before = bare(articles)
        together = batch(Path(shutil.copytree(seeded, Path(place) / "batch")), articles)
        after = bare(articles)
        print(f"{len(articles)} articles, {sum(len(text) for _, text in articles)} characters, articles a second")
        print(
            "| bare, before | one batch over HTTP | bare, after |\n|---:|---:|---:|\n"
            f"| {before:.1f} | {together:.1f} | {after:.1f} |"
        )
        print(f"the batch has {2 * together / (before + after):.2f} of the bare rate")
        one_by_one(Path(shutil.copytree(seeded, Path(place) / "single")), articles)


if __name__ == "__main__":
    main()
