"""Measure the embedded encoder and the vector index: `python -m benchmarks.bench_encoder [--rows N]`.

`--transformer` measures another encoder instead, `--reranker` a reranker, each named as in the settings.
Each figure is printed with its unit; latencies are the median and the 95th percentile of repeated calls.
"""

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from embeddings.encoder import Encoder
from embeddings.faiss_index import FaissIndex
from embeddings.opening import open_encoder, open_reranker
from embeddings.running import AUTO, Running

QUESTION = "江海区社区党建学院第一批聘了多少名培训教师？"
PASSAGE = (
    "当日，江海区社区党建学院正式揭牌，并为第一批20名培训教师颁发聘书，为培养本土社区工作者人才队伍提供有力支撑。" * 4
)


def milliseconds(work: Callable[[], object], times: int) -> str:
    """Return the median and the 95th percentile of `times` calls."""
    spent = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        spent.append(1_000 * (time.perf_counter() - begun))
    spent.sort()
    return f"p50 {statistics.median(spent):.3f} ms, p95 {spent[int(0.95 * len(spent))]:.3f} ms"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=60_000, help="rows of the index (default %(default)s)")
    parser.add_argument("--transformer", metavar="MODEL", help="folder or hub name of an encoder to measure")
    parser.add_argument("--reranker", metavar="MODEL", help="folder or hub name of a reranker to measure")
    parser.add_argument("--threads", type=int, default=1, help="torch threads (default %(default)s)")
    parser.add_argument("--device", default=AUTO, help="torch device (default %(default)s)")
    arguments = parser.parse_args()
    running = Running(threads=arguments.threads, device=arguments.device)
    if arguments.transformer:
        measure_encoder(lambda: open_encoder(arguments.transformer, running), questions=50, passages=200)
    if arguments.reranker:
        measure_reranker(arguments.reranker, running)
    if not arguments.transformer and not arguments.reranker:
        measure_index(measure_encoder(open_encoder, questions=500, passages=5_000), arguments.rows)
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def measure_encoder(opening: Callable[[], Encoder], questions: int, passages: int) -> Encoder:
    """Print how long an encoder takes to open, to encode a question and to encode passages; return it."""
    begun = time.perf_counter()
    encoder = opening()
    print(f"open {encoder.name}: {time.perf_counter() - begun:.3f} s")
    encoder.encode_queries([QUESTION])  # the first call of a transformer sets things up
    print(f"encode one question: {milliseconds(lambda: encoder.encode_queries([QUESTION]), questions)}")
    begun = time.perf_counter()
    encoder.encode_passages([f"{number} {PASSAGE}" for number in range(passages)])
    print(f"encode passages of {len(PASSAGE)} characters: {passages / (time.perf_counter() - begun):,.0f} a second")
    return encoder


def measure_reranker(name: str, running: Running) -> None:
    """Print how long a reranker takes to open and to score the 20 passages of one question."""
    begun = time.perf_counter()
    reranker = open_reranker(name, running)
    print(f"open {reranker.name}: {time.perf_counter() - begun:.3f} s")
    texts = [f"{number} {PASSAGE}" for number in range(20)]
    reranker.scores(QUESTION, texts)
    print(f"rerank 20 passages: {milliseconds(lambda: reranker.scores(QUESTION, texts), 20)}")


def measure_index(encoder: Encoder, rows: int) -> None:
    """Print how long a vector index takes to open and to search."""
    vectors = np.random.default_rng(0).normal(size=(rows, encoder.dimensions)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    half = np.arange(rows) % 2 == 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vectors.faiss"
        FaissIndex.of(vectors).save(path)
        begun = time.perf_counter()
        index = FaissIndex.open(path, rows, encoder.dimensions)
        print(f"open an index of {rows:,} rows: {time.perf_counter() - begun:.4f} s")
        query = encoder.encode_queries([QUESTION])
        print(f"search it: {milliseconds(lambda: index.search(query, 10), 200)}")
        print(f"search half of it: {milliseconds(lambda: index.search(query, 10, half), 200)}")


if __name__ == "__main__":
    main()
