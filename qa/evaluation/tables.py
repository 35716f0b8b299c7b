"""What an evaluation shows on a terminal and in the README (Markdown)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

from qa.evaluation.comparing import Comparison, Run
from qa.evaluation.queries import TestQuery
from qa.evaluation.runs import Outcome, means, table_of
from qa.evaluation.speed import speed
from qa.evaluation.statistics import intervals


class _OfQuery(Protocol):
    @property
    def query(self) -> TestQuery: ...


_One = TypeVar("_One", bound=_OfQuery)
# What a cell shows, where a run has them.
_PAIR = ("Success@1", "Success@5")


def groups(outcomes: Sequence[_One]) -> dict[str, list[_One]]:
    """Return the outcomes as a whole, by language, then by type."""
    found: dict[str, list[_One]] = {"all": list(outcomes)}
    for key in ("lang", "type"):
        for outcome in sorted(outcomes, key=lambda o: str(getattr(o.query, key))):
            found.setdefault(f"{key} {getattr(outcome.query, key)}", []).append(outcome)
    return found


def bounds(outcomes: Sequence[Outcome]) -> dict[str, tuple[float, float]]:
    """Return the 95 % interval of every measure's mean."""
    if not outcomes:
        return {}
    low, high = intervals(table_of(outcomes))
    pairs = zip(low.tolist(), high.tolist(), strict=True)
    return dict(zip(outcomes[0].values, pairs, strict=True))


def markdown(runs: Sequence[Run]) -> str:
    """Return one row a group with two measures of each run, then all measures over all questions, with intervals.

    A run that lacks some questions, as a saved one may, has the means of those that it has.
    """
    by_run = [groups(run.outcomes) for run in runs]
    measures = list(means(runs[0].outcomes))
    pair = [name for name in _PAIR if name in measures] or measures[:2]
    lines = [f"| {' / '.join(pair) or 'questions'} | n | " + " | ".join(run.name for run in runs) + " |"]
    lines.append("|---|---:|" + "---|" * len(runs))
    for name, members in by_run[0].items():
        cells = [_means(own.get(name, ()), pair) for own in by_run]
        lines.append(f"| {name} | {len(members)} | " + " | ".join(cells) + " |")
    limits = [bounds(run.outcomes) for run in runs]
    values = [means(run.outcomes) for run in runs]
    for measure in measures:
        cells = [
            _with_bounds(v[measure], b[measure]) if measure in v else "–" for v, b in zip(values, limits, strict=True)
        ]
        lines.append(f"| {measure} | {len(runs[0].outcomes)} | " + " | ".join(cells) + " |")
    return "\n".join(lines + _speeds(runs))


def _means(outcomes: Sequence[Outcome], names: Sequence[str]) -> str:
    values = means(outcomes)
    return " / ".join(f"{values[name]:.2f}" if name in values else "–" for name in names) if values else "–"


def _with_bounds(value: float, bound: tuple[float, float]) -> str:
    return f"{value:.3f} ({bound[0]:.2f}-{bound[1]:.2f})"


def _speeds(runs: Sequence[Run]) -> list[str]:
    found = [speed(run.outcomes) for run in runs]
    if not any(found):
        return []
    rows = {
        "p50 / p95, ms": [f"{s.p50_ms:.1f} / {s.p95_ms:.1f}" if s else "–" for s in found],
        "questions a second": [f"{s.per_second:.0f}" if s else "–" for s in found],
    }
    n = max(s.n for s in found if s)
    return [f"| {name} | {n} | " + " | ".join(cells) + " |" for name, cells in rows.items()]


def differences(found: Comparison) -> str:
    """Return one line a measure: the difference, its interval, its p, and how many questions are won and lost."""
    lines = [
        f"{found.run} against {found.against}: {len(found.wins)} won, {len(found.losses)} lost, {found.ties} alike"
    ]
    if found.unmatched:
        lines[0] += f"; {found.unmatched} questions that only one of them has are left out"
    for name, one in found.measures.items():
        lines.append(f"  {name:<11} {one.mean:+.3f} ({one.low:+.3f} to {one.high:+.3f}), p {one.p:.4f}")
    return "\n".join(lines)


def both_rankings(found: Comparison, run: Run, against: Run, most: int) -> list[str]:
    """Return up to `most` questions that were lost, then as many that were won, each with both rankings."""
    ours, theirs = (_by_id(one.outcomes) for one in (run, against))
    lines: list[str] = []
    for said, ids in (("lost", found.losses), ("won", found.wins)):
        for id_ in ids[:most]:
            lines.append(f"\n{said}: {id_} ({ours[id_].query.type}) {ours[id_].query.question}")
            lines += [_ranking(name, o[id_]) for name, o in ((found.run, ours), (found.against, theirs))]
    return lines


def _by_id(outcomes: Sequence[Outcome]) -> Mapping[str, Outcome]:
    return {outcome.query.id: outcome for outcome in outcomes}


def _ranking(name: str, outcome: Outcome) -> str:
    marks = (
        f"{'*' if grade else ''}{hit.passage_id}" for hit, grade in zip(outcome.hits, outcome.relevance, strict=True)
    )
    return f"  {name}: {'not met' if outcome.rank is None else f'met at {outcome.rank}'}: {' '.join(marks)}"


def failures(outcomes: Sequence[Outcome], most: int) -> list[str]:
    """Return up to `most` questions that were not met within five hits, each with its evidence and its first three hits."""
    failed = [o for o in outcomes if o.rank is None or o.rank > 5]
    lines = [] if failed else ["\nevery question was met within five hits"]
    for outcome in failed[:most]:
        query = outcome.query
        lines.append(f"\n{query.id} ({query.type}): {query.question}")
        lines += [f"  evidence: {evidence.quote}" for evidence in query.evidence if evidence.quote]
        lines += [f"  {rank}. {hit.score:.2f} {hit.text[:80]}" for rank, hit in enumerate(outcome.hits[:3], start=1)]
    return lines
