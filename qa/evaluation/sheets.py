"""Sheets of test questions, one a row, as a colleague fills them in: read from CSV, TSV and XLSX.

The first of the upper rows that has a column for the question is the head; columns stand in any order, others are ignored. A
row without a question adds a further quote to the question above it, in the same file when it names none. With a column
`accepted`, only questions whose row says yes are taken: a draft that nobody has read is no judgement.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qa.errors import TestQueryError
from qa.evaluation.columns import Column, head, language_of, needs_all, yes_or_no
from qa.evaluation.faults import Say, several, silent, told
from qa.evaluation.grids import DELIMITERS, Grid, csv_grid, text_of, workbook_grids
from qa.evaluation.queries import Evidence, TestQuery, label, one_line
from qa.evaluation.sheet_heads import UPPER_ROWS, Heads, head_of
from qa.evaluation.sheet_rows import Faults, Record, blocks_of
from qa.evaluation.sheet_writing import Draft, sheet_bytes, write_sheet

__all__ = ["Draft", "is_sheet", "read_sheet", "sheet_bytes", "write_sheet"]


def read_sheet(path: Path, data: bytes, say: Say = silent) -> list[TestQuery]:
    """Read a sheet; raise `TestQueryError` with every faulty row as `path:row: found …, expected …`."""
    grids = workbook_grids(path, data) if data.startswith(b"PK") else [_divided(text_of(path, data))]
    faults = Faults()
    blocks = blocks_of(path, grids, faults, say)
    accepted = [block for block in blocks if _accepted(block[0], faults)]
    queries = _queries(accepted, faults)
    if lines := faults.lines():
        raise TestQueryError(told(lines))
    left_out = len(blocks) - len(accepted)
    if not queries:
        none = (
            f"{several(left_out, 'question', 'questions')}, none accepted; expected yes/是 in {head(Column.ACCEPTED)}"
        )
        raise TestQueryError(f"{path} holds {none if left_out else 'no questions; expected one a row'}")
    if left_out:
        say(f"{path}: {several(left_out, 'question is', 'questions are')} not accepted and left out")
    return queries


def is_sheet(text: str) -> bool:
    """Say whether the heads of a text's columns are those of a sheet with judgements."""
    return bool({Column.FILE, Column.QUOTE, Column.ANSWERABLE} & max(_heads(text).values(), key=len).keys())


def _divided(text: str) -> Grid:
    """Divide a text where most columns are known; comma, then tab, then semicolon where none is."""
    heads = _heads(text)
    return csv_grid(text, max(heads, key=lambda delimiter: len(heads[delimiter])))


def _heads(text: str) -> dict[str, Heads]:
    return {delimiter: head_of(csv_grid(text, delimiter, UPPER_ROWS))[1] for delimiter in DELIMITERS}


def _accepted(record: Record, faults: Faults) -> bool:
    try:
        # Where there is no such column, whoever wrote the sheet accepts what is in it.
        return yes_or_no(record.get(Column.ACCEPTED), Column.ACCEPTED, empty=Column.ACCEPTED not in record.cells)
    except ValueError as fault:
        faults.of(record, fault)
        return True


def _queries(blocks: Sequence[Sequence[Record]], faults: Faults) -> list[TestQuery]:
    found: list[TestQuery] = []
    seen: dict[str, str] = {}
    for block in blocks:
        query = _query(block, faults)
        if query.id in seen:
            faults.of(block[0], f"found the id {query.id!r} again ({seen[query.id]}), expected each once")
        seen.setdefault(query.id, block[0].place)
        found.append(query)
    return found


def _query(block: Sequence[Record], faults: Faults) -> TestQuery:
    first = block[0]
    answerable, all_ = _answerable(first, faults), False
    denied = not answerable and not faults.has(first)
    try:
        all_ = needs_all(first.get(Column.NEEDS))
    except ValueError as fault:
        faults.of(first, fault)
    evidence = _evidence(block, denied, faults)
    if answerable and not any(record.get(Column.FILE) or record.get(Column.QUOTE) for record in block):
        faults.of(first, f"found no quote, expected file and quote, or no/否 in {head(Column.ANSWERABLE)}")
    question = one_line(first.get(Column.QUESTION))
    return TestQuery(
        one_line(first.get(Column.ID)) or first.name,
        question,
        label(first.get(Column.LANG)) or language_of(question),
        label(first.get(Column.TYPE)) or "all",
        answerable,
        first.get(Column.ANSWER),
        evidence,
        all_,
        first.place,
    )


def _answerable(record: Record, faults: Faults) -> bool:
    try:
        return yes_or_no(record.get(Column.ANSWERABLE), Column.ANSWERABLE, empty=True)
    except ValueError as fault:
        faults.of(record, fault)
        return False


def _evidence(block: Sequence[Record], denied: bool, faults: Faults) -> tuple[Evidence, ...]:
    """Return the quotes of a question; left out are further ones whose own row is not accepted, and those of faulty rows.

    `denied` says that the question is marked as one without an answer: a quote contradicts that.
    """
    found, file = [], ""
    for record in block:
        if record is not block[0] and record.get(Column.ACCEPTED) and not _accepted(record, faults):
            continue
        file, quote = record.get(Column.FILE) or file, record.get(Column.QUOTE)
        if quote and denied:
            faults.of(
                record, f"found a quote though {head(Column.ANSWERABLE)} says no/否, expected none, or yes/是 there"
            )
        elif quote and file:
            if not faults.has(record):  # it may be cut, or an error of the spreadsheet
                found.append(Evidence(file, quote))
        elif quote:
            faults.of(record, "found a quote without a file, expected the name of its document")
        elif record.get(Column.FILE):
            faults.of(record, "found a file without a quote, expected the words of it that answer")
    return tuple(found)
