"""BEIR folders: `corpus.jsonl` (or `.zst`), `queries.jsonl`, `qrels/*.tsv`; every document of the corpus is one passage."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import TestQueryError
from qa.evaluation.queries import Evidence, TestQuery


@dataclass(frozen=True, slots=True)
class Collection:
    """A test collection: passages by id with title and text, questions, and for each the relevant passages' ids."""

    passages: dict[str, tuple[str, str]]
    queries: list[TestQuery]
    relevant: dict[str, frozenset[str]]


def read_collection(folder: Path) -> Collection:
    """Read a BEIR folder; raise `TestQueryError` that says which file is missing or which lines are faulty."""
    corpus = next((p for name in ("corpus.jsonl", "corpus.jsonl.zst") if (p := folder / name).is_file()), None)
    qrels = sorted((folder / "qrels").glob("*.tsv"))
    if corpus is None or not (folder / "queries.jsonl").is_file() or not qrels:
        raise TestQueryError(
            f"{folder} is no BEIR folder; expected corpus.jsonl (or .zst), queries.jsonl and qrels/*.tsv in it"
        )
    passages = {str(r["_id"]): (str(r.get("title") or ""), str(r["text"])) for r in _rows(corpus, ("_id", "text"))}
    relevant = _read_qrels(qrels)
    queries = [_query(r) for r in _rows(folder / "queries.jsonl", ("_id", "text")) if str(r["_id"]) in relevant]
    return Collection(passages, queries, relevant)


def _query(row: dict[str, Any]) -> TestQuery:
    extra = {**row, **(row.get("metadata") or {})}
    kind, lang = str(extra.get("style") or "all"), str(extra.get("lang") or "zh")
    return TestQuery(str(row["_id"]), str(row["text"]), lang, kind, True, "", (Evidence("", ""),))


def _lines(path: Path) -> Iterator[str]:
    if path.suffix != ".zst":
        with path.open(encoding="utf-8") as stream:
            yield from stream
        return
    import zstandard  # only test collections come compressed

    with path.open("rb") as raw:
        yield from io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(raw), encoding="utf-8")


def _rows(path: Path, needed: Sequence[str]) -> list[dict[str, Any]]:
    found, faults = [], []
    for number, line in enumerate(_lines(path), start=1):
        try:
            row = json.loads(line)
            missing = [name for name in needed if name not in row]
            if missing:
                raise ValueError(f"found no {missing[0]!r}, expected {' and '.join(needed)}")
            found.append(row)
        except (ValueError, TypeError) as fault:
            faults.append(f"{path}:{number}: {fault}")
    if faults:
        raise TestQueryError("\n".join(faults))
    return found


def _read_qrels(paths: Sequence[Path]) -> dict[str, frozenset[str]]:
    relevant: dict[str, set[str]] = {}
    faults = []
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            parts = line.split("\t")
            if number == 1 and parts[-1].strip() == "score":
                continue
            try:
                query_id, passage_id, gain = parts
                if int(gain) > 0:
                    relevant.setdefault(query_id, set()).add(passage_id)
            except ValueError:
                faults.append(
                    f"{path}:{number}: found {line!r}, expected query-id, corpus-id and score, divided by tabs"
                )
    if faults:
        raise TestQueryError("\n".join(faults))
    return {query_id: frozenset(ids) for query_id, ids in relevant.items()}
