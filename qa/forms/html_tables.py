"""Tables of a page: a row becomes a line of its cells, unless the table only lays out the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from qa.forms.html_walk import Step, is_hidden, walk
from qa.forms.letters import clean, collapse, words
from qa.forms.records import Block, Part, Piece

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

# A cell with more text holds paragraphs, not a value.
_LONGEST_CELL = 300
_LAYOUT = words("table h1 h2 h3 h4 h5 h6 figure article form")


def is_data(table: LexborNode) -> bool:
    """Tell whether a table has rows of several short cells, and no tables, headings or pictures with captions inside."""
    if any(step is Step.IN and node.tag in _LAYOUT for step, node in walk(table, is_hidden)):
        return False
    rows = list(_cells(table))
    return any(len(row) > 1 for row in rows) and all(len(cell) <= _LONGEST_CELL for row in rows for cell in row)


def rows_of(table: LexborNode) -> list[Block]:
    """Return a block for every row with text, its cells between upright strokes; a lone cell stands as a paragraph."""
    out = []
    for row in _cells(table):
        filled = [cell for cell in row if cell]
        if len(filled) == 1:
            out.append(Block(Part.PARAGRAPH, (Piece(1, filled[0]),)))
        elif filled:
            out.append(Block(Part.ROW, (Piece(1, "| " + " | ".join(row) + " |"),)))
    return out


def _cells(table: LexborNode) -> Iterator[list[str]]:
    row: list[str] = []
    texts: list[str] = []
    for step, node in walk(table, is_hidden):
        if step is Step.TEXT:
            texts.append(node.text_content or "")
        elif node.tag in ("td", "th", "caption"):
            if step is Step.OUT:
                row.append(collapse(clean("".join(texts))))
            texts = []
        elif node.tag in ("p", "div", "br", "li"):
            texts.append(" ")
        if step is Step.OUT and node.tag in ("tr", "caption") and row:
            yield row
            row = []
