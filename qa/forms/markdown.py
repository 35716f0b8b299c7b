"""Markdown: as a web page, so that a citation reads as the page does, without marks, addresses and hard line ends."""

from __future__ import annotations

import re
from importlib.metadata import version

from qa.forms.html import page_blocks
from qa.forms.letters import clean, clean_edges
from qa.forms.records import Block, Converted, Part, Piece

# Facts about the file that stand before its text; of them only the title is shown to readers.
_FRONT = re.compile(r"\ufeff?---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.S)
_TITLE = re.compile(r"^title[ \t]*:[ \t]*(.+?)[ \t]*$", re.M)


def convert_markdown(text: str) -> Converted:
    """Convert Markdown (CommonMark, with tables and strike-through); a title before the text becomes its first heading."""
    from markdown_it import MarkdownIt

    front = _FRONT.match(text)
    title = _TITLE.search(front[1]) if front else None
    body = text[front.end() :] if front else text
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(body)
    blocks = page_blocks(html, site=False)
    words = clean_edges(clean(title[1].strip("\"'"))) if title else ""
    if words and not any(block.part is Part.HEADING and block.level == 1 for block in blocks):
        blocks.insert(0, Block(Part.HEADING, (Piece(1, words),), 1))
    return Converted(tuple(blocks), "markdown-it-py " + version("markdown-it-py"))
