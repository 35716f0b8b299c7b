"""What reading a page yields: articles made of blocks, every block with its exact spans in the stored text.

Offsets are Unicode code points (Python string indices) into the stored text. A span is a half-open pair `(start, end)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Span = tuple[int, int]


class Role(StrEnum):
    """What a code point of a page is; every non-blank one has exactly one role."""

    HEADLINE = "headline"
    KICKER = "kicker"
    BYLINE = "byline"
    SUBHEAD = "subhead"
    PARAGRAPH = "paragraph"
    CAPTION = "caption"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class Block:
    """One unit of a page with one role; a paragraph that the layout cut in several pieces is one block again.

    `spans` are non-empty, ascending and disjoint, and neither begin nor end with white space. `beheaded` says that the
    beginning of the text is lost on the page, `cut` that its end is. `repeats` (only with `Role.REPEAT`) is the index, in
    the article's blocks, of the block that this one repeats, or None when that block stands in another article.
    """

    role: Role
    spans: tuple[Span, ...]
    beheaded: bool = False
    cut: bool = False
    repeats: int | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One piece of a page: its blocks in reading order (headline, kicker and byline blocks included).

    `title`, `kicker` and `byline` are the readable forms of those blocks (white space repaired, marks left out), None
    when the page has none. `reporters` and `correspondents` are the names that the byline gives. `dateline` is the date that
    opens the report, as printed ("7月19日", "1月10日", "近日"), or None. `mixed` says that several reports were run
    together under one headline and could not be parted.
    """

    title: str | None
    kicker: str | None
    byline: str | None
    reporters: tuple[str, ...]
    correspondents: tuple[str, ...]
    dateline: str | None
    mixed: bool
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class PageReading:
    """A whole page as read: its articles in the order of their headlines (an article without one: of its first block)."""

    articles: tuple[Article, ...]
