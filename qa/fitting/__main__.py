"""`python -m qa.fitting --data PATH`: fit, say how well it holds on questions left out, write the parameters."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder
from embeddings.errors import EncoderError
from embeddings.opening import open_encoder
from qa.errors import QAError
from qa.fitting.material import DEPTH, Material, fit
from qa.fitting.models import answer_ranks, confidence_rows
from qa.fitting.pools import Pool, pools
from qa.fitting.questions import FittingQuestion, off_topic_questions, read_questions
from qa.retrieval.fusion import confidence
from qa.retrieval.parameters import as_json
from qa.words import WordCutter

TARGET = Path(__file__).resolve().parent.parent / "data" / "fitted.json"


@dataclass(frozen=True, slots=True)
class Shipped:
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

    def part(self, chosen: NDArray[np.bool_], off_topic: NDArray[np.bool_]) -> Shipped:
        """Return the pools of the chosen questions."""
        small = ((self.there, chosen), (self.gone, chosen), (self.off_topic, off_topic))
        asked = ((self.there_asked, chosen), (self.gone_asked, chosen), (self.off_topic_asked, off_topic))
        groups = ((self.many, chosen), *small, *asked)
        return Shipped(*([p for p, wanted in zip(ps, mask, strict=True) if wanted] for ps, mask in groups))

    def material(self) -> Material:
        """Return what is fitted on: with index-time questions and without, together."""
        there = [*self.there, *self.there_asked]
        return Material(self.many, there, [*self.gone, *self.off_topic, *self.gone_asked, *self.off_topic_asked])


def held_out_figures(material: Shipped, folds: int = 5) -> dict[str, float]:
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
        fitted = fit(inside.material(), "")
        ranking = np.array(fitted.ranking)
        ranks.append(answer_ranks(outside.there, ranking))
        many_ranks.append(answer_ranks(outside.many, ranking))
        groups = (
            ([*outside.there, *outside.there_asked], kept),
            ([*outside.gone, *outside.gone_asked], refused),
            ([*outside.off_topic, *outside.off_topic_asked], off_topic),
        )
        for pools_, collected in groups:
            chances = [confidence(row, fitted) for row in confidence_rows(pools_, ranking)]
            collected.append(np.array(chances) >= fitted.threshold)
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
    material = Shipped(
        pools(questions, encoder, cutter, others=others),
        pools(questions, encoder, cutter),
        pools(questions, encoder, cutter, answered=False),
        pools([*off_topic, *questions], encoder, cutter)[: len(off_topic)],
        *_with_index_questions(questions, encoder, cutter),
        pools([*off_topic, *questions], encoder, cutter, beside=questions)[: len(off_topic)],
    )
    fitted = fit(material.material(), encoder.fingerprint)
    content = {**as_json(fitted), "cross_validated": held_out_figures(material)}
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
