"""Fit on a user's own questions: drawn to what is known without them, how strongly is chosen by cross-validation.

Every figure is of questions that the parameters judged had not seen: five times, they are fitted on four fifths of the
questions (the strength chosen within these) and asked the last fifth.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

from qa.evaluation.ranks import reciprocal_rank, success
from qa.fitting.material import Material, Prior, answered_or_not, fit
from qa.fitting.models import Choices, Pull, Vector, fit_logistic, fit_ranking, logistic_loss, minimise
from qa.fitting.own_pools import AskedQuestion, Bench, Report
from qa.fitting.pools import Pool
from qa.retrieval.fusion import CONFIDENCE_FEATURES, FEATURES, Fitted, features

# Pairs of what is fitted on and what is left out.
Parts = Sequence[tuple[Material, Material]]
FOLDS = 5
# From weights that the questions decide to weights that hardly move from where they are drawn to.
STRENGTHS = (0.001, 0.01, 0.1, 1.0, 10.0)
# The legs that count alike where nothing is known of an encoder.
LEGS = ("coverage", "dense", "soft")
# A feature that hardly varies could take any weight for nothing.
LEAST_SPREAD = 0.05
# A figure may fall by this much, a chance difference, when another rises by more.
NEGLIGIBLE = 0.01


@dataclass(frozen=True, slots=True)
class Questions:
    """What is fitted on: answerable questions, and others that have no answer here."""

    answerable: Sequence[AskedQuestion]
    others: Sequence[AskedQuestion]

    def folds(self, n: int) -> list[tuple[Questions, Questions]]:
        """Return, for each of `n` folds, the questions outside of it and those in it.

        Questions with the same passage stand beside each other, so that they lie in one fold, save at a fold's edge.
        """
        known = sorted((int(q.rows[q.pool.right[0]]), i) for i, q in enumerate(self.answerable) if len(q.pool.right))
        places = {i: position * n // len(known) for position, (_, i) in enumerate(known)}
        numbers = [places.get(i, i % n) for i in range(len(self.answerable))]
        every = set(range(n))
        return [(self._part(numbers, every - {fold}, n), self._part(numbers, {fold}, n)) for fold in range(n)]

    def _part(self, numbers: Sequence[int], wanted: Collection[int], n: int) -> Questions:
        answerable = [q for q, number in zip(self.answerable, numbers, strict=True) if number in wanted]
        return Questions(answerable, [q for i, q in enumerate(self.others) if i % n in wanted])

    def material(self) -> Material:
        """Return the pools: as they are, and without the passages that answer."""
        there = [q.pool for q in self.answerable]
        return Material(there, there, [*(pool.without_right() for pool in there), *(q.pool for q in self.others)])


@dataclass(frozen=True, slots=True)
class Figures:
    """How well questions are found, and the shares answered of those with an answer and refused of those without."""

    hit_1: float
    hit_5: float
    rr_10: float
    answered: float
    refused_taken_away: float
    refused_others: float

    @property
    def decided(self) -> float:
        """Return how often it is rightly decided whether to answer; questions with and without an answer count alike."""
        return (self.answered + (self.refused_taken_away + self.refused_others) / 2) / 2


@dataclass(frozen=True, slots=True)
class Refit:
    """New parameters, with figures of them and of what serves without them, on questions that neither was fitted on."""

    fitted: Fitted
    before: Figures
    after: Figures

    @property
    def better(self) -> bool:
        """Say whether finding and deciding together gain, and neither loses more than chance may take."""
        found, decided = self.after.rr_10 - self.before.rr_10, self.after.decided - self.before.decided
        return found + decided > 0 and min(found, decided) >= -NEGLIGIBLE


def refit(bench: Bench, questions: Questions, fingerprint: str, shipped: Fitted | None, report: Report) -> Refit:
    """Fit on the questions; `shipped` are the parameters of this encoder to start from, None when there are none."""
    before, after = [], []
    for done, (inside, outside) in enumerate(questions.folds(FOLDS), start=1):
        fitted = fit(inside.material(), fingerprint, chosen_prior(inside, shipped))
        before.append(_results(bench, outside, shipped))
        after.append(_results(bench, outside, fitted))
        report(done, FOLDS + 1)
    fitted = fit(questions.material(), fingerprint, chosen_prior(questions, shipped))
    report(FOLDS + 1, FOLDS + 1)
    return Refit(fitted, _figures(before), _figures(after))


def chosen_prior(questions: Questions, shipped: Fitted | None) -> Prior:
    """Return what to draw the weights to, with the strengths that do best on questions left out."""
    material, parts = questions.material(), [(a.material(), b.material()) for a, b in questions.folds(FOLDS - 1)]
    pull = _ranking_pull(material.ranking, parts, shipped)
    confidence = np.zeros(len(CONFIDENCE_FEATURES)) if shipped is None else np.array(shipped.confidence[:-1])
    return Prior(pull, confidence, _confidence_strength(parts, fit_ranking(material.ranking, pull), confidence))


def _ranking_pull(pools: Sequence[Pool], parts: Parts, shipped: Fitted | None) -> Pull:
    spread = spreads(pools)
    centre = equal_legs(pools, spread) if shipped is None else np.array(shipped.ranking)
    choices = [(Choices.of(inside.ranking), Choices.of(outside.ranking)) for inside, outside in parts]

    def pull(strength: float) -> Pull:
        return Pull(centre, strength * np.maximum(spread, LEAST_SPREAD) ** 2)

    def losses(strength: float) -> list[float]:
        return [outside.loss(inside.fit(pull(strength)))[0] for inside, outside in choices]

    return pull(strongest(losses))


def _confidence_strength(parts: Parts, ranking: Vector, centre: Vector) -> float:
    tables = [(answered_or_not(inside, ranking), answered_or_not(outside, ranking)) for inside, outside in parts]

    def losses(strength: float) -> list[float]:
        fits = [fit_logistic(rows, labels, centre, strength) for (rows, labels), _ in tables]
        others = [outside for _, outside in tables]
        return [
            logistic_loss(rows @ fitted[:-1] + fitted[-1], labels, rows)[0]
            for fitted, (rows, labels) in zip(fits, others, strict=True)
        ]

    return strongest(losses)


def strongest(held_out_losses: Callable[[float], list[float]]) -> float:
    """Return the greatest strength that is no worse than the best one by more than one standard error over the folds.

    With few questions the best one is best by chance, and what is known without them is the safer choice.
    Source: L. Breiman et al., Classification and regression trees, 1984 (the one standard error rule, here on differences).
    """
    losses = {strength: np.array(held_out_losses(strength)) for strength in STRENGTHS}
    best = min(losses.values(), key=lambda found: float(found.mean()))

    def close(strength: float) -> bool:
        worse = losses[strength] - best
        return bool(worse.mean() <= worse.std(ddof=1) / np.sqrt(len(worse)))

    return max(strength for strength in STRENGTHS if close(strength))


def spreads(pools: Sequence[Pool]) -> Vector:
    """Return how much each feature varies among the candidates of a question, (features,): the mean standard deviation."""
    found: Vector = np.mean([features(p.legs, p.latin).std(axis=0) for p in pools if len(p.legs.dense)], axis=0)
    return found


def equal_legs(pools: Sequence[Pool], spread: Vector) -> Vector:
    """Return weights that let each leg count alike on the scale of its spread, as sharp as suits the questions."""
    direction = np.array(
        [1 / s if name in LEGS and s > 0 else 0.0 for name, s in zip(FEATURES, spread, strict=True)], np.float64
    )
    choices = Choices.of(pools)

    def loss(scale: Vector) -> tuple[float, Vector]:
        value, gradient = choices.loss(scale[0] * direction)
        return value, np.array([gradient @ direction])

    weights: Vector = minimise(loss, np.ones(1))[0] * direction
    return weights


@dataclass(frozen=True, slots=True)
class _Results:
    """What some questions got: ranks and whether they were answered, then whether those without an answer were."""

    ranks: Sequence[int | None]
    answered: Sequence[bool]
    taken_away: Sequence[bool]
    others: Sequence[bool]


def _results(bench: Bench, questions: Questions, fitted: Fitted | None) -> _Results:
    gone = [question.without_right() for question in questions.answerable]
    return _Results(
        [bench.rank(question, fitted) for question in questions.answerable],
        *([bench.answered(one, fitted) for one in some] for some in (questions.answerable, gone, questions.others)),
    )


def _figures(parts: Sequence[_Results]) -> Figures:
    ranks = [rank for part in parts for rank in part.ranks]
    return Figures(
        hit_1=_mean([success(rank, 1) for rank in ranks]),
        hit_5=_mean([success(rank, 5) for rank in ranks]),
        rr_10=_mean([reciprocal_rank(rank) for rank in ranks]),
        answered=_mean([yes for part in parts for yes in part.answered]),
        refused_taken_away=_mean([not yes for part in parts for yes in part.taken_away]),
        refused_others=_mean([not yes for part in parts for yes in part.others]),
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / max(1, len(values))
