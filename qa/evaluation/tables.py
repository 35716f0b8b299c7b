"""What an evaluation shows on a terminal, in the README (Markdown) and to programs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol, TypeVar

from qa.evaluation.queries import TestQuery
from qa.evaluation.runs import Outcome, Scores, scores
from qa.records import Mode

Runs = Mapping[Mode, Sequence[Outcome]]


class _OfQuery(Protocol):
    @property
    def query(self) -> TestQuery: ...


_One = TypeVar("_One", bound=_OfQuery)


def groups(outcomes: Sequence[_One]) -> dict[str, list[_One]]:
    """Return the outcomes as a whole, by language, then by type."""
    found: dict[str, list[_One]] = {"all": list(outcomes)}
    for key in ("lang", "type"):
        for outcome in sorted(outcomes, key=lambda o: str(getattr(o.query, key))):
            found.setdefault(f"{key} {getattr(outcome.query, key)}", []).append(outcome)
    return found


def markdown(runs: Runs) -> str:
    """Return one row a group and one column a retriever: hit@1 / hit@5, and for all questions RR@10 and nDCG@10."""
    modes = list(runs)
    by_mode = {mode: groups(outcomes) for mode, outcomes in runs.items()}
    lines = ["| questions | n | " + " | ".join(modes) + " |", "|---|---:|" + "---|" * len(modes)]
    for name, members in by_mode[modes[0]].items():
        cells = [_pair(scores(by_mode[mode][name])) for mode in modes]
        lines.append(f"| {name} | {len(members)} | " + " | ".join(cells) + " |")
    whole = [scores(runs[mode]) for mode in modes]
    n = len(runs[modes[0]])
    lines.append(f"| RR@10 | {n} | " + " | ".join(f"{s.rr_10:.3f}" for s in whole) + " |")
    lines.append(f"| nDCG@10 | {n} | " + " | ".join(f"{s.ndcg_10:.3f}" for s in whole) + " |")
    lines.append(f"| 95 % interval of hit@5 | {n} | " + " | ".join(_interval(s) for s in whole) + " |")
    return "\n".join(lines)


def _pair(s: Scores) -> str:
    return f"{s.success_1:.2f} / {s.success_5:.2f}"


def _interval(s: Scores) -> str:
    low, high = wilson(s.success_5, s.n)
    return f"{low:.2f}-{high:.2f}"


def wilson(share: float, n: int, z: float = 1.96) -> tuple[float, float]:
    """Return the 95 % interval of a share of `n` questions.

    Source: E. Wilson, Probable inference, the law of succession, and statistical inference, 1927.
    """
    if not n:
        return 0.0, 1.0
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def as_json(runs: Runs) -> dict[str, Any]:
    """Return all figures, and for every question the rank at which it was met, for programs."""
    return {
        mode: {
            "scores": {name: asdict(scores(members)) for name, members in groups(outcomes).items()},
            "questions": [
                {
                    "id": o.query.id,
                    "rank": o.rank,
                    "ndcg_10": o.ndcg,
                    "passages": [h.passage_id for h in o.hits],
                }
                for o in outcomes
            ],
        }
        for mode, outcomes in runs.items()
    }
