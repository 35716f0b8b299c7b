"""What is shown of answers that were judged: a table by type, and how often the confidence is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from qa.evaluation.answers import Judged, figures
from qa.evaluation.calibration import BINS, Bin, Reliability, reliability
from qa.evaluation.tables import groups

WIDTH = 40


def reliability_of(judged: Sequence[Judged]) -> Reliability:
    """Compare each answer's confidence with whether its passages hold the answer."""
    return reliability([j.confidence for j in judged], [j.held for j in judged])


def text(judged: Sequence[Judged]) -> str:
    """Return the table by language and type, what holds of all answers, and the reliability as a plot."""
    return "\n\n".join([markdown(judged), summary(judged), plot(reliability_of(judged))])


def markdown(judged: Sequence[Judged]) -> str:
    """Return one row a group: how many questions and answers, which share of answerable ones has its evidence cited."""
    lines = [
        "| questions | n | answered | a citation covers the evidence | mean citations |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, members in groups(judged).items():
        f = figures(members)
        lines.append(f"| {name} | {f.n} | {f.answered} | {share(f.half)} | {_number(f.mean_citations)} |")
    return "\n".join(lines)


def summary(judged: Sequence[Judged]) -> str:
    """Return what is refused, and how many answers hold together, as lines."""
    f = figures(judged)
    return "\n".join(
        [
            f"answerable questions: {share(f.wrongly_refused)} refused; {share(f.whole)} have all of the evidence cited",
            f"unanswerable questions: {share(f.false_answers)} answered",
            f"refusals: precision {share(f.refusal_precision)}, recall {share(f.refusal_recall)}",
            f"quotes verbatim at their spans: {f.verbatim} of {f.quotes}; "
            f"markers and citations belong together: {f.resolves} of {f.n} answers",
        ]
    )


def plot(found: Reliability) -> str:
    """Return a line a bin: a bar for the share that was right and a mark where the mean confidence lies."""
    lines = ["confidence    n  right  (█ share right, | mean confidence)"]
    lines += [f"{_range(b)} {b.n:>4}  {_right(b)}  {_bar(b)}".rstrip() for b in found.bins]
    return "\n".join([*lines, f"ECE {found.ece:.3f}, Brier {found.brier:.3f}"])


def _range(b: Bin) -> str:
    return f"  {b.low:.1f}-{b.low + 1 / BINS:.1f}"


def _right(b: Bin) -> str:
    return f" {b.right:.2f}" if b.n else "    –"


def _bar(b: Bin) -> str:
    if not b.n:
        return ""
    filled, mark = round(WIDTH * b.right), min(WIDTH - 1, round(WIDTH * b.confidence))
    cells = ["█" if i < filled else "·" for i in range(WIDTH)]
    return "".join([*cells[:mark], "|", *cells[mark + 1 :]])


def reliability_markdown(found: Reliability) -> str:
    """Return one row a bin, without empty ones."""
    lines = ["| confidence | n | mean confidence | share right |", "|---|---:|---:|---:|"]
    lines += [f"| {_range(b).strip()} | {b.n} | {b.confidence:.2f} | {b.right:.2f} |" for b in found.bins if b.n]
    return "\n".join([*lines, f"\nECE {found.ece:.3f}, Brier {found.brier:.3f}"])


def as_json(judged: Sequence[Judged]) -> dict[str, Any]:
    """Return all figures by group, the reliability, and what became of every question, for programs."""
    return {
        "scores": {name: asdict(figures(members)) for name, members in groups(judged).items()},
        "reliability": asdict(reliability_of(judged)),
        "questions": [_answer(one) for one in judged],
    }


def _answer(one: Judged) -> dict[str, Any]:
    named = ("answered", "confidence", "half", "whole", "held", "resolves", "verbatim")
    cited = [{"marker": c.marker, "file": c.file, "quote": c.quote} for c in one.given.citations]
    return {
        "id": one.query.id,
        **{name: getattr(one, name) for name in named},
        "text": one.given.text,
        "citations": cited,
    }


def share(value: float | None) -> str:
    """Return a share with two places, a dash where there is none."""
    return "–" if value is None else f"{value:.2f}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"
