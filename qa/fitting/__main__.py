"""`python -m qa.fitting --data PATH`: fit, say how well it holds on questions left out, write the parameters."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder
from embeddings.errors import EncoderError
from embeddings.opening import open_encoder
from qa.errors import QAError
from qa.fitting.models import answer_ranks, confidence_rows, fit_logistic, fit_ranking, fit_relevance
from qa.fitting.pools import Pool, pools
from qa.fitting.questions import read_questions
from qa.retrieval.fusion import CONFIDENCE_FEATURES, FEATURES, sigmoid
from qa.words import WordCutter

TARGET = Path(__file__).resolve().parent.parent / "data" / "fitted.json"
# Of the questions whose answer is among the first five passages, this share may be refused.
REFUSED = 0.03
DEPTH = 5


def fit(there: list[Pool], gone: list[Pool]) -> tuple[dict[str, Any], NDArray[np.float64]]:
    """Fit on pools with and without the answer; return the parameters and the ranking weights."""
    ranking = fit_ranking(there)
    slope, offset = fit_relevance(there, ranking)
    rows = np.vstack([confidence_rows(there, ranking), confidence_rows(gone, ranking)])
    labels = np.concatenate([answer_ranks(there, ranking) <= DEPTH, np.zeros(len(gone))]).astype(np.float64)
    weights = fit_logistic(rows, labels)
    chances = sigmoid(rows @ weights[:-1] + weights[-1])
    parameters = {
        "ranking": dict(zip(FEATURES, ranking.round(4).tolist(), strict=True)),
        "relevance": {"slope": round(slope, 4), "offset": round(offset, 4)},
        "confidence": dict(zip((*CONFIDENCE_FEATURES, "offset"), weights.round(4).tolist(), strict=True)),
        "threshold": round(float(np.quantile(chances[labels == 1], REFUSED)), 4),
    }
    return parameters, ranking


def held_out_figures(there: list[Pool], gone: list[Pool], folds: int = 5) -> dict[str, float]:
    """Return what parameters fitted on four fifths of the passages do on the last fifth, over all five."""
    hits: list[float] = []
    firsts: list[float] = []
    kept: list[float] = []
    refused: list[float] = []
    part = np.arange(len(there)) * folds // len(there)
    for fold in range(folds):
        inside = [(t, g) for t, g, f in zip(there, gone, part, strict=True) if f != fold]
        outside = [(t, g) for t, g, f in zip(there, gone, part, strict=True) if f == fold]
        parameters, ranking = fit([t for t, _ in inside], [g for _, g in inside])
        ranks = answer_ranks([t for t, _ in outside], ranking)
        hits += list(ranks <= DEPTH)
        firsts += list(ranks == 1)
        *weights, offset = parameters["confidence"].values()
        for side, collected in ((0, kept), (1, refused)):
            chances = sigmoid(confidence_rows([pair[side] for pair in outside], ranking) @ np.array(weights) + offset)
            collected += list((chances >= parameters["threshold"]) == (side == 0))
    return {
        "questions": len(there),
        "hit@1": round(float(np.mean(firsts)), 3),
        "hit@5": round(float(np.mean(hits)), 3),
        "answered_when_the_passage_is_there": round(float(np.mean(kept)), 3),
        "refused_when_it_is_taken_away": round(float(np.mean(refused)), 3),
    }


def run(args: argparse.Namespace, encoder: Encoder) -> None:
    """Fit and write."""
    cutter, questions = WordCutter(), read_questions(args.data)
    there = pools(questions, encoder, cutter, answered=True)
    gone = pools(questions, encoder, cutter, answered=False)
    parameters, _ = fit(there, gone)
    figures = held_out_figures(there, gone)
    content = {"encoder_fingerprint": encoder.fingerprint, **parameters, "cross_validated": figures}
    args.out.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(content, ensure_ascii=False, indent=1))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m qa.fitting", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="PATH", help="folder of the training data")
    parser.add_argument("--encoder", default="embedded", help="embedded, a folder, or a model's name on a hub")
    parser.add_argument(
        "--out", type=Path, default=TARGET, help=f"file to write (default {TARGET.name} in the package)"
    )
    args = parser.parse_args()
    try:
        run(args, open_encoder(args.encoder))
    except (QAError, EncoderError) as fault:
        print(f"qa.fitting: {fault}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
