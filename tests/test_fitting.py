"""The models that are fitted, by worked arithmetic and on pools whose weights are known."""

from __future__ import annotations

import math
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.fitting.models import Choices, Pull, answer_ranks, fit_logistic, fit_ranking
from qa.fitting.pools import Pool
from qa.retrieval.fusion import FEATURES, LegScores, features

LEGS = [field.name for field in fields(LegScores)]


def pool(right: list[int], n: int, **columns: list[float]) -> Pool:
    """Return `n` candidates with the given columns, zeros in the others."""
    filled = {name: np.array(columns.get(name, [0.0] * n), np.float32) for name in LEGS}
    return Pool(LegScores(**filled), False, np.array(right, np.int64))


def weights_of(**given_weights: float) -> np.ndarray:
    return np.array([given_weights.get(name, 0.0) for name in FEATURES])


class TestChoices:
    """The conditional logit with several right candidates."""

    def test_the_shares_of_several_right_candidates_add_up_by_hand(self) -> None:
        # Weight ln 2 on the only column: the candidates stand as 2^1 : 2^0 : 2^2 = 2 : 1 : 4.
        one = pool([0, 2], 3, dense=[1, 0, 2])
        loss, gradient = Choices.of([one]).loss(weights_of(dense=math.log(2)))
        assert loss == pytest.approx(-math.log((2 + 4) / 7))
        # Expected value of the column over all, 2/7 + 2 * 4/7, less that over the right ones, 2/6 + 2 * 4/6.
        assert gradient[FEATURES.index("dense")] == pytest.approx(10 / 7 - 10 / 6)

    def test_the_mean_is_over_questions_and_one_without_a_right_candidate_is_left_out(self) -> None:
        pools = [pool([0], 2, dense=[1, 0]), pool([], 3), pool([1], 2, dense=[1, 0])]
        loss, _ = Choices.of(pools).loss(weights_of(dense=math.log(3)))
        assert loss == pytest.approx(-(math.log(3 / 4) + math.log(1 / 4)) / 2)

    def test_the_gradient_is_that_of_differences(self) -> None:
        choices, at = Choices.of(synthetic(5, weights_of(dense=3, coverage=2))), weights_of(dense=1, soft=-1)
        _, gradient = choices.loss(at)
        for i in range(len(FEATURES)):
            step = np.eye(len(FEATURES))[i] * 1e-5
            slope = (choices.loss(at + step)[0] - choices.loss(at - step)[0]) / 2e-5
            assert gradient[i] == pytest.approx(slope, abs=1e-6)

    @settings(max_examples=20)
    @given(st.integers(0, 2**31), st.randoms())
    def test_the_order_of_candidates_and_questions_does_not_matter(self, seed: int, dice: object) -> None:
        pools, pull = synthetic(6, weights_of(dense=3), seed=seed), Pull(weights_of(), np.full(len(FEATURES), 0.1))
        mixed = [shuffled(one, dice) for one in pools]
        dice.shuffle(mixed)  # type: ignore[attr-defined]
        assert fit_ranking(mixed, pull) == pytest.approx(fit_ranking(pools, pull), abs=1e-3)
        assert sorted(answer_ranks(mixed, weights_of(dense=1))) == sorted(answer_ranks(pools, weights_of(dense=1)))


def synthetic(n: int, weights: np.ndarray, *, seed: int = 7, size: int = 12) -> list[Pool]:
    """Return `n` pools of random candidates whose right one was drawn by the softmax of the weights."""
    dice, found = np.random.default_rng(seed), []
    for _ in range(n):
        columns = {name: dice.random(size).astype(np.float32) for name in LEGS}
        legs = LegScores(**columns)
        chances = np.exp(features(legs, False) @ weights)
        found.append(Pool(legs, False, np.array([dice.choice(size, p=chances / chances.sum())], np.int64)))
    return found


def shuffled(one: Pool, dice: object) -> Pool:
    order = list(range(len(one.legs.dense)))
    dice.shuffle(order)  # type: ignore[attr-defined]
    legs = LegScores(**{name: getattr(one.legs, name)[order] for name in LEGS})
    return replace(one, legs=legs, right=np.flatnonzero(np.isin(order, one.right)))


class TestFits:
    """Known weights, and what the fit is drawn to."""

    def test_known_weights_are_found_again(self) -> None:
        known = weights_of(coverage=2, dense=6, soft=4)
        found = fit_ranking(synthetic(3000, known), Pull(0 * known, np.full(len(known), 1e-6)))
        assert found == pytest.approx(known, abs=0.5)

    def test_a_right_candidate_twice_is_as_good_as_once(self) -> None:
        known = weights_of(dense=6)
        pools = synthetic(800, known)
        again = [replace(one, legs=twice(one), right=np.array([int(one.right[0]), 12])) for one in pools]
        assert fit_ranking(again)[FEATURES.index("dense")] == pytest.approx(6, abs=1.2)

    def test_a_strong_pull_gives_its_centre_and_no_pull_the_questions_own(self) -> None:
        known, centre = weights_of(dense=6), weights_of(coverage=5)
        pools = synthetic(500, known)
        strong = fit_ranking(pools, Pull(centre, np.full(len(known), 1e6)))
        assert strong == pytest.approx(centre, abs=1e-3)
        weak = fit_ranking(pools, Pull(centre, np.full(len(known), 1e-6)))
        assert weak[FEATURES.index("dense")] == pytest.approx(6, abs=1.5)

    def test_a_logistic_regression_is_drawn_to_its_centre_in_plain_units(self) -> None:
        dice = np.random.default_rng(3)
        rows = dice.normal(5, [0.1, 3], (4000, 2))
        labels = (dice.random(4000) < 1 / (1 + np.exp(-(20 * rows[:, 0] - rows[:, 1] - 95)))).astype(float)
        assert fit_logistic(rows, labels, strength=1e-6) == pytest.approx([20, -1, -95], rel=0.15)
        drawn = fit_logistic(rows, labels, np.array([7.0, 0.5]), 1e6)
        assert drawn[:2] == pytest.approx([7, 0.5], abs=1e-3)

    def test_a_pool_without_its_right_candidates_has_none(self) -> None:
        left = pool([1, 2], 4, dense=[0.1, 0.2, 0.3, 0.4]).without_right()
        assert left.legs.dense == pytest.approx([0.1, 0.4])
        assert len(left.right) == 0


def twice(one: Pool) -> LegScores:
    """Return the candidates with the right one again at their end."""
    place = int(one.right[0])
    return LegScores(**{name: np.append(getattr(one.legs, name), getattr(one.legs, name)[place]) for name in LEGS})
