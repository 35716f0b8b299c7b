"""What reading errors cost: `python -m benchmarks.noise [--seeds N] [--shares 1,3,5] [--questions FILE]`.

The pages of the seeds, with a share of their Chinese characters replaced by ones that look alike, are read and indexed like
any others, and the test questions asked in hybrid mode, with index-time questions and without. Evidence is judged by its
place: a damaged page is as long as the clean one. The mean over several seeds stands beside the clean pages, with the fall in
points and its 95 % interval (the questions resampled).
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from qa.threads import one_blas_thread

one_blas_thread()

import numpy as np  # noqa: E402 - it reads the number of threads when it is imported
from numpy.typing import NDArray  # noqa: E402

from qa.alike import lookalikes  # noqa: E402
from qa.evaluation.judging import Need, needs_of  # noqa: E402
from qa.evaluation.queries import TestQuery, read_test_queries  # noqa: E402
from qa.evaluation.ranks import success  # noqa: E402
from qa.evaluation.runs import evaluate, in_process  # noqa: E402
from qa.prepare import prepare  # noqa: E402
from qa.records import Mode  # noqa: E402
from qa.service import Service  # noqa: E402
from qa.settings import Settings, checkout  # noqa: E402

KS = (1, 5)
RESAMPLES = 2000
Found = NDArray[np.float64]


def damaged(text: str, share: float, rng: random.Random) -> str:
    """Replace a share of the characters that have look-alikes by one of them."""
    places = [at for at, char in enumerate(text) if lookalikes(char)]
    chars = list(text)
    for at in rng.sample(places, round(share * len(places))):
        chars[at] = rng.choice(lookalikes(chars[at]))
    return "".join(chars)


def write_pages(clean: Path, folder: Path, share: float, seed: int) -> None:
    """Copy a folder of pages, its catalogue and index-time questions included, with damaged pages."""
    shutil.copytree(clean, folder)
    rng = random.Random(seed)
    for page in sorted(folder.glob("*.txt")):
        page.write_bytes(damaged(page.read_bytes().decode("utf-8"), share, rng).encode("utf-8"))


def found_within(
    pages: Path, settings: Settings, queries: Sequence[TestQuery], needs: dict[str, tuple[Need, ...]], modes: list[Mode]
) -> dict[tuple[Mode, bool], Found]:
    """Return, by mode and by whether index-time questions are used, what each question found within 1 and within 5."""
    with tempfile.TemporaryDirectory(prefix="jianghai-qa-bench-") as folder:
        own = replace(settings, data_dir=folder, seeds_dir=str(pages))
        prepare(own, lambda line: None)
        out = {}
        for use in (False, True):
            service = Service.open(replace(own, index_questions=use))
            for mode in modes:
                outcomes = evaluate(queries, needs, in_process(service, mode))
                out[mode, use] = np.array([[success(o.rank, k) for k in KS] for o in outcomes])
            service.close()
    return out


def interval(differences: Found) -> tuple[float, float]:
    """Return the 95 % interval of a mean over questions, by resampling them."""
    picks = np.random.default_rng(0).integers(0, len(differences), (RESAMPLES, len(differences)))
    low, high = np.quantile(differences[picks].mean(axis=1), (0.025, 0.975))
    return float(low), float(high)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="how many times each share is tried (default %(default)s)")
    parser.add_argument("--shares", default="1,3,5", help="percent of the characters, divided by commas")
    parser.add_argument("--questions", type=Path, help="test questions (default: the development questions)")
    parser.add_argument("--modes", default="hybrid", help="modes to measure, divided by commas (default %(default)s)")
    args = parser.parse_args()
    root, settings = checkout() or Path(), Settings.read()
    queries = read_test_queries(args.questions or root / "tests" / "data" / "dev.jsonl")
    clean = Path(settings.seeds_dir)
    texts = {page.name: page.read_bytes().decode("utf-8") for page in clean.glob("*.txt")}
    needs = needs_of([query for query in queries if query.answerable], texts.get)
    modes = [Mode(name) for name in args.modes.split(",")]
    before = found_within(clean, settings, queries, needs, modes)
    print("| mode | index-time questions | wrong characters | hit@1 | hit@5 | fall of hit@1 | fall of hit@5 |")
    print("|---|---|---:|---:|---:|---|---|")
    for (mode, use), found in before.items():
        hits = " | ".join(f"{value:.3f}" for value in found.mean(axis=0))
        print(f"| {mode} | {'on' if use else 'off'} | 0 % | {hits} | | |", flush=True)
    for share in (float(part) / 100 for part in args.shares.split(",")):
        runs = []
        for seed in range(args.seeds):
            with tempfile.TemporaryDirectory(prefix="jianghai-qa-bench-") as folder:
                write_pages(clean, Path(folder) / "pages", share, seed)
                runs.append(found_within(Path(folder) / "pages", settings, queries, needs, modes))
        for mode, use in before:
            _print_row(mode, use, share, before[mode, use], np.mean([run[mode, use] for run in runs], axis=0))


def _print_row(mode: Mode, use: bool, share: float, clean: Found, noisy: Found) -> None:
    hits = " | ".join(f"{value:.3f}" for value in noisy.mean(axis=0))
    falls = []
    for at in range(len(KS)):
        low, high = interval(clean[:, at] - noisy[:, at])
        fall = float((clean[:, at] - noisy[:, at]).mean())
        falls.append(f"{100 * fall:.1f} ({100 * low:.1f} to {100 * high:.1f})")
    print(f"| {mode} | {'on' if use else 'off'} | {100 * share:g} % | {hits} | {' | '.join(falls)} |", flush=True)


if __name__ == "__main__":
    main()
