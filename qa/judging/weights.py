"""The learnt weights that turn evidence into chances: which statement answers, and whether any does.

Two logistic regressions. A feature enters as `(value - centre) / scale`, kept within three scales, so that a rare value never
outweighs all others. They read with the embedded model, whichever encoder searches, and belong to it by its fingerprint.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.judging.evidence import FEATURES
from qa.retrieval.fusion import sigmoid

Rows = NDArray[np.float64]
Chances = NDArray[np.float64]
FILE = "answering.json"
# Raised when the meaning of a feature changes.
FORMAT = 1
WIDEST = 3.0
_LEAST, _MOST = 1e-4, 1 - 1e-4
# The chances of the statements and the search's own confidence, beside the evidence of the best statement and the most of any.
_TOGETHER = ("best", "second", "any", "search", "best_by_search", "likely")
QUESTION_FEATURES = (*(f"best_{n}" for n in FEATURES), *(f"most_{n}" for n in FEATURES), *_TOGETHER)


@dataclass(frozen=True)
class Weights:
    """One logistic regression over named features."""

    centre: Rows
    scale: Rows
    weight: Rows
    offset: float

    def chances(self, rows: Rows) -> Chances:
        """Return the probability of each row, (n,)."""
        scaled = np.clip((rows - self.centre) / self.scale, -WIDEST, WIDEST)
        found: Chances = sigmoid(scaled @ self.weight + self.offset)
        return found


@dataclass(frozen=True)
class AnsweringWeights:
    """`statement` weighs `FEATURES`, `question` weighs `QUESTION_FEATURES`; an answer is given from `threshold` on.

    Where the question is less like all that was found than `unlike`, that is about something else.
    """

    encoder_fingerprint: str
    statement: Weights
    question: Weights
    threshold: float
    unlike: float = 0.0


def logit(chance: float) -> float:
    """Return the log odds of a probability, which is kept a little away from 0 and 1."""
    kept = min(max(chance, _LEAST), _MOST)
    return float(np.log(kept / (1 - kept)))


def question_row(rows: Rows, chances: Chances, search: float) -> Rows:
    """Return `QUESTION_FEATURES` of a question, from its statements' evidence and chances and the search's confidence."""
    order = np.argsort(-chances, kind="stable")
    best = logit(float(chances[order[0]]))
    second = logit(float(chances[order[1]])) if len(order) > 1 else logit(0.0)
    some = logit(1 - float(np.prod(1 - chances)))
    sure = logit(search)
    together = [best, second, some, sure, best * sure, float((chances > 0.2).sum())]
    row: Rows = np.concatenate([rows[order[0]], rows.max(axis=0), together])
    return row


@cache
def shipped_weights() -> AnsweringWeights:
    """Return the weights that ship with the program."""
    raw = json.loads(resources.files("qa").joinpath("data", FILE).read_text(encoding="utf-8"))
    if raw.get("format") != FORMAT:
        raise ValueError(f"found {FILE} of format {raw.get('format')!r}, expected {FORMAT}; install the package again")
    return AnsweringWeights(
        raw["encoder_fingerprint"],
        _read(raw["statement"], FEATURES),
        _read(raw["question"], QUESTION_FEATURES),
        float(raw["threshold"]),
        float(raw["unlike"]),
    )


def as_json(weights: AnsweringWeights) -> dict[str, Any]:
    """Return the weights in the form of the file, every one with the name of its feature."""
    return {
        "format": FORMAT,
        "encoder_fingerprint": weights.encoder_fingerprint,
        "threshold": round(weights.threshold, 4),
        "unlike": round(weights.unlike, 4),
        "statement": _written(weights.statement, FEATURES),
        "question": _written(weights.question, QUESTION_FEATURES),
    }


def _written(weights: Weights, names: tuple[str, ...]) -> dict[str, Any]:
    rows = zip(names, weights.centre, weights.scale, weights.weight, strict=True)
    features = {name: [_short(centre), _short(scale), _short(weight)] for name, centre, scale, weight in rows if weight}
    return {"offset": round(weights.offset, 4), "features": features}


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def _read(raw: dict[str, Any], names: tuple[str, ...]) -> Weights:
    """Return weights; a feature that the file does not name counts nothing, one that it alone knows is a fault."""
    unknown = raw["features"].keys() - set(names)
    if unknown:
        raise ValueError(f"found the features {sorted(unknown)}, expected those of this version")
    table = np.array([raw["features"].get(name, (0.0, 1.0, 0.0)) for name in names], np.float64)
    return Weights(table[:, 0], table[:, 1], table[:, 2], float(raw["offset"]))
