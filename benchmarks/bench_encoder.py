"""Measure the embedded encoder and the vector index: `python benchmarks/bench_encoder.py [--rows N]`.

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

from embeddings.faiss_index import FaissIndex
from embeddings.opening import open_encoder

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
    rows = parser.parse_args().rows

    begun = time.perf_counter()
    encoder = open_encoder()
    print(f"open the encoder: {time.perf_counter() - begun:.3f} s")
    print(f"encode one question: {milliseconds(lambda: encoder.encode_queries([QUESTION]), 500)}")
    begun = time.perf_counter()
    encoder.encode_passages([f"{number} {PASSAGE}" for number in range(5_000)])
    print(f"encode passages of {len(PASSAGE)} characters: {5_000 / (time.perf_counter() - begun):,.0f} a second")

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
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
