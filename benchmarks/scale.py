"""Search time among many passages, on one core: `python -m benchmarks.scale --data PATH`.

PATH is a folder in BEIR form. Normalising, encoding, searching and weighing are all in the figure; bm25s over the same terms
stands beside it.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from qa.threads import one_blas_thread

one_blas_thread()

import bm25s  # noqa: E402 - NumPy reads the number of threads when it is imported

from benchmarks.speed import milliseconds  # noqa: E402
from qa.evaluation.beir import Collection, read_collection  # noqa: E402
from qa.evaluation.indexing import index_collection, parts_of  # noqa: E402
from qa.prepare import cutter_of, encoder_of  # noqa: E402
from qa.retrieval.legs import Legs  # noqa: E402
from qa.retrieval.parameters import fitted_to  # noqa: E402
from qa.retrieval.retrievers import HybridRetriever, retrievers  # noqa: E402
from qa.retrieval.soft import SoftMatcher  # noqa: E402
from qa.settings import Settings  # noqa: E402
from qa.terms import query_terms, terms  # noqa: E402


def first(collection: Collection, most: int) -> Collection:
    """Return the collection with as many of its first documents as make `most` passages."""
    kept: dict[str, tuple[str, str]] = {}
    made = 0
    for id_, (title, text) in collection.passages.items():
        if (made := made + len(parts_of(text))) > most:
            break
        kept[id_] = title, text
    return Collection(kept, collection.queries, collection.relevant)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="PATH", help="a folder in BEIR form")
    parser.add_argument("--most", type=int, default=60_000, help="about how many passages (default %(default)s)")
    parser.add_argument("--questions", type=int, default=150, help="how many questions to ask (default %(default)s)")
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    collection, settings = first(read_collection(arguments.data), arguments.most), Settings.read()
    encoder, cutter = encoder_of(settings), cutter_of(settings)
    with tempfile.TemporaryDirectory(prefix="jianghai-qa-bench-") as folder:
        begun = time.perf_counter()
        indexed = index_collection(Path(folder), collection, settings, processes=1)
        generation, entries = indexed.generation, indexed.entries
        spent = time.perf_counter() - begun
        print(f"indexed {len(entries):,} passages in {spent:.0f} s, {len(entries) / spent:,.0f} a second, on one core")
        fitted = fitted_to(encoder.fingerprint, settings.data_path)
        found = retrievers(HybridRetriever(Legs(generation, SoftMatcher(generation)), encoder, cutter, fitted))
        peer = bm25s.BM25(k1=1.2, b=0.4)
        peer.index([terms(entry.text) for entry in entries], show_progress=False)
        asked = [
            query.question for query in collection.queries[:: max(1, len(collection.queries) // arguments.questions)]
        ]
        rows = {f"{mode}": (lambda q, r=retriever: r.search(q, 10)) for mode, retriever in found.items()}
        rows["bm25s alone (terms cut included)"] = lambda q: peer.retrieve(
            [query_terms(q)], k=10, show_progress=False, n_threads=1
        )
        print(f"\n{len(asked)} questions x 2 rounds\n| search | p50 ms | p95 ms |\n|---|---:|---:|")
        for name, work in rows.items():
            median, high = milliseconds(work, asked)
            print(f"| {name} | {median:.2f} | {high:.2f} |")


if __name__ == "__main__":
    main()
