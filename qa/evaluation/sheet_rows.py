"""The rows of a sheet under the heads of their columns, each question with the rows below that add quotes to it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.errors import TestQueryError
from qa.evaluation.columns import Column
from qa.evaluation.faults import Say, several, silent
from qa.evaluation.grids import Broken, Grid, Row
from qa.evaluation.sheet_heads import Heads, head_of, heads_of, no_head, say_unknown
from qa.evaluation.sheet_writing import unguarded

Order = tuple[int, int]
_DIVIDERS = {",": "a comma", "\t": "a tab", ";": "a semicolon"}


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
        self._rows: set[Order] = set()

    def add(self, order: Order, where: str, fault: object) -> None:
        """Note a fault of one row."""
        self._found.append((order, f"{where}: {fault}"))
        self._rows.add(order)

    def of(self, record: Record, fault: object) -> None:
        """Note a fault of a row under a head."""
        self.add(record.order, record.where, fault)

    def has(self, record: Record) -> bool:
        """Say whether a row has a fault: what its cells hold is not to be relied on then."""
        return record.order in self._rows

    def lines(self) -> list[str]:
        """Return all faults by rows."""
        return [fault for _, fault in sorted(self._found)]


def blocks_of(path: Path, grids: Sequence[Grid], faults: Faults, say: Say = silent) -> list[list[Record]]:
    """Return the rows of all sheets that have a head, each question's with those that add quotes to it.

    `say` is told of heads that are not understood, and of sheets that are left out because they have none.
    """
    blocks: list[list[Record]] = []
    headless: list[tuple[str, int]] = []
    for number, grid in enumerate(grids):
        where, place = (f"{name}[{grid.sheet}]" if grid.sheet else name for name in (str(path), path.name))
        if grid.fault:
            row, _, fault = grid.fault.partition(": ")
            faults.add((number, int(row)), f"{where}:{row}", fault)
        at, _ = head_of(grid)
        if at is None:
            headless.append((where, len(grid.rows)))
            continue
        blocks += _under(grid, at, number, (where, place), faults, say)
    if len(headless) < len(grids):
        for where, rows in headless:
            if rows:
                say(f"{where}: left out with {several(rows, 'row', 'rows')}, for it has no head with 问题 / question")
    elif not faults.lines():
        faults.add((0, 1), f"{path}:1", no_head(grids))
    return blocks


def _under(grid: Grid, at: int, number: int, names: tuple[str, str], faults: Faults, say: Say) -> list[list[Record]]:
    """Return the blocks of the rows below the head of one sheet."""
    (where, place), top = names, grid.rows[at]
    try:
        heads = heads_of(top)
    except TestQueryError as fault:
        faults.add((number, top.number), f"{where}:{top.number}", fault)
        return []
    say_unknown(top, where, say)
    blocks: list[list[Record]] = []
    for row in grid.rows[at + 1 :]:
        record = _record(row, heads, (number, row.number), (where, place, grid.sheet))
        if grid.delimiter and (cells := _width(row)) > len(top.cells):
            faults.of(
                record,
                f"found {cells} cells, expected {len(top.cells)}: {_DIVIDERS[grid.delimiter]} in a text needs quotation marks "
                "around it",
            )
        _add(record, blocks, faults)
    return blocks


def _width(row: Row) -> int:
    return max((at for at, cell in enumerate(row.cells, start=1) if cell), default=0)


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
