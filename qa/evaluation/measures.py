"""The field's measures, computed by ir-measures, for each question of a run; a question without hits counts as 0.

The order in which passages are shown is what is measured. ir-measures asks several programs, and they break ties of scores
each in their own way (trec_eval by falling, MS MARCO's script by rising passage id), so every ranking goes to it with scores
that fall by one from hit to hit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from qa.errors import InvalidRequest

# R@k is recall: the share of a question's relevant passages that are among the first k.
MEASURES = ("Success@1", "Success@5", "Success@10", "RR@10", "nDCG@10", "R@10")
# How many hits are asked for, unless a measure looks further.
DEPTH = 10
DEEPEST = 50
# Measures of the order of the hits alone: a question that needs several passages is met at its last one.
_OF_RANK = ("Success", "RR")

Qrels = Mapping[str, Mapping[str, int]]
Rankings = Mapping[str, Sequence[str]]
Values = dict[str, dict[str, float]]


def checked_measures(names: Iterable[str]) -> tuple[str, ...]:
    """Return the measures by the names that ir-measures gives them; raise `InvalidRequest` for one that it does not know."""
    import ir_measures  # needs NumPy and SciPy, which `--help` does without

    found = []
    for name in names:
        try:
            measure = ir_measures.parse_measure(name.strip())
        except (NameError, ValueError, SyntaxError, TypeError, KeyError, AttributeError) as fault:
            raise InvalidRequest(_unknown(name)) from fault
        cutoff = dict(measure.params).get("cutoff")
        if not isinstance(cutoff, int) or not 1 <= cutoff <= DEEPEST:
            raise InvalidRequest(_unknown(name))
        found.append(str(measure))
    return tuple(dict.fromkeys(found))


def _unknown(name: str) -> str:
    return (
        f"found the measure {name!r}, expected one of ir-measures with a cutoff of 1 to {DEEPEST}, "
        f"such as {', '.join(MEASURES)}, AP@10 or P@5"
    )


def depth_of(names: Sequence[str]) -> int:
    """Return how many hits the measures look at, at least ten."""
    return max(DEPTH, *(int(name.rpartition("@")[2]) for name in names))


def is_of_rank(name: str) -> bool:
    """Say whether a measure asks only at which rank a question is met."""
    return name.split("@")[0].split("(")[0] in _OF_RANK


def measured(qrels: Qrels, rankings: Rankings, names: Sequence[str]) -> Values:
    """Return every measure of every question of `qrels`; `rankings` holds passage ids, best first, each once.

    A grade of 1 or more is relevant. nDCG takes the grade as gain: `sum grade / log2(rank + 1)` over that of the best
    order. Source: K. Järvelin, J. Kekäläinen, Cumulated gain-based evaluation of IR techniques, 2002.
    """
    import ir_measures

    if not names or not qrels:
        return {id_: {} for id_ in qrels}
    run = {id_: {p: float(len(ids) - at) for at, p in enumerate(ids)} for id_, ids in rankings.items() if ids}
    measures: list[Any] = [ir_measures.parse_measure(name) for name in names]
    values: Values = {id_: dict.fromkeys(names, 0.0) for id_ in qrels}
    # An entry of the map is missing for a question that has no hit at all: it has said 0 already.
    for found in ir_measures.iter_calc(measures, {id_: dict(of) for id_, of in qrels.items()}, run):
        values[found.query_id][str(found.measure)] = float(found.value)
    return values
