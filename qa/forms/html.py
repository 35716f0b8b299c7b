"""Web pages: from tags to blocks, with what belongs to the site and not to the page left out."""

from __future__ import annotations

import re
from importlib.metadata import version

from qa.errors import UnreadableDocument
from qa.forms.boilerplate import site_parts
from qa.forms.html_blocks import Builder
from qa.forms.letters import clean, collapse, words
from qa.forms.records import Block, Converted, Part, Piece

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)[^>]*?(/?)>")
# Tags that end without saying so do not nest.
_UNCLOSED = words(
    "area base br col embed hr img input link meta source track wbr p li dt dd td th tr thead tbody tfoot option"
)
# Parsing time grows with the square of the depth; no page is a tenth as deep.
_DEEPEST = 3000


def convert_html(html: str) -> Converted:
    """Convert a web page; one without headings gets its title as one."""
    return Converted(tuple(page_blocks(html)), "selectolax " + version("selectolax"))


def page_blocks(html: str, *, site: bool = True) -> list[Block]:
    """Return the blocks of a page; `site` leaves out navigation, side bars and the like, unless nothing else is there."""
    from selectolax.lexbor import LexborHTMLParser

    _check_depth(html)
    tree = LexborHTMLParser(html)
    root = tree.body or tree.root
    if root is None:
        return []
    blocks = Builder(site_parts(root) if site else frozenset()).build(root)
    if site and not blocks:
        blocks = Builder(frozenset()).build(root)
    title = tree.css_first("head > title")
    words = collapse(clean(title.text())) if title is not None else ""
    if blocks and words and not any(block.part is Part.HEADING for block in blocks):
        blocks.insert(0, Block(Part.HEADING, (Piece(1, words),), 1))
    return blocks


def _check_depth(html: str) -> None:
    depth = 0
    for found in _TAG.finditer(html):
        if found[2].lower() not in _UNCLOSED:
            depth = max(0, depth - 1) if found[1] else depth + 1
        if depth > _DEEPEST:
            raise UnreadableDocument(f"it nests more than {_DEEPEST} tags, expected the nesting of an ordinary page")
