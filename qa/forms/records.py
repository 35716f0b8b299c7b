"""What converting yields: the stored text of a file, and the blocks that it is written from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """A form of file that is read; the value is its media type."""

    TEXT = "text/plain"
    MARKDOWN = "text/markdown"
    HTML = "text/html"
    XHTML = "application/xhtml+xml"
    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    EPUB = "application/epub+zip"
    PNG = "image/png"
    JPEG = "image/jpeg"
    TIFF = "image/tiff"


# A file is taken up from a folder by its suffix; what it holds decides how it is read.
SUFFIXES = {
    ".txt": Form.TEXT,
    ".md": Form.MARKDOWN,
    ".markdown": Form.MARKDOWN,
    ".html": Form.HTML,
    ".htm": Form.HTML,
    ".xhtml": Form.XHTML,
    ".pdf": Form.PDF,
    ".docx": Form.DOCX,
    ".epub": Form.EPUB,
    ".png": Form.PNG,
    ".jpg": Form.JPEG,
    ".jpeg": Form.JPEG,
    ".tif": Form.TIFF,
    ".tiff": Form.TIFF,
}
PICTURES = frozenset({Form.PNG, Form.JPEG, Form.TIFF})
# The forms whose whole content is text, with or without marks: nothing but a decoding stands between bytes and letters.
TEXTUAL = frozenset({Form.TEXT, Form.MARKDOWN, Form.HTML, Form.XHTML})

# The forms that say themselves what is a paragraph and what a headline; in the others both are told from the layout.
WHOLE = frozenset({Form.MARKDOWN, Form.HTML, Form.XHTML, Form.DOCX, Form.EPUB})


@dataclass(frozen=True, slots=True)
class Stored:
    """The stored text of a file and how it came about.

    `encoding` is None for a form that is not text; `converter` (name and version) is None where the text is the file's own;
    `pages` holds the offset at which each page begins (the first 0), None for a form without pages.
    """

    text: str
    encoding: str | None
    media_type: str
    converter: str | None = None
    pages: tuple[int, ...] | None = None


class Part(StrEnum):
    """What a block of a converted document is."""

    HEADING = "heading"
    BOLD = "bold"
    PARAGRAPH = "paragraph"
    LINE = "line"
    ITEM = "item"
    ROW = "row"
    CAPTION = "caption"


@dataclass(frozen=True, slots=True)
class Piece:
    """The text of a block, or so much of it as stands on one page (counted from 1)."""

    page: int
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a converted document, its blanks repaired; `level` (1-6) is that of a heading.

    A paragraph that runs over several pages has a piece on each, with the blank between them, if any, in the first.
    """

    part: Part
    pieces: tuple[Piece, ...]
    level: int = 0

    @property
    def text(self) -> str:
        """Return the whole text of the block."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Converted:
    """What a converter makes of a file; `page_count` is 0 for a form without pages.

    `unread` are the pages (from 1) that hold no text but may show some: scans.
    """

    blocks: tuple[Block, ...]
    converter: str
    encoding: str | None = None
    page_count: int = 0
    unread: tuple[int, ...] = ()
