"""One door for every form of a file of test questions: JSON lines, sheets (CSV, TSV, XLSX) and TREC topics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePath

from qa.errors import TestQueryError
from qa.evaluation import queries as json_lines
from qa.evaluation.faults import Say, silent
from qa.evaluation.grids import text_of
from qa.evaluation.queries import Evidence, TestQuery
from qa.evaluation.sheets import is_sheet, read_sheet
from qa.evaluation.topics import is_tabbed, is_tagged, read_topics

MOST_BYTES = 50_000_000
FORMS = "JSON lines, a sheet (CSV, TSV, XLSX) or TREC topics"
_JSON, _WORKBOOKS = (".jsonl", ".ndjson", ".json"), (".xlsx", ".xlsm")
_OLD_OFFICE, _ZIP = b"\xd0\xcf\x11\xe0", b"PK"


def read_questions(path: Path, say: Say = silent) -> list[TestQuery]:
    """Read a file of test questions, whatever its form; `say` is told what is left out.

    Raises `TestQueryError` that lists every fault as `path:line: found …, expected …`.
    """
    try:
        if path.is_dir():
            raise TestQueryError(f"{path} is a folder, expected a file: {FORMS}; a BEIR folder is given as --data")
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise TestQueryError(f"{path} has {size} bytes, expected at most {MOST_BYTES}; divide it")
        data = path.read_bytes()
    except OSError as fault:
        raise TestQueryError(f"{path} cannot be read ({fault.strerror}); expected a file: {FORMS}") from fault
    return questions_of(path, data, say)


def questions_of(path: Path, data: bytes, say: Say = silent) -> list[TestQuery]:
    """Read the bytes of a file of test questions; its form is told by the name `path` and by the content."""
    ending = path.suffix.lower()
    if data.startswith((_ZIP, _OLD_OFFICE)) or ending in _WORKBOOKS:
        _check_workbook(path, data, ending)
        return read_sheet(path, data, say)
    if ending in _JSON:
        return _json(path, data)
    text = text_of(path, data, say)
    begin = text.lstrip()[:1]
    if begin in ("{", "["):
        return _json(path, data)
    if is_tagged(text) or (is_tabbed(text) and not is_sheet(text)):
        return read_topics(path, text)
    return read_sheet(path, data, say)


def _check_workbook(path: Path, data: bytes, ending: str) -> None:
    if data.startswith(_OLD_OFFICE):
        raise TestQueryError(
            f"{path} is an old Excel file (.xls), or one locked with a password; save it as plain .xlsx"
        )
    if not data.startswith(_ZIP):
        raise TestQueryError(f"{path} is named as an Excel workbook and is none; save it as .xlsx, or name it .csv")
    if ending not in _WORKBOOKS:
        raise TestQueryError(f"{path} is a ZIP container, perhaps an Excel workbook; name it .xlsx if it is one")


def _json(path: Path, data: bytes) -> list[TestQuery]:
    if data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[") and path.suffix.lower() != ".jsonl":
        raise TestQueryError(
            f"{path}:1: found a list, expected JSON lines: one object a line, without brackets and commas"
        )
    return json_lines.queries_of(path, data)


def with_files(queries: Sequence[TestQuery], ids: Mapping[str, str]) -> list[TestQuery]:
    """Return the questions with each document named by its file; `ids` gives the document id of every file.

    A quote may name the file, the document's id, or the file without its ending where only one file is meant by it. What is
    none of these stays as it is, for `needs_of` to tell.
    """
    files = {id_: file for file, id_ in ids.items()}
    meant: dict[str, set[str]] = defaultdict(set)
    for file in ids:
        meant[PurePath(file).stem].add(file)
    files = {stem: next(iter(named)) for stem, named in meant.items() if len(named) == 1} | files

    def filed(evidence: Evidence) -> Evidence:
        file = evidence.file if evidence.file in ids else files.get(evidence.file, evidence.file)
        return replace(evidence, file=file)

    return [replace(query, evidence=tuple(map(filed, query.evidence))) for query in queries]
