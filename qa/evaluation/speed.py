"""How fast questions were answered, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qa.evaluation.runs import Outcome


@dataclass(frozen=True, slots=True)
class Speed:
    """Milliseconds for a question, the median and the 95th percentile, and how many a second."""

    n: int
    p50_ms: float
    p95_ms: float
    per_second: float


def speed(outcomes: Sequence[Outcome]) -> Speed | None:
    """Return the speed over some outcomes, None when none was asked here."""
    seconds = [o.seconds for o in outcomes if o.seconds is not None]
    if not seconds:
        return None
    p50, p95 = (float(one) * 1000 for one in np.percentile(seconds, (50, 95)))
    return Speed(len(seconds), p50, p95, len(seconds) / max(sum(seconds), 1e-9))
