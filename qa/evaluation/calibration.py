"""Whether a confidence is right as often as it says: reliability in bins, and two numbers for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """The predictions from `low` up to the next bin: how many, how confident on average, which share was right."""

    low: float
    n: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """The ten bins in order (an empty one has n 0), the expected calibration error and the Brier score."""

    bins: tuple[Bin, ...]
    ece: float
    brier: float


def reliability(confidences: Sequence[float], right: Sequence[bool]) -> Reliability:
    """Compare confidences with what was right, in ten bins of equal width; a bin holds its lower bound, the last one 1 too.

    ECE is `sum over bins of n_b / n * |mean confidence - share right|`, the Brier score `mean (confidence - right)²`; both
    are 0 without predictions.

    Source: C. Guo et al., On calibration of modern neural networks, 2017; G. W. Brier, Verification of forecasts expressed
    in terms of probability, 1950.
    """
    held: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for confidence, was in zip(confidences, right, strict=True):
        held[min(BINS - 1, int(confidence * BINS))].append((confidence, was))
    bins = tuple(_bin(number / BINS, members) for number, members in enumerate(held))
    n = max(1, len(confidences))
    return Reliability(
        bins,
        sum(b.n / n * abs(b.confidence - b.right) for b in bins),
        sum((confidence - was) ** 2 for confidence, was in zip(confidences, right, strict=True)) / n,
    )


def _bin(low: float, members: Sequence[tuple[float, bool]]) -> Bin:
    n = max(1, len(members))
    return Bin(low, len(members), sum(c for c, _ in members) / n, sum(was for _, was in members) / n)
