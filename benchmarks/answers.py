"""What answers are worth, over HTTP: `python -m benchmarks.answers [--data PATH] [--stream]`.

A server over the five pages of the seeds is asked the development questions. PATH is the folder of the training data: with it,
one server for each part of `benchmarks/data/asked.jsonl` that is kept apart from fitting, over that part's passages alone, a
document each. `--stream` takes the answers as events, and fails where what was sent piece by piece is not the answer.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from benchmarks.serving import serving
from qa.evaluation.answer_runs import Source, evaluate, given_of, over_http
from qa.evaluation.answer_tables import reliability_markdown, reliability_of, share
from qa.evaluation.answers import Given, Group, Judged, figures, group_of
from qa.evaluation.judging import needs_of
from qa.evaluation.queries import Evidence, TestQuery, read_test_queries
from qa.fitting.answering import FIT, Asked, read_asked, texts_of

ROOT = Path(__file__).resolve().parent.parent
DEVELOPMENT, ASKED = ROOT / "tests" / "data" / "dev.jsonl", ROOT / "benchmarks" / "data" / "asked.jsonl"
_COLUMNS = (
    "questions", "answerable", "refused of them", "citation covers the evidence (half / whole)", "at most three citations",
    "near misses refused", "off-topic refused", "ECE", "quotes verbatim", "markers resolve",
)  # fmt: skip


def queries_of(asked: Sequence[Asked], texts: Mapping[str, str]) -> list[TestQuery]:
    """Return questions over passages as test questions over files; the evidence of one is a quote of its passage."""
    return [_query(f"{one.part} {number}", one, texts) for number, one in enumerate(asked, start=1)]


def _query(id_: str, one: Asked, texts: Mapping[str, str]) -> TestQuery:
    kind = "answerable" if one.answerable else "off-topic" if one.passage is None else "near-miss"
    evidence: tuple[Evidence, ...] = ()
    if one.passage is not None and one.evidence is not None:
        start, end = one.evidence
        evidence = (Evidence(_file(one.passage), texts[one.passage][start:end]),)
    lang = "en" if one.question.isascii() else "zh"
    return TestQuery(id_, one.question, lang, kind, one.answerable, "", evidence)


def _file(passage: str) -> str:
    return f"{passage}.txt"


def asked_of(folder: Path, queries: Sequence[TestQuery], stream: bool) -> list[Judged]:
    """Serve the pages of a folder and nothing else, and ask every question."""
    needs = needs_of(queries, lambda file: _text(folder / file))
    with (
        tempfile.TemporaryDirectory(prefix="jianghai-qa-") as data_dir,
        serving(Path(data_dir) / "data", seeds_dir=str(folder)) as (url, _),
        httpx.Client(base_url=url, timeout=60, trust_env=False) as client,
    ):
        source = over_http(url)
        return evaluate(queries, needs, Source(_streamed(client), source.stored) if stream else source)


def _text(path: Path) -> str | None:
    return path.read_bytes().decode() if path.is_file() else None


def _streamed(client: httpx.Client) -> Callable[[str], Given]:
    def ask(question: str) -> Given:
        sent, whole = "", None
        response = client.post("/v1/ask", json={"question": question, "stream": True}).raise_for_status()
        for name, data in _events(response.content.decode()):
            sent += data["text"] if name == "delta" else ""
            whole = data if name == "answer" else whole
        if whole is None or sent != whole["answer"]:
            raise RuntimeError(f"{question}: found the pieces {sent!r}, expected those of the answer {whole}")
        return given_of(whole)

    return ask


def _events(stream: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for one in stream.split("\n\n")[:-1]:
        name, data = one.removeprefix("event: ").split("\ndata: ")
        yield name, json.loads(data)


def kept_apart(data: Path, stream: bool) -> dict[str, list[Judged]]:
    """Ask the questions of each part that nothing was fitted on, over its own passages."""
    asked = [one for one in read_asked(ASKED) if one.part != FIT]
    texts = texts_of(asked, data)
    found = {}
    for part in dict.fromkeys(one.part for one in asked):
        own = [one for one in asked if one.part == part]
        with tempfile.TemporaryDirectory(prefix="jianghai-qa-") as folder:
            for passage in {one.passage for one in own if one.passage}:
                (Path(folder) / _file(passage)).write_bytes(texts[passage].encode())
            found[part] = asked_of(Path(folder), queries_of(own, texts), stream)
    return found


def table(parts: Mapping[str, Sequence[Judged]]) -> str:
    """Return one row a set of questions."""
    lines = ["| " + " | ".join(_COLUMNS) + " |", "|---|" + "---:|" * (len(_COLUMNS) - 1)]
    lines += ["| " + " | ".join([name, *_cells(judged)]) + " |" for name, judged in parts.items()]
    return "\n".join(lines)


def _cells(judged: Sequence[Judged]) -> list[str]:
    f = figures(judged)
    return [
        str(f.answerable),
        share(f.wrongly_refused),
        f"{share(f.half)} / {share(f.whole)}",
        share(f.few),
        *(_refused(judged, group) for group in (Group.NEAR_MISS, Group.OFF_TOPIC)),
        f"{reliability_of(judged).ece:.3f}",
        f"{f.verbatim} of {f.quotes}",
        f"{f.resolves} of {f.n}",
    ]


def _refused(judged: Sequence[Judged], group: Group) -> str:
    own = [j for j in judged if group_of(j.query) is group]
    return f"{share(figures(own).refusal_recall)} of {len(own)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, metavar="PATH", help="folder of the training data")
    parser.add_argument("--stream", action="store_true", help="take the answers as events")
    given = parser.parse_args()
    parts = {"development": asked_of(ROOT / "seeds", read_test_queries(DEVELOPMENT), given.stream)}
    if given.data:
        apart = kept_apart(given.data, given.stream)
        parts |= apart
    print(table(parts))
    if given.data:
        print("\nConfidence of all questions that are kept apart:\n")
        print(reliability_markdown(reliability_of([j for judged in apart.values() for j in judged])))


if __name__ == "__main__":
    main()
