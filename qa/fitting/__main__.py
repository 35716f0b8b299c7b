"""`python -m qa.fitting --data PATH`: fit, say how well it holds on questions left out, write the parameters."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
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
from qa.fitting.questions import FittingQuestion, off_topic_questions, read_questions
from qa.retrieval.fusion import CONFIDENCE_FEATURES, FEATURES, sigmoid
from qa.words import WordCutter

TARGET = Path(__file__).resolve().parent.parent / "data" / "fitted.json"
# Of the questions whose answer is among the first five passages, this share may be refused.
REFUSED = 0.06
DEPTH = 5


@dataclass(frozen=True, slots=True)
class Material:
    """The pools of the same questions: among thousands of passages, which ranking is learnt on; among as many as a small
    library holds, with the answer and without it, which probabilities are learnt on. `off_topic` are other questions. Those that
    end in `asked` are the same where passages carry index-time questions: a library holds both kinds of passages.
    """

    many: list[Pool]
    there: list[Pool]
    gone: list[Pool]
    off_topic: list[Pool]
    there_asked: list[Pool]
    gone_asked: list[Pool]
    off_topic_asked: list[Pool]

    def part(self, chosen: NDArray[np.bool_], off_topic: NDArray[np.bool_]) -> Material:
        """Return the pools of the chosen questions."""
        small = ((self.there, chosen), (self.gone, chosen), (self.off_topic, off_topic))
        asked = ((self.there_asked, chosen), (self.gone_asked, chosen), (self.off_topic_asked, off_topic))
        groups = ((self.many, chosen), *small, *asked)
        return Material(*([p for p, wanted in zip(ps, mask, strict=True) if wanted] for ps, mask in groups))


def fit(material: Material) -> tuple[dict[str, Any], NDArray[np.float64]]:
    """Return the parameters and the ranking weights."""
    there = [*material.there, *material.there_asked]
    unanswered = [*material.gone, *material.off_topic, *material.gone_asked, *material.off_topic_asked]
    ranking = fit_ranking(material.many)
    slope, offset = fit_relevance(there, ranking)
    rows = np.vstack([confidence_rows(there, ranking), confidence_rows(unanswered, ranking)])
    labels = np.concatenate([answer_ranks(there, ranking) <= DEPTH, np.zeros(len(unanswered))]).astype(np.float64)
    weights = fit_logistic(rows, labels)
    chances = sigmoid(rows @ weights[:-1] + weights[-1])
    parameters = {
        "ranking": dict(zip(FEATURES, ranking.round(4).tolist(), strict=True)),
        "relevance": {"slope": round(slope, 4), "offset": round(offset, 4)},
        "confidence": dict(zip((*CONFIDENCE_FEATURES, "offset"), weights.round(4).tolist(), strict=True)),
        "threshold": round(float(np.quantile(chances[labels == 1], REFUSED)), 4),
    }
    return parameters, ranking


def held_out_figures(material: Material, folds: int = 5) -> dict[str, float]:
    """Return what parameters fitted on four fifths of the passages do on the last fifth, over all five."""
    ranks: list[NDArray[np.int64]] = []
    many_ranks: list[NDArray[np.int64]] = []
    kept: list[NDArray[np.bool_]] = []
    refused: list[NDArray[np.bool_]] = []
    off_topic: list[NDArray[np.bool_]] = []
    n, off = len(material.there), len(material.off_topic)
    part, off_part = np.arange(n) * folds // n, np.arange(off) % folds
    for fold in range(folds):
        inside = material.part(part != fold, off_part != fold)
        outside = material.part(part == fold, off_part == fold)
        parameters, ranking = fit(inside)
        ranks.append(answer_ranks(outside.there, ranking))
        many_ranks.append(answer_ranks(outside.many, ranking))
        *weights, offset = parameters["confidence"].values()
        groups = (
            ([*outside.there, *outside.there_asked], kept),
            ([*outside.gone, *outside.gone_asked], refused),
            ([*outside.off_topic, *outside.off_topic_asked], off_topic),
        )
        for pools_, collected in groups:
            chances = sigmoid(confidence_rows(pools_, ranking) @ np.array(weights) + offset)
            collected.append(chances >= parameters["threshold"])
    few, many = np.concatenate(ranks), np.concatenate(many_ranks)
    return {
        "questions": n,
        "hit@1": _share(few == 1),
        "hit@5": _share(few <= DEPTH),
        "hit@1 among all passages": _share(many == 1),
        "hit@5 among all passages": _share(many <= DEPTH),
        "answered when the passage is there": _share(np.concatenate(kept)),
        "refused when it is taken away": _share(~np.concatenate(refused)),
        "refused when off-topic": _share(~np.concatenate(off_topic)),
    }


def _share(found: NDArray[np.bool_]) -> float:
    return round(float(found.mean()), 3)


def _with_index_questions(
    questions: list[FittingQuestion], encoder: Encoder, cutter: WordCutter
) -> tuple[list[Pool], list[Pool]]:
    """Return the pools with the answer and without it when passages carry index-time questions.

    The questions of one style are asked while those of the other styles are indexed, each style in turn.
    """
    there: dict[int, Pool] = {}
    gone: dict[int, Pool] = {}
    for style in dict.fromkeys(q.style for q in questions):
        places = [i for i, q in enumerate(questions) if q.style == style]
        asked, beside = [questions[i] for i in places], [q for q in questions if q.style != style]
        others = [q.passage for q in questions if q.passage is not None]
        for answered, found in ((True, there), (False, gone)):
            scored = pools(asked, encoder, cutter, answered=answered, others=others, beside=beside)
            found.update(zip(places, scored, strict=True))
    return [there[i] for i in range(len(questions))], [gone[i] for i in range(len(questions))]


def run(args: argparse.Namespace, encoder: Encoder) -> None:
    """Fit and write."""
    cutter, (questions, others) = WordCutter(), read_questions(args.data)
    off_topic = off_topic_questions()
    material = Material(
        pools(questions, encoder, cutter, others=others),
        pools(questions, encoder, cutter),
        pools(questions, encoder, cutter, answered=False),
        pools([*off_topic, *questions], encoder, cutter)[: len(off_topic)],
        *_with_index_questions(questions, encoder, cutter),
        pools([*off_topic, *questions], encoder, cutter, beside=questions)[: len(off_topic)],
    )
    parameters, _ = fit(material)
    figures = held_out_figures(material)
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
