"""Markdown: as a web page, so that a citation reads as the page does, without marks, addresses and hard line ends."""

from __future__ import annotations

import re
from importlib.metadata import version

from qa.forms.html import page_blocks
from qa.forms.letters import clean, clean_edges
from qa.forms.records import Block, Converted, Part, Piece

# Asterisks that CommonMark leaves standing, because a Chinese mark stands on one side of them and no blank on the other.
_LEFT_STANDING = re.compile(r"(\*\*|__)(?=\S)([^*_\n]+?)(?<=\S)\1")
# Facts about the file that stand before its text; of them only the title is shown to readers.
_FRONT = re.compile(r"\ufeff?---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.S)
_TITLE = re.compile(r"^title[ \t]*:[ \t]*(.+?)[ \t]*$", re.M)


def convert_markdown(text: str) -> Converted:
    """Convert Markdown (CommonMark, with tables and strike-through); a title before the text becomes its first heading."""
    front = _FRONT.match(text)
    title = _TITLE.search(front[1]) if front else None
    body = text[front.end() :] if front else text
    blocks = page_blocks(_html(body), site=False)
    words = clean_edges(clean(title[1].strip("\"'"))) if title else ""
    if words and not any(block.part is Part.HEADING and block.level == 1 for block in blocks):
        blocks.insert(0, Block(Part.HEADING, (Piece(1, words),), 1))
    return Converted(tuple(blocks), "markdown-it-py " + version("markdown-it-py"))


def _html(text: str) -> str:
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = reader.parse(text)
    for child in (child for token in tokens for child in token.children or () if child.type == "text"):
        child.content = _LEFT_STANDING.sub(r"\2", child.content)
    html: str = reader.renderer.render(tokens, reader.options, {})
    return html
