"""The rows of a sheet under the heads of their columns, each question with the rows below that add quotes to it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.errors import TestQueryError
from qa.evaluation.columns import Column, columns_of, head
from qa.evaluation.grids import Broken, Grid, Row
from qa.evaluation.sheet_writing import unguarded

UPPER_ROWS = 10
NEEDED = f"{head(Column.QUESTION)}, {head(Column.FILE)} and {head(Column.QUOTE)}"
Heads = Mapping[Column, int]
Order = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Record:
    """A row under a head: where it stands, in full for messages and short for the question, and its cells by column."""

    order: Order
    where: str
    place: str
    name: str
    cells: Mapping[Column, str]

    def get(self, column: Column) -> str:
        """Return a cell's text, empty where there is none."""
        return self.cells.get(column, "")


class Faults:
    """What is wrong with a file's rows, told in the order of the rows whenever it was found."""

    def __init__(self) -> None:
        self._found: list[tuple[Order, str]] = []

    def add(self, order: Order, where: str, fault: object) -> None:
        """Note a fault of one row."""
        self._found.append((order, f"{where}: {fault}"))

    def of(self, record: Record, fault: object) -> None:
        """Note a fault of a row under a head."""
        self.add(record.order, record.where, fault)

    def lines(self) -> list[str]:
        """Return all faults by rows."""
        return [fault for _, fault in sorted(self._found)]


def blocks_of(path: Path, grids: Sequence[Grid], faults: Faults) -> list[list[Record]]:
    """Return the rows of all sheets that have a head, each question's with those that add quotes to it."""
    blocks: list[list[Record]] = []
    headless = True
    for number, grid in enumerate(grids):
        where, place = (f"{name}[{grid.sheet}]" if grid.sheet else name for name in (str(path), path.name))
        if grid.fault:
            row, _, fault = grid.fault.partition(": ")
            faults.add((number, int(row)), f"{where}:{row}", fault)
        at, _ = head_of(grid)
        if at is None:
            continue
        headless = False
        heads = _heads(grid.rows[at], (number, grid.rows[at].number), where, faults)
        mine: list[list[Record]] = []
        for row_ in grid.rows[at + 1 :] if heads else ():
            _add(_record(row_, heads, (number, row_.number), (where, place, grid.sheet)), mine, faults)
        blocks += mine
    if headless and not faults.lines():
        faults.add((0, 1), f"{path}:1", _no_head(grids))
    return blocks


def head_of(grid: Grid) -> tuple[int | None, Heads]:
    """Return where the head stands among the rows, and its columns; None and nothing when there is none."""
    for at, row in enumerate(grid.rows[:UPPER_ROWS]):
        try:
            columns = columns_of(row.cells)
        except TestQueryError:
            return at, {Column.QUESTION: 0}
        if Column.QUESTION in columns and len(columns) > 1:
            return at, columns
    return None, {}


def _heads(row: Row, order: Order, where: str, faults: Faults) -> Heads:
    try:
        heads = columns_of(row.cells)
        if Column.ANSWERABLE not in heads and not {Column.FILE, Column.QUOTE} <= heads.keys():
            raise TestQueryError(f"found the columns {', '.join(heads)}, expected {NEEDED}")
        return heads
    except TestQueryError as fault:
        faults.add(order, f"{where}:{row.number}", fault)
        return {}


def _no_head(grids: Sequence[Grid]) -> str:
    first = next((row.cells for grid in grids for row in grid.rows), ())
    found = ", ".join(repr(cell[:20]) for cell in first[:8] if cell) or "nothing"
    return f"found {found} in the first row, expected the heads {NEEDED}"


def _record(row: Row, heads: Heads, order: Order, names: tuple[str, str, str]) -> Record:
    where, place, sheet = names
    cells = {column: unguarded(row.cells[at]) if at < len(row.cells) else "" for column, at in heads.items()}
    name = re.sub(r"\s+", "-", f"{sheet or 'row'}-{row.number}")
    return Record(order, f"{where}:{row.number}", f"{place}:{row.number}", name, cells)


def _add(record: Record, blocks: list[list[Record]], faults: Faults) -> None:
    for column, text in record.cells.items():
        if isinstance(text, Broken):
            faults.of(record, f"found {text} in {column}, expected text; type it in")
    if record.get(Column.QUESTION):
        blocks.append([record])
    elif record.get(Column.QUOTE) or record.get(Column.FILE):
        _add_quote(record, blocks, faults)
    elif record.get(Column.ANSWER) or record.get(Column.TYPE):
        faults.of(record, "found no question, expected one, or a further quote for the question above")


def _add_quote(record: Record, blocks: list[list[Record]], faults: Faults) -> None:
    id_ = record.get(Column.ID)
    if not blocks:
        faults.of(record, "found a quote without a question, expected a question in this row or above")
    elif id_ and id_ != blocks[-1][0].get(Column.ID):
        faults.of(record, f"found the id {id_!r} without a question, expected one, or no id for a further quote")
    else:
        blocks[-1].append(record)
