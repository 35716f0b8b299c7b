"""The file of a gate: floors that every measure must reach, and a baseline that it must not fall significantly below.

level = 0.01                        # how small a chance counts as significant, over all measures together
questions = ["dev.jsonl"]           # beside this file
run = "hybrid"

[floors]
"Success@5" = 0.90
[floors."lang en"]
"Success@5" = 0.85

[baseline]
file = "baseline.json"
measures = ["Success@5", "RR@10", "nDCG@10"]

[answers.at_least]
half = 0.75
[answers.at_most]
false_answers = 0.5
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from qa.errors import InvalidRequest, SettingsError
from qa.evaluation.answers import Figures
from qa.evaluation.measures import checked_measures

LEVEL = 0.01
HELD = ("Success@5", "RR@10", "nDCG@10")
# Figures of answers that can be held: all counts and shares, and three made of them.
_OF_ANSWERS = (*(field.name for field in fields(Figures)), "ece", "verbatim_share", "resolves_share")


@dataclass(frozen=True, slots=True)
class Floor:
    """What the mean of a measure over a group of questions must reach."""

    group: str
    measure: str
    least: float


@dataclass(frozen=True, slots=True)
class Bound:
    """What a figure of the answers must reach, or must not exceed."""

    figure: str
    bound: float
    at_least: bool


@dataclass(frozen=True, slots=True)
class Gate:
    """What is held. `questions` and `baseline` are paths; `baseline` is None where only floors are held."""

    path: Path
    questions: tuple[Path, ...]
    run: str
    floors: tuple[Floor, ...]
    baseline: Path | None
    held: tuple[str, ...]
    level: float
    bounds: tuple[Bound, ...]

    @property
    def measures(self) -> tuple[str, ...]:
        """Return the measures that must be computed."""
        return tuple(dict.fromkeys([*self.held, *(floor.measure for floor in self.floors)]))


def read_gate(path: Path) -> Gate:
    """Read a gate; raise `SettingsError` that lists everything in it that is wrong."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise SettingsError(
            f"{path} cannot be read as a gate ({fault}); expected TOML with floors or a baseline"
        ) from fault
    faults: list[str] = []
    known = {"level", "questions", "run", "floors", "baseline", "answers"}
    faults += [f"found {name!r}, expected one of {', '.join(sorted(known))}" for name in raw.keys() - known]
    level = raw.get("level", LEVEL)
    if not isinstance(level, float) or not 0 < level < 0.5:
        faults.append(f"found level {level!r}, expected a number between 0 and 0.5")
    baseline = _table(raw, "baseline", faults)
    held = tuple(_texts(baseline, "measures", faults) or HELD)
    file = baseline.get("file")
    if baseline and not isinstance(file, str):
        faults.append(f"found baseline.file {file!r}, expected the name of a file")
    if not isinstance(raw.get("run", ""), str):
        faults.append(f"found run {raw['run']!r}, expected the name of a run")
    floors = _floors(_table(raw, "floors", faults), faults)
    bounds = _bounds(_table(raw, "answers", faults), faults)
    questions = _texts(raw, "questions", faults)
    faults += [
        f"found no file {name}, expected the questions beside the gate"
        for name in questions
        if not (path.parent / name).is_file()
    ]
    for measure in (*held, *(floor.measure for floor in floors)):
        try:
            checked_measures([measure])
        except InvalidRequest as fault:
            faults.append(str(fault))
    if not floors and not baseline and not bounds and not faults:
        faults.append("found nothing that is held, expected floors, a baseline or answers")
    if faults:
        raise SettingsError("\n".join(f"{path}: {fault}" for fault in faults))
    beside = path.parent
    return Gate(
        path,
        tuple(beside / name for name in questions),
        raw.get("run", "hybrid"),
        floors,
        beside / str(file) if baseline else None,
        held if baseline else (),
        level,
        bounds,
    )


def _table(raw: Mapping[str, Any], name: str, faults: list[str]) -> Mapping[str, Any]:
    found = raw.get(name, {})
    if not isinstance(found, dict):
        faults.append(f"found {name} {found!r}, expected a table [{name}]")
        return {}
    return found


def _texts(raw: Mapping[str, Any], name: str, faults: list[str]) -> list[str]:
    found = raw.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        faults.append(f"found {name} {found!r}, expected a list of texts")
        return []
    return found


def _floors(raw: Mapping[str, Any], faults: list[str]) -> tuple[Floor, ...]:
    found: list[Floor] = []
    for name, value in raw.items():
        own = value if isinstance(value, dict) else {name: value}
        group = name if isinstance(value, dict) else "all"
        for measure, least in own.items():
            if _number(least) and 0 <= least <= 1:
                found.append(Floor(group, measure, float(least)))
            else:
                faults.append(f"found the floor {measure} = {least!r}, expected a number from 0 to 1")
    return tuple(found)


def _bounds(raw: Mapping[str, Any], faults: list[str]) -> tuple[Bound, ...]:
    found: list[Bound] = []
    for side, values in raw.items():
        if side not in ("at_least", "at_most") or not isinstance(values, dict):
            faults.append(f"found answers.{side}, expected [answers.at_least] and [answers.at_most]")
            continue
        for name, bound in values.items():
            if name in _OF_ANSWERS and _number(bound):
                found.append(Bound(name, float(bound), side == "at_least"))
            else:
                faults.append(
                    f"found answers.{side}.{name} = {bound!r}, expected a number for one of {', '.join(_OF_ANSWERS)}"
                )
    return tuple(found)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
