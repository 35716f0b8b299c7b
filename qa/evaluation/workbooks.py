"""XLSX workbooks that strangers sent: looked into before they are opened, read as values, never calculated."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from datetime import date, datetime, time
from typing import Any

from qa.errors import TestQueryError, UnreadableDocument
from qa.forms.archives import check_entities, check_size

MOST_ROWS, MOST_COLUMNS = 20_000, 64
_MOST_SCANNED = 100_000
_MOST_UNPACKED = 100_000_000
# Small parts take as long to read as large ones: ten seconds for so many.
_MOST_TAGS = 2_000_000
_AGAIN = "save it as .xlsx or .csv from a spreadsheet program"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TO_ESCAPE = re.compile(r"[\x01-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
SheetRows = list[tuple[int, tuple[str, ...]]]


class Broken(str):
    """A cell that has no text: an error, or a formula that nobody has calculated. The text says what it holds."""

    __slots__ = ()


def sheets_of(name: str, data: bytes) -> list[tuple[str, SheetRows, str]]:
    """Return name, filled rows and fault (empty: none) of every visible sheet; raise `TestQueryError` for no workbook."""
    formulas = _checked(name, data)
    values = _opened(name, data, calculated=True)
    written = _opened(name, data, calculated=False) if formulas else None
    found = []
    for sheet in values.worksheets:
        if sheet.sheet_state == "visible":
            other = None if written is None else written[sheet.title]
            found.append((str(sheet.title), *_rows(name, sheet, other)))
    if not found:
        raise TestQueryError(f"{name} holds no visible sheet; expected one with test questions")
    return found


def _checked(name: str, data: bytes) -> bool:
    """Refuse a container that is no workbook or bursts; say whether there are formulas in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            check_size(archive, name)
            unpacked = sum(entry.file_size for entry in archive.infolist())
            if unpacked > _MOST_UNPACKED:
                raise TestQueryError(
                    f"{name} unpacks to {unpacked} bytes, expected at most {_MOST_UNPACKED}; divide it"
                )
            if "xl/workbook.xml" not in archive.namelist():
                raise TestQueryError(f"{name} is a ZIP container but no XLSX workbook; {_AGAIN}")
            return _has_formulas(name, archive)
    except UnreadableDocument as fault:
        raise TestQueryError(str(fault) if name in str(fault) else f"{name}: {fault}") from fault
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, zlib.error) as fault:
        raise _unreadable(name, fault) from fault


def _has_formulas(name: str, archive: zipfile.ZipFile) -> bool:
    """Look through all XML parts for what makes parsers burst, and for formulas."""
    formulas, tags = False, 0
    for entry in archive.infolist():
        if entry.filename.endswith((".xml", ".rels")):
            part = archive.read(entry)
            check_entities(part, entry.filename)
            tags += part.count(b"<")
            formulas |= "worksheets/" in entry.filename and _FORMULA.search(part) is not None
    if tags > _MOST_TAGS:
        raise TestQueryError(f"{name} has {tags} XML tags, expected at most {_MOST_TAGS}; divide it")
    return formulas


def _unreadable(name: str, fault: Exception) -> TestQueryError:
    return TestQueryError(f"{name} cannot be read as an XLSX workbook ({type(fault).__name__}); {_AGAIN}")


def _opened(name: str, data: bytes, calculated: bool) -> Any:
    import openpyxl  # only sheets need it

    try:
        with warnings.catch_warnings():
            # It warns of everything that it leaves out: drop-downs, pictures, links.
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=calculated, keep_links=False)
    except Exception as fault:  # whatever a part raises that a stranger wrote
        raise _unreadable(name, fault) from fault


def _rows(name: str, sheet: Any, written: Any) -> tuple[SheetRows, str]:
    rows: SheetRows = []
    # What a sheet says of its own size may be wrong, or made to fill the memory.
    sheet.reset_dimensions()
    formulas = None
    if written is not None:
        written.reset_dimensions()
        formulas = written.iter_rows(max_col=MOST_COLUMNS)
    try:
        for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
            if number > _MOST_SCANNED:
                return (
                    rows,
                    f"{number}: found a row below {_MOST_SCANNED}, expected none; delete the rows below the last",
                )
            other = next(formulas, cells) if formulas is not None else cells
            if not any(cell.value is not None for cell in (cells if other is cells else (*cells, *other))):
                continue
            texts = tuple(_text(cell, unread) for cell, unread in zip(cells, other, strict=False))
            if any(texts):
                rows.append((number, texts))
            if len(rows) > MOST_ROWS:
                return rows, f"{number}: found more than {MOST_ROWS} rows, expected fewer; divide it"
    except Exception as fault:  # as above: sheets are parsed while they are read
        raise _unreadable(name, fault) from fault
    return rows, ""


def _text(cell: Any, written: Any) -> str:
    value = cell.value
    if value is None:
        return Broken(f"the formula {written.value}, never calculated") if written.data_type == "f" else ""
    if cell.data_type == "e":
        return Broken(f"the error {value}")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return unescaped(str(value)).strip()


def unescaped(text: str) -> str:
    """Return what a cell's text means: characters that XML cannot hold are written as `_x000D_`."""

    def meant(found: re.Match[str]) -> str:
        point = int(found[1], 16)
        # NUL and halves of surrogate pairs are no text.
        return found[0] if point == 0 or 0xD800 <= point < 0xE000 else chr(point)

    return _ESCAPED.sub(meant, text)


def escaped(text: str) -> str:
    """Return a text with the characters that XML cannot hold, or changes, written as `_x000D_`."""
    return _TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
