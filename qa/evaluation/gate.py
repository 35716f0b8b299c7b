"""The gate: is every floor reached, and nothing significantly below the baseline?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from qa.evaluation.answer_tables import reliability_of
from qa.evaluation.answers import Judged, figures
from qa.evaluation.comparing import Run, compare
from qa.evaluation.gate_file import Bound, Floor, Gate
from qa.evaluation.runs import means
from qa.evaluation.statistics import adjusted
from qa.evaluation.tables import groups


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was held, whether it holds, and the figures that say so."""

    name: str
    holds: bool
    said: str


def check(gate: Gate, run: Run, baseline: Run | None, answers: Sequence[Judged]) -> list[Check]:
    """Hold a run, and answers, to a gate."""
    found = [_floor(floor, run) for floor in gate.floors]
    if baseline is not None:
        found += against_baseline(run, baseline, gate.held, gate.level)
    return found + [_bound(bound, answers) for bound in gate.bounds]


def _floor(floor: Floor, run: Run) -> Check:
    members = groups(run.outcomes).get(floor.group, [])
    name = f"{floor.measure} of {floor.group} at least {floor.least:g}"
    if not members:
        return Check(name, False, f"found no questions of the group {floor.group!r}")
    value = means(members)[floor.measure]
    return Check(name, value >= floor.least, f"found {value:.4f} over {len(members)} questions")


def against_baseline(run: Run, baseline: Run, measures: Sequence[str], level: float) -> list[Check]:
    """Say for each measure whether the run is significantly below the baseline.

    The chances of a one-sided paired randomisation test are adjusted for the number of measures (Holm), so that `level` is
    the chance that an equal run fails at all.
    """
    found = compare(run, baseline)
    shared = [name for name in measures if name in found.measures]
    chances = adjusted([found.measures[name].p_lower for name in shared])
    checks = [
        Check(f"{name} not in the baseline", False, f"found it not in {baseline.name}; write it with --update-baseline")
        for name in measures
        if name not in found.measures
    ]
    for name, chance in zip(shared, chances, strict=True):
        one = found.measures[name]
        said = (
            f"{one.mean:+.4f} ({one.low:+.4f} to {one.high:+.4f}) against {baseline.name} over {one.n} questions, "
            f"{one.higher} higher, {one.lower} lower, p {chance:.4f}"
        )
        # Were all of them lower, half of all turns of signs to the power of their number would be as low.
        if len(shared) * 0.5**one.n >= level:
            said += f"; so few questions cannot tell a fall at the level {level:g}"
        checks.append(Check(f"{name} not below the baseline", chance >= level, said))
    return checks


def _bound(bound: Bound, answers: Sequence[Judged]) -> Check:
    value = figures_of(answers)[bound.figure]
    word = "at least" if bound.at_least else "at most"
    name = f"answers: {bound.figure} {word} {bound.bound:g}"
    if value is None:
        return Check(name, False, "found no answers that it could be taken of")
    return Check(name, value >= bound.bound if bound.at_least else value <= bound.bound, f"found {value:.4f}")


def figures_of(answers: Sequence[Judged]) -> dict[str, float | None]:
    """Return all figures of answers that can be held, by name."""
    found = figures(answers)
    return {
        **asdict(found),
        "ece": reliability_of(answers).ece if answers else None,
        "verbatim_share": found.verbatim / found.quotes if found.quotes else None,
        "resolves_share": found.resolves / found.n if found.n else None,
    }
