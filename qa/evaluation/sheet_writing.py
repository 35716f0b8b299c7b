"""Write test questions as a sheet that people fill in with a spreadsheet program, and that is read back as it was."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import InvalidRequest, TestQueryError
from qa.evaluation.columns import Column, head
from qa.evaluation.queries import TestQuery
from qa.evaluation.workbooks import escaped

COLUMNS = {
    Column.ACCEPTED: 12,
    Column.ID: 14,
    Column.QUESTION: 44,
    Column.ANSWER: 30,
    Column.FILE: 26,
    Column.QUOTE: 60,
    Column.NEEDS: 10,
    Column.ANSWERABLE: 12,
    Column.LANG: 8,
    Column.TYPE: 14,
    Column.NOTE: 30,
}
YES, NO, ALL = "是 yes", "否 no", "全部 all"
_LONGEST_CELL = 32_767
# The full-width signs count as well where Chinese or Japanese is typed.
_CALCULATED = re.compile(r"'*[=+\-@＝＋－＠\t\r\n]")


@dataclass(frozen=True, slots=True)
class Draft:
    """A test question that somebody is to accept or not (None: not decided yet), with a note for them."""

    query: TestQuery
    accepted: bool | None = None
    note: str = ""


def write_sheet(path: Path, drafts: Sequence[Draft]) -> None:
    """Write `.csv` or `.xlsx`, as the file's name says."""
    data = sheet_bytes(path.suffix, drafts)
    try:
        path.write_bytes(data)
    except OSError as fault:
        raise TestQueryError(f"{path} cannot be written ({fault}); name a file in a folder that is there") from fault


def sheet_bytes(suffix: str, drafts: Sequence[Draft]) -> bytes:
    """Return the bytes of a `.csv` (UTF-8 with a mark, so that Excel knows) or `.xlsx` file."""
    rows = [[head(column) for column in COLUMNS], *(row for draft in drafts for row in _rows(draft))]
    if any(c == "\0" or "\ud800" <= c <= "\udfff" for row in rows for cell in row for c in cell):
        raise TestQueryError(
            "found a NUL or half a surrogate pair in a question, expected text; write the question anew"
        )
    if suffix.lower() == ".csv":
        stream = io.StringIO(newline="")
        csv.writer(stream, quoting=csv.QUOTE_ALL).writerows(rows)
        return stream.getvalue().encode("utf-8-sig")
    if suffix.lower() == ".xlsx":
        return _workbook(rows)
    raise InvalidRequest(f"found a sheet with the name ending {suffix!r}, expected .csv or .xlsx")


def _rows(draft: Draft) -> list[list[str]]:
    query = draft.query
    first = query.evidence[0] if query.evidence else None
    cells = {
        Column.ACCEPTED: "" if draft.accepted is None else YES if draft.accepted else NO,
        Column.ID: query.id,
        Column.QUESTION: query.question,
        Column.ANSWER: query.answer,
        Column.FILE: first.file if first else "",
        Column.QUOTE: first.quote if first else "",
        Column.NEEDS: ALL if query.needs_all else "",
        Column.ANSWERABLE: YES if query.answerable else NO,
        Column.LANG: query.lang,
        Column.TYPE: query.type,
        Column.NOTE: draft.note,
    }
    further = [{Column.FILE: e.file, Column.QUOTE: e.quote} for e in query.evidence[1:]]
    return [[guarded(row.get(column, "")) for column in COLUMNS] for row in (cells, *further)]


def guarded(text: str) -> str:
    """Put an apostrophe before what a spreadsheet program would calculate (`=cmd`, `+1`, `-1`, `@x`)."""
    return f"'{text}" if _CALCULATED.match(text) else text


def unguarded(text: str) -> str:
    """Take away the apostrophe that `guarded` put there."""
    return text[1:] if text.startswith("'") and _CALCULATED.match(text) else text


def _workbook(rows: Sequence[Sequence[str]]) -> bytes:
    import openpyxl  # only sheets need it
    from openpyxl.worksheet.datavalidation import DataValidation

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "questions"
    for number, row in enumerate(rows, start=1):
        for at, text in enumerate(row, start=1):
            _fill(sheet.cell(number, at), text, number == 1)
    for letter, width in zip("ABCDEFGHIJK", COLUMNS.values(), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    choice = DataValidation(type="list", formula1=f'"{YES},{NO}"', allow_blank=True, showErrorMessage=True)
    sheet.add_data_validation(choice)
    choice.add(f"A2:A{max(2, len(rows))}")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _fill(cell: Any, text: str, is_head: bool) -> None:
    from openpyxl.styles import Alignment, Font

    kept = escaped(text)
    if len(kept) > _LONGEST_CELL:
        raise TestQueryError(
            f"found a text of {len(kept)} characters, expected at most {_LONGEST_CELL} in a cell of a workbook; write .csv"
        )
    cell.value = kept or None
    if kept:
        cell.data_type = "s"  # a text like #N/A would be taken for an error
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if is_head:
        cell.font = Font(bold=True)
