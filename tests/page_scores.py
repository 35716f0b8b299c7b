"""Score a reading against the structure that a generated page should have: hits, expected and found, kind by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from page_generator import generate_page
from page_parts import Clean, Expected, Page, Rates

from qa.reading import Article, PageReading, Role, read_page
from qa.reading.chars import fold


@dataclass(slots=True)
class Score:
    """Counts over pages; precision, recall and F1 are 1 where nothing was expected and nothing found."""

    hits: int = 0
    expected: int = 0
    found: int = 0

    @property
    def precision(self) -> float:
        """Return hits / found."""
        return self.hits / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Return hits / expected."""
        return self.hits / self.expected if self.expected else 1.0

    @property
    def f1(self) -> float:
        """Return 2 hits / (expected + found)."""
        both = self.expected + self.found
        return 2 * self.hits / both if both else 1.0

    def add(self, expected: Iterable[object], found: Iterable[object]) -> None:
        """Count two multisets of comparable things."""
        wanted, got = Counter(expected), Counter(found)
        self.hits += (wanted & got).total()
        self.expected += wanted.total()
        self.found += got.total()


Blocks = list[tuple[Role, list[int]]]


def expected_blocks(article: Expected) -> Blocks:
    """List an expected article's blocks that have characters, as (role, offsets), in the page's order."""
    return sorted(((role, at) for (role, _), at in article.blocks.items() if at), key=lambda pair: pair[1][0])


def found_blocks(article: Article, text: str) -> Blocks:
    """List a read article's blocks as (role, offsets of its characters without marks), in the page's order."""
    blocks: Blocks = []
    for block in article.blocks:
        offsets = [at for start, end in block.spans for at in range(start, end)]
        offsets = [at for at in offsets if not text[at].isspace() and text[at] not in "#*"]
        if offsets:
            blocks.append((block.role, offsets))
    return sorted(blocks, key=lambda pair: pair[1][0])


def _body(blocks: Blocks) -> list[int]:
    return [at for role, offsets in blocks if role is Role.PARAGRAPH for at in offsets]


def _joins(blocks: Blocks, text: str) -> list[tuple[int, int]]:
    """List the places at which a paragraph was put together over a line's end."""
    pairs = ((a, b) for role, at in blocks if role is Role.PARAGRAPH for a, b in pairwise(at))
    return [(a, b) for a, b in pairs if b - a > 1 and any(char in "\r\n" for char in text[a + 1 : b])]


def _datelines(found: Sequence[tuple[str | None, Blocks]]) -> list[tuple[str, int]]:
    return [(_squeeze(fold(date)), _body(blocks)[0]) for date, blocks in found if date and _body(blocks)]


def _squeeze(text: str | None) -> str:
    return "".join((text or "").split())


def _signed(titles: Sequence[tuple[str | None, Blocks]]) -> list[tuple[str, int]]:
    return [(_squeeze(words), _body(blocks)[0]) for words, blocks in titles if words and _body(blocks)]


def score_page(page: Page, reading: PageReading, scores: dict[str, Score]) -> None:
    """Add one page's counts.

    `boundary`: the first and last character of each article's running text. `headline`, `byline`: the exact words, on the
    article that begins at the right place; `dateline` likewise, of the articles that were given one. `join`: the pairs of
    offsets at which a paragraph goes on over a line's end; `line`: the same where a column broke its lines.
    `caption`, `kicker`, `subhead`, `paragraph`, `repeat`: the exact characters. `role …`: code points.
    """
    text = page.text
    wanted = [(article, expected_blocks(article)) for article in page.articles]
    got = [(article, found_blocks(article, text)) for article in reading.articles]

    def score(name: str, expected: Iterable[object], found: Iterable[object]) -> None:
        scores.setdefault(name, Score()).add(expected, found)

    def ends(blocks: Blocks) -> list[tuple[str, int]]:
        body = _body(blocks)
        return [("first", body[0]), ("last", body[-1])] if body else []

    score("boundary", [e for _, b in wanted for e in ends(b)], [e for _, b in got for e in ends(b)])
    score("headline", _signed([(a.title, b) for a, b in wanted]), _signed([(a.title, b) for a, b in got]))
    score("byline", _signed([(a.byline, b) for a, b in wanted]), _signed([(a.byline, b) for a, b in got]))
    dates = _datelines([(a.dateline, b) for a, b in wanted])
    score("dateline", dates, set(dates) & set(_datelines([(a.dateline, b) for a, b in got])))
    for name, broken in (("join", False), ("line", True)):
        pairs = (
            [j for _, b in side for j in _joins(b, text) if (j[0] in page.line_ends) is broken]
            for side in (wanted, got)
        )
        score(name, *pairs)
    known = {at for _, blocks in wanted for _, offsets in blocks for at in offsets}
    got = [(article, [block for block in blocks if not known.isdisjoint(block[1])]) for article, blocks in got]
    every = {"wanted": [b for _, blocks in wanted for b in blocks], "got": [b for _, blocks in got for b in blocks]}
    for kind in (Role.CAPTION, Role.KICKER, Role.SUBHEAD, Role.PARAGRAPH, Role.REPEAT):
        exact = {
            key: [(at[0], at[-1], len(at)) for role, at in blocks if role is kind] for key, blocks in every.items()
        }
        score(kind.value, exact["wanted"], exact["got"])
    for kind in Role:
        chars = {
            key: [at for role, o in blocks if role is kind for at in o if at in known] for key, blocks in every.items()
        }
        score(f"role {kind.value}", chars["wanted"], chars["got"])


def table(scores: dict[str, Score]) -> str:
    """Write the scores as lines: name, precision, recall, F1, number expected."""
    return "\n".join(
        f"{name:16} P {score.precision:.3f}  R {score.recall:.3f}  F1 {score.f1:.3f}  n {score.expected}"
        for name, score in scores.items()
    )


def score_pages(seeds: Iterable[int], rates: Rates, reports: Sequence[Clean] = ()) -> dict[str, Score]:
    """Generate a page for each seed, read it, and add up the counts."""
    scores: dict[str, Score] = {}
    for seed in seeds:
        page = generate_page(seed, rates, reports)
        score_page(page, read_page(page.text), scores)
    return scores


def is_exact(text: str, reading: PageReading) -> bool:
    """Tell whether the spans are ascending and without outer blanks, and every non-blank code point stands in just one."""
    places: list[int] = []
    for block in (block for article in reading.articles for block in article.blocks):
        trimmed = all(start < end and text[start:end] == text[start:end].strip() for start, end in block.spans)
        if not trimmed or any(left[1] > right[0] for left, right in pairwise(block.spans)):
            return False
        places += [at for start, end in block.spans for at in range(start, end) if not text[at].isspace()]
    return sorted(places) == [at for at, char in enumerate(text) if not char.isspace()]
