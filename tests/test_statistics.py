"""Intervals and tests against SciPy, and arithmetic by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats

from qa.evaluation.comparing import Run, compare, comparisons
from qa.evaluation.queries import TestQuery
from qa.evaluation.runs import Outcome
from qa.evaluation.speed import speed
from qa.evaluation.statistics import adjusted, difference, intervals


def outcome(id_: str, rank: int | None, ndcg: float, seconds: float | None = None) -> Outcome:
    query = TestQuery(id_, f"{id_}?", "zh", "fact", True, "", ())
    values = {"Success@5": float(rank is not None and rank <= 5), "nDCG@10": ndcg}
    return Outcome(query, (), (), rank, values, seconds)


def test_intervals_are_those_of_scipy() -> None:
    rng = np.random.default_rng(1)
    values = np.column_stack([rng.random(120) < 0.8, rng.random(120) ** 2]).astype(np.float64)
    low, high = intervals(values, resamples=20_000)
    for column in range(2):
        theirs = stats.bootstrap((values[:, column],), np.mean, n_resamples=20_000, method="percentile", rng=2)
        bounds = theirs.confidence_interval
        assert (low[column], high[column]) == pytest.approx((bounds.low, bounds.high), abs=0.01)


def test_an_interval_holds_the_mean_about_as_often_as_it_says() -> None:
    held = 0
    for seed in range(200):
        sample = np.random.default_rng(seed).random((80, 1)) ** 2
        low, high = intervals(sample, resamples=500)
        held += low[0] <= 1 / 3 <= high[0]
    assert 0.90 <= held / 200 <= 0.99


def test_intervals_at_the_edges() -> None:
    assert [bound.tolist() for bound in intervals(np.ones((7, 1)))] == [[1.0], [1.0]]
    assert [bound.tolist() for bound in intervals(np.zeros((0, 2)))] == [[0.0, 0.0], [0.0, 0.0]]


def test_the_chance_of_a_difference_by_all_turns_of_signs() -> None:
    run, against = np.array([1, 1, 0, 1, 0.5, 1, 1, 0]), np.array([0, 1, 1, 0.25, 0, 0, 1, 0.5])
    each = run - against
    sums = np.array([np.dot(signs, each) for signs in itertools.product((-1, 1), repeat=8)])
    found = difference(run, against)
    assert found.p == pytest.approx((np.abs(sums) >= abs(each.sum()) - 1e-9).mean(), abs=0.02)
    assert found.p_lower == pytest.approx((sums <= each.sum() + 1e-9).mean(), abs=0.02)
    assert (found.mean, found.higher, found.lower, found.n) == (pytest.approx(each.mean()), 4, 2, 8)
    theirs = stats.permutation_test(
        (run, against), lambda a, b: (a - b).mean(), permutation_type="samples", n_resamples=np.inf
    )
    assert found.p == pytest.approx(theirs.pvalue, abs=0.02)


def test_equal_runs_do_not_differ_and_far_ones_do() -> None:
    values = np.random.default_rng(3).random(150)
    same = difference(values, values)
    assert (same.mean, same.low, same.high, same.p, same.p_lower) == (0, 0, 0, 1, 1)
    worse = difference(values - 0.1, values)
    assert worse.p == worse.p_lower == pytest.approx(1 / 10_001)
    assert difference(values, values - 0.1).p_lower == 1
    empty = difference(np.zeros(0), np.zeros(0))
    assert (empty.mean, empty.p, empty.n) == (0, 1, 0)


def test_runs_that_are_equal_by_chance_are_told_apart_as_seldom_as_the_level_says() -> None:
    found = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        one, other = rng.random(60), rng.random(60)
        found.append(difference(one, other, flips=500).p)
    assert 0.01 <= np.mean(np.array(found) < 0.05) <= 0.10


def test_chances_are_adjusted_for_their_number_by_hand() -> None:
    assert adjusted([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert adjusted([0.5, 0.9]) == [1.0, 1.0]
    assert adjusted([]) == []


def test_wins_and_losses_are_matched_by_question() -> None:
    run = Run("new", [outcome("a", 1, 1.0), outcome("b", 2, 0.6), outcome("c", None, 0.0), outcome("d", 1, 1.0)])
    old = Run("old", [outcome("c", 1, 1.0), outcome("a", 2, 0.6), outcome("b", 2, 0.6), outcome("e", 1, 1.0)])
    found = compare(run, old)
    assert (found.wins, found.losses, found.ties, found.unmatched) == (("a",), ("c",), 1, 2)
    assert found.measures["nDCG@10"].mean == pytest.approx((0.4 - 1.0) / 3)
    assert found.means["Success@5"] == pytest.approx((2 / 3, 1.0))
    assert compare(run, Run("none", [])).measures == {}


def test_runs_are_compared_with_the_baseline_or_else_with_the_first() -> None:
    runs = [Run(name, [outcome("a", 1, 1.0)]) for name in ("one", "two", "three")]
    assert [(c.run, c.against) for c in comparisons(runs, None)] == [("two", "one"), ("three", "one")]
    assert [(c.run, c.against) for c in comparisons(runs[:2], runs[2])] == [("one", "three"), ("two", "three")]


def test_speed_by_hand() -> None:
    found = speed([outcome("a", 1, 1.0, seconds) for seconds in (0.01, 0.02, 0.03)])
    assert found is not None
    assert (found.n, found.p50_ms, found.per_second) == (3, pytest.approx(20), pytest.approx(50))
    assert found.p95_ms == pytest.approx(29)
    assert speed([outcome("a", 1, 1.0)]) is None
