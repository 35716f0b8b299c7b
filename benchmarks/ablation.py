"""What each piece of evidence gives: `python -m benchmarks.ablation --data PATH`.

PATH is the folder of the training data. The questions that no part of the program was trained on are asked among all its
passages; the ranking is fitted anew without each column, on four fifths of the passages, and measured on the last fifth, over
all five. No index-time questions.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path

from qa.threads import one_blas_thread

one_blas_thread()

import numpy as np  # noqa: E402 - it reads the number of threads when it is imported

from embeddings.opening import open_encoder  # noqa: E402
from qa.fitting.models import answer_ranks, fit_ranking  # noqa: E402
from qa.fitting.pools import Pool, pools  # noqa: E402
from qa.fitting.questions import read_questions  # noqa: E402
from qa.retrieval.fusion import LegScores  # noqa: E402
from qa.words import WordCutter  # noqa: E402

FOLDS = 5


def without(pool: Pool, column: str) -> Pool:
    """Return the pool with one column of nothing."""
    return replace(pool, legs=replace(pool.legs, **{column: np.zeros_like(pool.legs.dense)}))


def held_out_ranks(material: Sequence[Pool]) -> np.ndarray:
    """Return each question's rank by weights that were fitted on the other folds."""
    fold = np.arange(len(material)) * FOLDS // len(material)
    ranks = np.zeros(len(material), np.int64)
    for part in range(FOLDS):
        weights = fit_ranking([pool for pool, f in zip(material, fold, strict=True) if f != part])
        ranks[fold == part] = answer_ranks([p for p, f in zip(material, fold, strict=True) if f == part], weights)
    return ranks


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="PATH", help="folder of the training data")
    questions, others = read_questions(parser.parse_args().data)
    material = pools(questions, open_encoder(), WordCutter(), others=others)
    styles = np.array([question.style for question in questions])
    names = [*dict.fromkeys(styles.tolist())]
    print(f"| evidence | all ({len(styles)}) | {' | '.join(f'{n} ({(styles == n).sum()})' for n in names)} |")
    print(f"|---|---|{'---|' * len(names)}")
    for column in (None, *(field.name for field in fields(LegScores))):
        ranks = held_out_ranks(material if column is None else [without(pool, column) for pool in material])
        groups = [ranks, *(ranks[styles == name] for name in names)]
        cells = " | ".join(f"{np.mean(group == 1):.3f} / {np.mean(group <= 5):.3f}" for group in groups)
        print(f"| {'all of it' if column is None else f'without {column}'} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
