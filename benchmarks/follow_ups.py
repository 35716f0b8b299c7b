"""How often a follow-up question finds its passage: `python -m benchmarks.follow_ups [--part open] [--each]`.

`tests/data/follow_ups.jsonl` holds conversations over the five pages. Each last question is searched three times: as it is typed
(bare), made whole by the program, and as a person would say it whole, which is the most that can be reached. The rules were
written on the part `open` alone. A new topic is right when it finds its passage although another was spoken of before.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.threads import one_blas_thread

one_blas_thread()

from qa.conversation import Role, Turn  # noqa: E402 - NumPy reads the number of threads when it is imported
from qa.evaluation.judging import Need, Retrieved, needs_of  # noqa: E402
from qa.evaluation.queries import Evidence, TestQuery  # noqa: E402
from qa.prepare import prepare  # noqa: E402
from qa.records import CitedHit  # noqa: E402
from qa.service import Service  # noqa: E402
from qa.settings import Settings  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
CONVERSATIONS = ROOT / "tests" / "data" / "follow_ups.jsonl"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A last question with what was said before it, how a person would say it whole, and the passages that answer."""

    id: str
    kind: str
    lang: str
    part: str
    history: tuple[Turn, ...]
    question: str
    whole: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """At which rank each of the three ways found the passage, 0 when not among five; `asked` is what the program made of it."""

    follow_up: FollowUp
    asked: str
    bare: int
    rule: int
    written: int


def read_follow_ups(path: Path = CONVERSATIONS) -> list[FollowUp]:
    """Return the conversations of the file."""
    return [_follow_up(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def _follow_up(row: dict[str, str | list[dict[str, str]]]) -> FollowUp:
    plain = {name: str(row[name]) for name in ("id", "kind", "lang", "part", "question", "whole")}
    history, evidence = row["history"], row["evidence"]
    assert isinstance(history, list)
    assert isinstance(evidence, list)
    return FollowUp(
        **plain,
        history=tuple(Turn(Role(turn["role"]), turn["content"]) for turn in history),
        evidence=tuple(Evidence(one["file"], one["quote"]) for one in evidence),
    )


def results(service: Service, follow_ups: Sequence[FollowUp], seeds: Path) -> list[Result]:
    """Search for each question in its three forms."""
    queries = [TestQuery(f.id, f.whole, f.lang, f.kind, True, "", f.evidence) for f in follow_ups]
    needs = needs_of(queries, lambda file: (seeds / file).read_text(encoding="utf-8"))
    found = []
    for one in follow_ups:
        made = service.ask(one.question, history=one.history)
        rank = _judge(needs[one.id])
        bare, written = service.search(one.question), service.search(one.whole)
        found.append(Result(one, made.asked, rank(bare.passages), rank(made.passages), rank(written.passages)))
    return found


def _judge(needs: Sequence[Need]) -> Callable[[Sequence[CitedHit]], int]:
    def rank(passages: Sequence[CitedHit]) -> int:
        retrieved = [Retrieved(p.id, p.citation.file, p.citation.spans, p.text, p.score) for p in passages]
        right = (i for i, one in enumerate(retrieved, start=1) if any(need.met_by(one) for need in needs))
        return next(right, 0)

    return rank


def table(found: Sequence[Result]) -> str:
    """Return hit@1 / hit@5 of the three forms, by part and kind."""
    groups: dict[str, list[Result]] = {}
    for one in found:
        for name in (one.follow_up.part, f"{one.follow_up.part}: {one.follow_up.kind}"):
            groups.setdefault(name, []).append(one)
    lines = ["| conversations | n | bare | made whole | written whole |", "|---|---:|---|---|---|"]
    for name in sorted(groups):
        members = groups[name]
        cells = [_pair([getattr(r, form) for r in members]) for form in ("bare", "rule", "written")]
        lines.append(f"| {name} | {len(members)} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _pair(ranks: Sequence[int]) -> str:
    first, found = sum(rank == 1 for rank in ranks), sum(rank > 0 for rank in ranks)
    return f"{first / len(ranks):.2f} / {found / len(ranks):.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=("open", "kept apart"), help="one part alone")
    parser.add_argument("--each", action="store_true", help="show what was made of each question")
    given = parser.parse_args()
    chosen = [f for f in read_follow_ups() if given.part in (None, f.part)]
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.read({}, {"data_dir": folder, "seeds_dir": str(ROOT / "seeds")})
        prepare(settings, say=lambda line: None)
        service = Service.open(settings)
        found = results(service, chosen, ROOT / "seeds")
        service.close()
    for one in found if given.each else ():
        print(f"{one.bare} {one.rule} {one.written} {one.follow_up.id}: {one.follow_up.question} => {one.asked}")
    print(table(found))


if __name__ == "__main__":
    main()
