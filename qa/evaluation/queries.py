"""Test questions with verbatim evidence, one JSON object a line."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qa.errors import TestQueryError
from qa.evaluation.columns import language_of
from qa.evaluation.faults import told

_BREAKS = re.compile(r"\s*[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]\s*")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote that answers, and the file that it stands in."""

    file: str
    quote: str


@dataclass(frozen=True, slots=True)
class TestQuery:
    """A question with its evidence: several quotes are alternatives, unless `needs_all` makes each a need of its own.

    `place` is the file and line that it was read from, for messages; it is no part of the question.
    """

    __test__ = False

    id: str
    question: str
    lang: str
    type: str
    answerable: bool
    answer: str
    evidence: tuple[Evidence, ...]
    needs_all: bool = False
    place: str = field(default="", compare=False)


def one_line(text: str) -> str:
    """Return a text with a blank for every line break: what stands in lists is told a line each."""
    return _BREAKS.sub(" ", text)


def label(text: str) -> str:
    """Return the name of a group as it can stand in a cell of a Markdown table."""
    return " ".join(text.replace("|", "/").split())


def read_test_queries(path: Path) -> list[TestQuery]:
    """Read a file of test questions; keys that are not known are ignored.

    Raises `TestQueryError` that lists every faulty line as `path:line: found …, expected …`.
    """
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise TestQueryError(f"{path} cannot be read ({fault}); expected a UTF-8 file of JSON lines") from fault
    return queries_of(path, data)


def queries_of(path: Path, data: bytes) -> list[TestQuery]:
    """Read the bytes of a file of test questions; `path` names it in messages."""
    try:
        lines = data.decode("utf-8-sig").split("\n")  # a JSON text may hold U+2028
    except UnicodeDecodeError as fault:
        raise TestQueryError(f"{path} cannot be read ({fault}); expected a UTF-8 file of JSON lines") from fault
    found: list[TestQuery] = []
    faults: list[str] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            query = _test_query(json.loads(line), f"{path.name}:{number}")
            if query.id in seen:
                raise ValueError(f"found the id {query.id!r} again (line {seen[query.id]}), expected each once")
            seen[query.id] = number
            found.append(query)
        except (ValueError, RecursionError) as fault:
            faults.append(f"{path}:{number}: {fault}")
    if faults or not found:
        raise TestQueryError(told(faults) or f"{path} holds no questions; expected one JSON object a line")
    return found


def _test_query(raw: Any, place: str) -> TestQuery:
    if not isinstance(raw, dict):
        raise ValueError(f"found {type(raw).__name__}, expected a JSON object")
    answerable = raw.get("answerable", True)
    if not isinstance(answerable, bool):
        raise ValueError(f"found answerable {answerable!r}, expected true or false")
    needs = raw.get("needs", "any")
    if needs not in ("any", "all"):
        raise ValueError(f"found needs {needs!r}, expected 'any' or 'all'")
    rows = raw.get("evidence") or []
    if not isinstance(rows, list):
        raise ValueError(f"found evidence {rows!r}, expected a list of objects with file and quote")
    evidence = tuple(_evidence(row) for row in rows)
    if answerable and not evidence:
        raise ValueError("found an answerable question without evidence, expected at least one file and quote")
    id_, question = one_line(_text(raw, "id")), _text(raw, "question")
    return TestQuery(
        id_,
        question,
        label(str(raw.get("lang") or language_of(question))),
        label(str(raw.get("type", "all"))) or "all",
        answerable,
        str(raw.get("answer", "")),
        evidence,
        needs == "all",
        place,
    )


def _text(raw: dict[str, Any], name: str) -> str:
    value = raw.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"found {name} {value!r}, expected a text")
    return value


def _evidence(row: Any) -> Evidence:
    if not isinstance(row, dict):
        raise ValueError(f"found evidence {row!r}, expected an object with file and quote")
    return Evidence(_text(row, "file"), _text(row, "quote"))
