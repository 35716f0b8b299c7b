"""What generated newspaper pages are made of: clean articles, forms of layout, rates of damage, and the structure expected."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from qa.reading import Role

ARTICLES = Path(__file__).parent / "data" / "articles"


@dataclass(frozen=True, slots=True)
class Clean:
    """One article as it was written; `subheads` stand before the paragraphs with those numbers.

    `lists` is the range of paragraphs that are a list with its introduction.
    """

    headline: tuple[str, ...]
    kicker: str | None
    reporters: tuple[str, ...]
    correspondents: tuple[str, ...]
    paragraphs: tuple[str, ...]
    subheads: tuple[tuple[int, str], ...] = ()
    captions: tuple[str, ...] = ()
    style: str = "report"
    lists: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Rates:
    """Give the share of articles, or of pages from `stray_blanks` on, that suffer each kind of damage or have each form.

    A page with `misread` characters has 1 to 5 % of its Chinese ones replaced by others that look alike. On a page with
    columns `abreast`, `unequal` or `threefold` all articles stand in columns: two on one line divided by blanks or tabs, two
    of different widths line by line, or three line by line.
    """

    cut: float = 0.4
    cut_twice: float = 0.1
    quotation_cut: float = 0.1
    caption_within: float = 0.5
    repeat: float = 0.15
    near_repeat: float = 0.1
    beheaded: float = 0.08
    tail_lost: float = 0.06
    glued: float = 0.08
    interrupted: float = 0.15
    headline_lost: float = 0.04
    listed: float = 0.15
    dated: float = 0.6
    english: float = 0.08
    stray_blanks: float = 0.2
    mixed_width: float = 0.15
    misread: float = 0.25
    wrapped: float = 0.2
    interleaved: float = 0.12
    abreast: float = 0.01
    unequal: float = 0.01
    threefold: float = 0.01
    briefs: float = 0.4
    furniture: float = 0.35

    def scaled(self, factor: float) -> Rates:
        """Return the rates of damage times a factor; forms (lists, dates, names, briefs, page lines) are no damage."""
        kept = ("briefs", "furniture", "listed", "dated", "english")
        changed = {name: min(1.0, factor * getattr(self, name)) for name in self.__slots__ if name not in kept}
        return replace(self, **changed)


@dataclass(frozen=True, slots=True)
class Layout:
    """Say how a page is set; every field is one of the forms that `some_layout` lists."""

    paper: str
    full_width: bool
    quotes: str
    newline: str
    gap: int
    indent: str
    mark: str
    byline: str
    headline: str
    caption: str
    subhead: str
    kicker: str
    brief: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of a page and the block they belong to: (article, role, number within the article)."""

    text: str
    block: tuple[int, Role, int] | None


@dataclass(slots=True)
class Row:
    """One line of a page; `wide` asks for more blank lines above it than usual."""

    pieces: list[Piece]
    indented: bool = False
    wide: bool = False


@dataclass(slots=True)
class Expected:
    """What a reader should find of one article: its title and, for each block, the offsets of its characters."""

    title: str | None
    byline: str | None
    dateline: str | None = None
    blocks: dict[tuple[Role, int], list[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """A damaged page: its text, its articles, how it was laid out, and the offsets at which a column broke its lines."""

    text: str
    articles: tuple[Expected, ...]
    layout: Layout
    line_ends: frozenset[int] = frozenset()


@lru_cache(maxsize=1)
def clean_lists() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return lists that may stand in any article: what introduces each, and its items without numbers."""
    lists = json.loads((ARTICLES / "lists.json").read_text(encoding="utf-8"))
    return tuple((one["before"], tuple(one["items"])) for one in lists)


@lru_cache(maxsize=1)
def clean_articles() -> tuple[tuple[Clean, ...], tuple[Clean, ...]]:
    """Return the reports and features, and the short items of which a column of briefs is made."""
    full = []
    for name in ("news", "features", "others"):
        for entry in json.loads((ARTICLES / f"{name}.json").read_text(encoding="utf-8")):
            full.append(_clean(entry))
    briefs = json.loads((ARTICLES / "briefs.json").read_text(encoding="utf-8"))
    return tuple(full), tuple(Clean((b["headline"],), None, (), (), (b["text"],), style="brief") for b in briefs)


def _clean(entry: dict[str, Any]) -> Clean:
    return Clean(
        headline=tuple(entry["headline"]),
        kicker=entry["kicker"],
        reporters=tuple(entry["reporters"]),
        correspondents=tuple(entry["correspondents"]),
        paragraphs=tuple(entry["paragraphs"]),
        subheads=tuple((place, text) for place, text in entry["subheads"]),
        captions=tuple(entry["captions"]),
        style=entry.get("style", "report"),
    )


def some_layout(rng: random.Random) -> Layout:
    """Choose each form by itself; pages without blank lines have an indent more often than not."""
    gap = rng.choices((1, 0, 2), (7, 3, 1))[0]
    return Layout(
        paper=rng.choice(("东州日报", "南浦晚报", "滨江新闻", "岭北时报", "海角快报", "江城周刊")),
        full_width=rng.random() < 0.5,
        quotes=rng.choices(("curly", "straight", "corner"), (8, 2, 1))[0],
        newline=rng.choices(("\n", "\r\n"), (4, 1))[0],
        gap=gap,
        indent=rng.choice(("　　", "　　", "", "    ") if gap == 0 else ("", "", "　　")),
        mark=rng.choices(("", "# ", "## ", "**"), (5, 3, 1, 1))[0],
        byline=rng.choice(
            ("slash", "slash", "space", "own", "square", "photo", "tail", "report", "bare", *("mixed",) * 3)
        ),
        headline=rng.choice(("lines", "lines", "blanks", "broken", "dash")),
        caption=rng.choice(("credit", "bracket", "stock", "scene", "slash", "plain", "mixed", "mixed")),
        subhead=rng.choice(("plain", "plain", "numbered", "### ", "**")),
        kicker=rng.choice(("【】", "□ ", "■ ", "plain", "□", "◎ ", "same line")),
        brief=rng.choice(("plain", "**", "【】", "mark", "●", "run-in")),
    )
