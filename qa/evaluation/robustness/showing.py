"""The table of a robustness suite on a terminal and in Markdown, and its figures for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from qa.evaluation.robustness.rows import MEASURES, Row
from qa.evaluation.statistics import Difference

_SHOWN = ("Success@1", "Success@5")


def markdown(rows: Sequence[Row]) -> str:
    """Return one table a mode, under its name where there are several, and what its columns say."""
    tables = [(mode, _table(list(members))) for mode, members in groupby(rows, key=lambda row: row.mode)]
    shown = [f"{mode}:\n\n{table}" if len(tables) > 1 else table for mode, table in tables]
    draws = max(row.draws for row in rows)
    note = "Differences in points to the same questions as they are, with 95 % intervals; lost and won at Success@5."
    if draws > 1:
        note += f" Typos and damaged documents: the mean of {draws} draws."
    return "\n\n".join([*shown, note])


def _table(rows: Sequence[Row]) -> str:
    heads = ["variant", "n", *MEASURES, *(f"difference at {measure[8:]}" for measure in _SHOWN), "lost", "won"]
    lines = ["| " + " | ".join(heads) + " |", "|---|" + "---:|" * (len(heads) - 1)]
    as_set = rows[0].index_questions
    return "\n".join(
        [*lines, *(_line(row, "" if row.index_questions == as_set else ", no index-time questions") for row in rows)]
    )


def _line(row: Row, without: str) -> str:
    cells = [row.variant + without, str(row.n), *(f"{row.means[measure]:.3f}" for measure in MEASURES)]
    if row.differences:
        cells += [_points(row.differences[measure]) for measure in _SHOWN] + [_count(row.lost), _count(row.won)]
    else:
        cells += [""] * (len(_SHOWN) + 2)
    return "| " + " | ".join(cells) + " |"


def _points(difference: Difference) -> str:
    mean, low, high = (100 * value + 0.0 for value in (difference.mean, difference.low, difference.high))
    return f"{mean:+.1f} ({low:+.1f} to {high:+.1f})"


def _count(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def as_json(rows: Sequence[Row]) -> dict[str, Any]:
    """Return all rows with every measure's difference, and which questions each variant lost."""
    return {"rows": [asdict(row) for row in rows]}
