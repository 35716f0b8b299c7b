"""Build the blocks of a page from its elements: headings, paragraphs, items of lists, rows of tables, captions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa.forms.html_tables import is_data, rows_of
from qa.forms.html_walk import Step, is_hidden, walk
from qa.forms.letters import clean, clean_edges, collapse, words
from qa.forms.records import Block, Part, Piece

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_BLOCKS = words(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol p pre section summary table tbody td tfoot th thead tr"
    " ul legend optgroup option"
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BOLD = frozenset({"b", "strong"})
_INDENT = re.compile(r"[\r\n\t ]*(?:\u3000|[\u00a0\u2003]{2})")
_SENTENCE = re.compile("[。!?！？;；.…][”’』」)）]?$")
# A longer line in bold is an emphasized paragraph.
_LONGEST_BOLD = 40
_PARAGRAPH_BREAK = 2


class Builder:
    """Build blocks in the order of the page; `passed_by` are the ids of elements that are left out."""

    def __init__(self, passed_by: frozenset[int]) -> None:
        self._passed_by = passed_by
        self._blocks: list[Block] = []
        self._texts: list[str] = []
        self._plain = False
        self._bold = 0
        self._heading = 0
        self._caption = 0
        self._pre = 0
        self._breaks = 0
        self._lists: list[int | None] = []
        self._marker = ""

    def build(self, root: LexborNode) -> list[Block]:
        """Return the blocks under a root."""
        for step, node in walk(root, self._left_out):
            if step is Step.TEXT:
                self._text(node.text_content or "")
            elif node.tag == "br":
                self._break(step)
            elif node.tag in _BLOCKS:
                self._flush()
                self._breaks = 0
                self._enter(node) if step is Step.IN else self._leave(node)
            elif node.tag in _BOLD:
                self._bold += 1 if step is Step.IN else -1
        self._flush()
        return self._blocks

    def _left_out(self, node: LexborNode) -> bool:
        if node.mem_id in self._passed_by or is_hidden(node):
            return True
        if node.tag == "table" and is_data(node):
            self._flush()
            self._breaks = 0
            self._blocks += rows_of(node)
            return True
        return False

    def _text(self, text: str) -> None:
        self._texts.append(text)
        self._plain = self._plain or (not self._bold and bool(text.strip()))

    def _break(self, step: Step) -> None:
        if step is Step.OUT:
            return
        if self._heading or self._caption:
            self._texts.append(" ")
        else:
            self._flush()
            self._breaks += 1

    def _enter(self, node: LexborNode) -> None:
        tag = node.tag or ""
        self._heading = _HEADINGS.get(tag, self._heading)
        self._caption += tag == "figcaption"
        self._pre += tag == "pre"
        if tag in ("ul", "menu", "dir"):
            self._lists.append(None)
        elif tag == "ol":
            start = node.attributes.get("start") or "1"
            self._lists.append(int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 1)
        elif tag == "li":
            number = self._lists[-1] if self._lists else None
            self._marker = "- " if number is None else f"{number}. "
            if number is not None:
                self._lists[-1] = number + 1

    def _leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        self._heading = 0 if tag in _HEADINGS else self._heading
        self._caption -= tag == "figcaption"
        self._pre -= tag == "pre"
        if tag in ("ul", "menu", "dir", "ol") and self._lists:
            self._lists.pop()
        elif tag == "li":
            self._marker = ""

    def _flush(self) -> None:
        raw, plain = clean("".join(self._texts)), self._plain
        self._texts, self._plain = [], False
        if not clean_edges(raw):
            return
        if self._pre:
            self._lines(raw)
        elif self._heading:
            self._add(Part.HEADING, collapse(raw), self._heading)
        elif self._caption:
            self._add(Part.CAPTION, collapse(raw))
        elif self._marker:
            self._add(Part.ITEM, self._marker + collapse(raw))
            self._marker = ""
        else:
            self._paragraph(raw, plain=plain)
        self._breaks = 0

    def _paragraph(self, raw: str, *, plain: bool) -> None:
        text = collapse(raw)
        if not plain and len(text) <= _LONGEST_BOLD and not _SENTENCE.search(text):
            self._add(Part.BOLD, text)
        elif 0 < self._breaks < _PARAGRAPH_BREAK and not _INDENT.match(raw):
            self._add(Part.LINE, text)
        else:
            self._add(Part.PARAGRAPH, text)

    def _lines(self, raw: str) -> None:
        for number, line in enumerate(line for line in raw.splitlines() if clean_edges(line)):
            self._add(Part.LINE if number else Part.PARAGRAPH, collapse(line))

    def _add(self, part: Part, text: str, level: int = 0) -> None:
        self._blocks.append(Block(part, (Piece(1, text),), level))
