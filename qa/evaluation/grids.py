"""The rows of a sheet as text, from CSV and TSV in any of the usual encodings and from XLSX, within bounds."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from qa.decode import decode
from qa.errors import TestQueryError, UnreadableDocument, UnsupportedForm
from qa.evaluation.faults import Say, silent
from qa.evaluation.western import western_word
from qa.evaluation.workbooks import MOST_COLUMNS, MOST_ROWS, Broken, sheets_of

__all__ = ["DELIMITERS", "Broken", "Grid", "Row", "csv_grid", "text_of", "workbook_grids"]
DELIMITERS = ",\t;"


@dataclass(frozen=True, slots=True)
class Row:
    """A row that holds something: its number as a spreadsheet program shows it, and the text of its cells."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: its name where a file has several, its rows, what stopped the reading before its end, what divides cells."""

    sheet: str
    rows: tuple[Row, ...]
    fault: str = ""
    delimiter: str = ""


def text_of(path: Path, data: bytes, say: Say = silent) -> str:
    """Decode a text file of questions: UTF-8, GB18030 or UTF-16; `say` is told when it is not UTF-8.

    Raises `TestQueryError` for what is none, as a Western file of another encoding, even where it can be read as GB18030.
    """
    try:
        decoded = decode(data, str(path))
    except (UnreadableDocument, UnsupportedForm) as fault:
        raise TestQueryError(str(fault)) from fault
    if decoded.encoding == "gb18030" and (word := western_word(decoded.text)):
        raise TestQueryError(
            f"{path}: found {word[0]!r}, which is {word[1]!r} in a Western encoding; save it as UTF-8 (in Excel: CSV UTF-8)"
        )
    if decoded.encoding != "utf-8":
        say(f"{path}: read as {decoded.encoding.upper()}; if letters look wrong, save it as UTF-8")
    return decoded.text


def csv_grid(text: str, delimiter: str, most: int = MOST_ROWS) -> Grid:
    """Return a sheet's filled rows, at most so many, by one of `DELIMITERS`."""
    rows: list[Row] = []
    # A reader that is not strict joins and drops quotation marks without a word.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                rows.append(Row(number, tuple(cell.strip() for cell in cells[:MOST_COLUMNS])))
            if len(rows) > most:
                return Grid(
                    "", tuple(rows), f"{number}: found more than {most} rows, expected fewer; divide it", delimiter
                )
    except csv.Error as fault:
        expected = 'expected a cell with quotation marks as "said ""so"" then"; save it anew from a spreadsheet program'
        return Grid(
            "", tuple(rows), f"{number + 1}: found a row that cannot be divided ({fault}), {expected}", delimiter
        )
    return Grid("", tuple(rows), delimiter=delimiter)


def workbook_grids(path: Path, data: bytes) -> list[Grid]:
    """Return the visible sheets of an XLSX workbook; raise `TestQueryError` for what is none or bursts."""
    sheets = sheets_of(str(path), data)
    several = len(sheets) > 1
    return [
        Grid(name if several else "", tuple(Row(number, cells) for number, cells in rows), fault)
        for name, rows, fault in sheets
    ]
