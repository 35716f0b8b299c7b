"""Print the rows of a page as text: wrapped, interleaved, misread, with stray blanks; and note where each block came to stand.

Every character is carried with its block until the end, so that whatever is done to the text, the offsets stay exact.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from page_parts import Layout, Piece, Rates, Row

from qa.alike import lookalikes
from qa.reading import Role

Place = tuple[int, Role, int] | None
Cell = tuple[str, Place]
_HALF = str.maketrans("，；：？！（）", ",;:?!()")
_QUOTES = {"curly": ("“", "”"), "straight": ('"', '"'), "corner": ("「", "」")}
_HANGING = "，。、；：？！”’）》」』】…,;:?!)"


@dataclass(slots=True)
class Column:
    """Rows that are printed below one another; `beside` stands in a second column, and the lines of both alternate.

    `third` stands in a third one. `form` says otherwise: `abreast` or `unequal`, as in `Rates`.
    """

    rows: list[Row]
    beside: list[Row] = field(default_factory=list)
    third: list[Row] = field(default_factory=list)
    form: str = ""


@dataclass(slots=True)
class Printed:
    """The text of a page, where the characters of each block stand in it, and the last offsets of broken lines."""

    text: str = ""
    blocks: dict[tuple[int, Role, int], list[int]] = field(default_factory=dict)
    line_ends: set[int] = field(default_factory=set)

    def words(self, number: int, role: Role) -> str:
        """Return the characters of an article's blocks with a role, as printed."""
        return "".join(
            self.text[at] for (n, r, _), places in self.blocks.items() if (n, r) == (number, role) for at in places
        )


@dataclass(slots=True)
class _Line:
    cells: list[Cell]
    blank: int = 0
    broken: bool = False
    inner: int = 0


class Press:
    """Print columns with the damage that a whole page suffers."""

    def __init__(self, layout: Layout, rates: Rates, rng: random.Random) -> None:
        self._layout, self._rng = layout, rng
        self._stray = rng.random() < rates.stray_blanks
        self._mixed = rng.random() < rates.mixed_width
        self._misread = rng.choice((0.01, 0.02, 0.03, 0.05)) if rng.random() < rates.misread else 0.0
        self._width = 2 * rng.randint(13, 22)
        self._wrapped = rng.random() < rates.wrapped
        # A column in which neither blank lines nor indents begin a paragraph is one that nobody can read.
        self._indent = layout.indent or ("　　" if layout.gap == 0 and self._wrapped else "")

    def print(self, columns: Sequence[Column]) -> Printed:
        """Write all columns as one text."""
        lines: list[_Line] = []
        for column in columns:
            part = self._interleaved(column) if column.beside else self._set(column.rows)
            part[0].blank += self._rng.choice((0, 0, 1)) if self._layout.gap else 0
            lines += part
        return self._written(lines)

    def _set(self, rows: Sequence[Row]) -> list[_Line]:
        out: list[_Line] = []
        for row in rows:
            blank = self._layout.gap + (self._rng.randint(2, 3) if row.wide and self._layout.gap else 0)
            lines = self._lines(row, self._indent, wrapped=self._wrapped)
            lines[0].blank = blank
            out += lines
        return out

    def _interleaved(self, column: Column) -> list[_Line]:
        """Print two columns as a program reads them that takes no notice of the space between: line by line across."""
        wider = self._width + 2 * self._rng.randint(3, 6) if column.form == "unequal" else self._width
        sides = [
            [line for row in rows for line in self._lines(row, self._indent or "　　", wrapped=True, width=width)]
            for rows, width in ((column.rows, self._width), (column.beside, wider), (column.third, self._width))
        ]
        if column.form == "abreast":
            lines = self._abreast(*sides[:2])
        else:
            lines = [line for row in zip_longest(*sides) for line in row if line is not None]
        lines[0].blank = self._layout.gap
        return lines

    def _abreast(self, left: Sequence[_Line], right: Sequence[_Line]) -> list[_Line]:
        """Put the lines of two columns on one line each, divided by a tab, by four blanks, or at a fixed cell."""
        form = self._rng.choice(("tab", "blanks", "fixed"))
        start = max(_width_of(line.cells) for line in left) + 4
        out = []
        for one, other in zip_longest(left, right):
            if one is None or other is None:
                cells = one.cells if one else other.cells
                gap = "" if one else "\t" if form == "tab" else " " * start
                out.append(_Line([*((char, None) for char in gap), *cells], broken=(one or other).broken))
                continue
            gap = {"tab": "\t", "blanks": " " * 4, "fixed": " " * (start - _width_of(one.cells))}[form]
            cells = [*one.cells, *((char, None) for char in gap), *other.cells]
            out.append(_Line(cells, broken=other.broken, inner=len(one.cells) if one.broken else 0))
        return out

    def _lines(self, row: Row, indent: str, *, wrapped: bool, width: int = 0) -> list[_Line]:
        cells: list[Cell] = [(char, None) for char in indent if row.indented]
        for piece in row.pieces:
            cells += self._cells(piece)
        shown = any(
            piece.block and piece.block[1] in (Role.PARAGRAPH, Role.CAPTION, Role.REPEAT) for piece in row.pieces
        )
        return list(_wrapped(cells, width or self._width)) if wrapped and shown else [_Line(cells)]

    def _cells(self, piece: Piece) -> list[Cell]:
        text = self._translate()(piece.text)
        if piece.block is None:
            return [(char, None) for char in text]
        text = "".join(self._read(char) for char in text)
        if self._stray and piece.block[1] is Role.PARAGRAPH and len(text) > 20 and self._rng.random() < 0.4:
            for _ in range(self._rng.randint(1, 3)):
                at = self._rng.randrange(4, len(text) - 4)
                text = text[:at] + " " + text[at:]
        return [(char, piece.block) for char in text]

    def _read(self, char: str) -> str:
        """Misread a character now and then."""
        alike = lookalikes(char)[:3] if self._misread and self._rng.random() < self._misread else ""
        return self._rng.choice(alike) if alike else char

    def _translate(self) -> Callable[[str], str]:
        full = self._rng.random() < 0.5 if self._mixed else self._layout.full_width
        opening, closing = _QUOTES[self._layout.quotes]
        quotes = str.maketrans({"“": opening, "”": closing})
        return lambda text: (text if full else text.translate(_HALF)).translate(quotes)

    def _written(self, lines: Sequence[_Line]) -> Printed:
        out: list[str] = []
        printed = Printed()
        offset = 0
        for line in lines:
            if out:
                out.append(self._layout.newline * (line.blank + 1))
                offset += len(out[-1])
            for char, place in line.cells:
                if place and not char.isspace() and char not in "#*":
                    printed.blocks.setdefault(place, []).append(offset)
                out.append(char)
                offset += 1
            if line.inner:
                printed.line_ends.add(offset - len(line.cells) + last_word(line.cells[: line.inner]))
            if line.broken:
                printed.line_ends.add(offset - len(line.cells) + last_word(line.cells))
        printed.text = "".join(out)
        return printed


def last_word(cells: Sequence[Cell]) -> int:
    """Return the place of the last character that is no blank."""
    return max((at for at, (char, _) in enumerate(cells) if not char.isspace()), default=0)


def _width_of(cells: Sequence[Cell]) -> int:
    return sum(_cells_wide(char) for char, _ in cells)


def _cells_wide(char: str) -> int:
    return 1 if char.isascii() else 2


def _wrapped(cells: Sequence[Cell], width: int) -> list[_Line]:
    """Break a row at the width of a column; no line begins with a closing mark, or in the midst of a number or word."""
    lines: list[_Line] = []
    start = used = 0
    for at, (char, _) in enumerate(cells):
        inside = at > 0 and (cells[at - 1][0] + char).isalnum() and (cells[at - 1][0] + char).isascii()
        if used + _cells_wide(char) > width and char not in _HANGING and not inside and not char.isspace():
            lines.append(_Line(list(cells[start:at]), broken=True))
            start, used = at, 0
        used += _cells_wide(char)
    return [*lines, _Line(list(cells[start:]))]
