"""Read a test collection from a BEIR folder: `corpus.jsonl` (or `.zst`), `queries.jsonl`, `qrels/*.tsv`."""

from __future__ import annotations

import io
import json
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import TestQueryError
from qa.evaluation.columns import language_of
from qa.evaluation.faults import Say, several, silent, told
from qa.evaluation.queries import Evidence, TestQuery, label
from qa.evaluation.topics import Grades, add_grade, grade_of


@dataclass(frozen=True, slots=True)
class Collection:
    """A test collection: passages by id with title and text, questions, and for each the grades of passages' ids.

    A grade of 0 or less is a passage that was judged and is not relevant.
    """

    passages: dict[str, tuple[str, str]]
    queries: list[TestQuery]
    relevant: Mapping[str, Mapping[str, int]]


def read_collection(folder: Path, say: Say = silent, split: str | None = None) -> Collection:
    """Read a BEIR folder; questions without a relevant passage are left out.

    `split` names the judgements, `qrels/SPLIT.tsv`; without it they are those of `test`, as in BEIR, else all that are there.

    Raises `TestQueryError` that says which file is missing, or lists the faulty lines of all files. Public folders judge
    passages and questions that do not exist: the questions are left out, the passages count as not found, and `say` is told.
    """
    corpus = next((p for name in ("corpus.jsonl", "corpus.jsonl.zst") if (p := folder / name).is_file()), None)
    every = sorted((folder / "qrels").glob("*.tsv"))
    qrels = [path for path in every if path.stem == (split or "test")] or ([] if split else every)
    if split and every and not qrels:
        raise TestQueryError(f"{folder} has no qrels/{split}.tsv, expected one of {', '.join(p.stem for p in every)}")
    if corpus is None or not (folder / "queries.jsonl").is_file() or not qrels:
        raise TestQueryError(
            f"{folder} is no BEIR folder; expected corpus.jsonl (or .zst), queries.jsonl and qrels/*.tsv in it"
        )
    faults: list[str] = []
    passages = {id_: (str(r.get("title") or ""), str(r["text"])) for id_, r in _rows(corpus, faults)}
    queries = [_query(id_, r) for id_, r in _rows(folder / "queries.jsonl", faults, empty=False)]
    grades = _read_qrels(qrels, faults)
    if faults:
        raise TestQueryError(told(faults))
    relevant = _known(grades, passages, {query.id for query in queries}, folder, say)
    kept = [query for query in queries if any(grade > 0 for grade in relevant.get(query.id, {}).values())]
    if not any(grade > 0 and id_ in passages for query in kept for id_, grade in relevant[query.id].items()):
        raise TestQueryError(f"{folder} holds no question with a relevant passage; expected some in {folder / 'qrels'}")
    return Collection(passages, kept, {query.id: relevant[query.id] for query in kept})


def _known(
    grades: Grades, passages: Container[str], queries: Container[str], folder: Path, say: Say
) -> dict[str, dict[str, int]]:
    """Return the judgements of questions that exist, and tell how many there are of what does not.

    A relevant passage that the corpus lacks stays one that is not found, as trec_eval counts it.
    """
    strays = [id_ for id_ in grades if id_ not in queries]
    if strays:
        count = several(sum(len(grades[id_]) for id_ in strays), "judgement is", "judgements are")
        say(f"{folder}: {count} of questions that queries.jsonl does not have, as {strays[0]!r}; left out")
    found = {id_: dict(judged) for id_, judged in grades.items() if id_ in queries}
    lost = [p for judged in found.values() for p in judged if p not in passages]
    if lost:
        count = several(len(lost), "judgement is", "judgements are")
        say(
            f"{folder}: {count} of passages that the corpus does not have, as {lost[0]!r}; relevant ones count as not found"
        )
    return found


def _query(id_: str, row: dict[str, Any]) -> TestQuery:
    metadata = row.get("metadata")
    extra = {**row, **(metadata if isinstance(metadata, dict) else {})}
    question = str(row["text"])
    kind, lang = str(extra.get("style") or "all"), str(extra.get("lang") or language_of(question))
    return TestQuery(id_, question, label(lang), label(kind), True, "", (Evidence("", ""),))


def _lines(path: Path) -> Iterator[str]:
    if path.suffix != ".zst":
        with path.open(encoding="utf-8-sig") as stream:
            yield from stream
        return
    import zstandard  # only test collections come compressed

    with path.open("rb") as raw:
        try:
            yield from io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(raw), encoding="utf-8-sig")
        except zstandard.ZstdError as fault:
            raise OSError(f"damaged: {fault}") from fault


def _rows(path: Path, faults: list[str], *, empty: bool = True) -> list[tuple[str, dict[str, Any]]]:
    """Return the rows with their ids; faulty ones are added to `faults`. A text may be empty only with `empty`."""
    found: list[tuple[str, dict[str, Any]]] = []
    seen: dict[str, int] = {}
    number = 0
    try:
        for number, line in enumerate(_lines(path), start=1):
            if not line.strip():
                continue
            try:
                id_, row = _row(line, empty)
                if id_ in seen:
                    raise ValueError(f"found the _id {id_!r} again (line {seen[id_]}), expected each once")
                seen[id_] = number
                found.append((id_, row))
            except (ValueError, RecursionError) as fault:
                faults.append(f"{path}:{number}: {fault}")
    except (OSError, UnicodeDecodeError) as fault:
        faults.append(f"{path}:{number + 1}: cannot be read ({fault}), expected JSON lines in UTF-8")
    return found


def _row(line: str, empty: bool) -> tuple[str, dict[str, Any]]:
    row = json.loads(line)
    if not isinstance(row, dict):
        raise ValueError(f"found {type(row).__name__}, expected a JSON object")
    missing = [name for name in ("_id", "text") if row.get(name) is None]
    if missing:
        raise ValueError(f"found no {missing[0]!r}, expected _id and text")
    if not str(row["_id"]) or not (empty or str(row["text"]).strip()):
        raise ValueError(f"found an empty {'text' if str(row['_id']) else '_id'}, expected one")
    return str(row["_id"]), row


def _read_qrels(paths: Sequence[Path], faults: list[str]) -> Grades:
    found: Grades = {}
    for path in paths:
        try:
            lines = path.read_text(encoding="utf-8-sig").split("\n")
        except (OSError, UnicodeDecodeError) as fault:
            faults.append(f"{path}:1: cannot be read ({fault}), expected judgements in UTF-8")
            continue
        for number, line in enumerate(lines, start=1):
            parts = line.split("\t")
            if not line.strip() or (number == 1 and parts[-1].strip() == "score"):
                continue
            try:
                query_id, passage_id, gain = _fields(line)
                add_grade(found, query_id, passage_id, gain, repeats=True)  # in several parts of a folder
            except (TestQueryError, ValueError) as fault:
                faults.append(f"{path}:{number}: {fault}")
    return found


def _fields(line: str) -> tuple[str, str, int]:
    parts = line.split("\t")
    if len(parts) != 3:
        count = several(len(parts), "field", "fields")
        raise ValueError(
            f"found {line.strip()[:100]!r}, expected query-id, corpus-id and score, divided by tabs; found {count}"
        )
    return parts[0], parts[1], grade_of(parts[2])
