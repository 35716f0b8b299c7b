"""How well the confidence tells questions apart that no passage answers: `python -m benchmarks.near_misses --data PATH`.

PATH is the folder of the training data. `benchmarks/data/near_misses.jsonl` holds questions written for this purpose over 210 of
its passages, which each is answered by or, nearly, not: the subject is there, what is asked is not. They are about the passages'
text alone; nothing is fitted on them yet, and those of the part `kept apart` never shall be. AUC is the chance that an answerable
question has the higher confidence.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.threads import one_blas_thread

one_blas_thread()

import numpy as np  # noqa: E402 - NumPy reads the number of threads when it is imported

from embeddings.opening import open_encoder  # noqa: E402
from qa.errors import TestQueryError  # noqa: E402
from qa.fitting.pools import pools  # noqa: E402
from qa.fitting.questions import FittingQuestion, read_questions  # noqa: E402
from qa.retrieval.fusion import confidence, confidence_features, fuse  # noqa: E402
from qa.retrieval.parameters import fitted_to  # noqa: E402
from qa.words import WordCutter  # noqa: E402

QUESTIONS = Path(__file__).parent / "data" / "near_misses.jsonl"
_OTHERS = 1500


@dataclass(frozen=True, slots=True)
class Asked:
    """A question over a passage of the training data, known by the first digits of its SHA-256; None: off-topic."""

    question: str
    passage: str | None
    answerable: bool


def read_asked() -> list[Asked]:
    """Return the questions."""
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    return [Asked(row["question"], row["passage"], row["answerable"]) for row in rows]


def chances(asked: Sequence[Asked], data: Path) -> list[float]:
    """Return the confidence of each question among all the questions' passages and some others."""
    questions, others = read_questions(data)
    texts = {
        hashlib.sha256(text.encode()).hexdigest()[:16]: text
        for text in [*others, *(q.passage or "" for q in questions)]
    }
    missing = {one.passage for one in asked if one.passage} - texts.keys()
    if missing:
        raise TestQueryError(
            f"found {len(missing)} passages missing from {data}, expected the training data as published"
        )
    encoder = open_encoder()
    fitted = fitted_to(encoder.fingerprint, Path("no folder of its own"))
    if fitted is None:
        raise TestQueryError("found no parameters for the embedded encoder, expected those that ship with it")
    posed = [FittingQuestion(one.question, texts[one.passage] if one.passage else None, "") for one in asked]
    found = []
    for pool in pools(posed, encoder, WordCutter(), others=others[:_OTHERS]):
        sums = fuse(pool.legs, pool.latin, fitted)
        found.append(confidence(confidence_features(sums, pool.legs, pool.latin), fitted))
    print(f"threshold {fitted.threshold:.3f}")
    return found


def auc(higher: np.ndarray, lower: np.ndarray) -> float:
    """Return the chance that one of `higher` is above one of `lower`, a tie counting half."""
    above, tied = higher[:, None] > lower[None], higher[:, None] == lower[None]
    return float((above + tied / 2).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, metavar="PATH", help="folder of the training data")
    asked = read_asked()
    sure = np.array(chances(asked, parser.parse_args().data))
    right = np.array([one.answerable for one in asked])
    off_topic = np.array([one.passage is None for one in asked])
    print("| questions | n | AUC against answerable | median confidence |\n|---|---:|---:|---:|")
    print(f"| answerable | {right.sum()} | | {np.median(sure[right]):.2f} |")
    for name, chosen in (("near misses", ~right & ~off_topic), ("off-topic", off_topic)):
        print(f"| {name} | {chosen.sum()} | {auc(sure[right], sure[chosen]):.2f} | {np.median(sure[chosen]):.2f} |")


if __name__ == "__main__":
    main()
