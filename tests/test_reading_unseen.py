"""Invented pages of other newspapers, with the structure that a person expects: nothing was fitted to their words."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from page_scores import Score, table

from qa.reading import Article, Role, read_page

PAGES = sorted((Path(__file__).parent / "data" / "unseen").glob("*.json"))
# F1 over all pages together.
FLOORS = {
    "title": 0.95,
    "kicker": 0.95,
    "byline": 0.95,
    "boundary": 0.95,
    "subhead": 0.90,
    "caption": 0.90,
    "paragraph": 0.95,
    "join": 0.90,
}


def bare(text: str | None) -> str:
    return "".join((text or "").split()).replace("#", "").replace("**", "")


def words(text: str, article: Article, role: Role) -> list[tuple[str, int]]:
    """Return the words and the number of pieces of an article's blocks with a role."""
    blocks = [block for block in article.blocks if block.role is role]
    return [(bare("".join(text[start:end] for start, end in block.spans)), len(block.spans)) for block in blocks]


def matched(expected: list[dict[str, Any]], found: list[tuple[str, int]]) -> Iterable[tuple[str, int]]:
    """Name the found paragraphs that begin and end as an expected one by its words, the others by their own."""
    for text, pieces in found:
        ends = ((bare(p["starts"]), bare(p["ends"])) for p in expected)
        own = next((a + "…" + b for a, b in ends if text.startswith(a) and text.endswith(b)), text)
        yield own, pieces


def score_file(path: Path, scores: dict[str, Score]) -> None:
    expected = json.loads(path.read_text(encoding="utf-8"))["articles"]
    text = path.with_suffix(".txt").read_bytes().decode("utf-8-sig")
    articles = read_page(text).articles

    def score(name: str, wanted: Iterable[object], got: Iterable[object]) -> None:
        scores.setdefault(name, Score()).add(wanted, got)

    for key in ("title", "kicker"):
        score(
            key,
            [bare(a[key]) for a in expected if a[key]],
            [bare(getattr(a, key)) for a in articles if getattr(a, key)],
        )
    score(
        "byline",
        [(bare(a["title"]), bare(a["byline"])) for a in expected if a["byline"]],
        [(bare(a.title), bare(a.byline)) for a in articles if a.byline],
    )
    for key, role in (("subheads", Role.SUBHEAD), ("captions", Role.CAPTION)):
        wanted = [bare(line) for a in expected for line in a[key]]
        score(key[:-1], wanted, [line for a in articles for line, _ in words(text, a, role)])
    paragraphs = [p for a in expected for p in a["paragraphs"]]
    names = [(bare(p["starts"]) + "…" + bare(p["ends"]), p["pieces"]) for p in paragraphs]
    found = [list(matched(paragraphs, words(text, a, Role.PARAGRAPH))) for a in articles]
    score("paragraph", [name for name, _ in names], [name for article in found for name, _ in article])
    score("join", [p for p in names if p[1] > 1], [p for article in found for p in article if p[1] > 1])
    firsts = [
        bare(a["paragraphs"][0]["starts"]) + "…" + bare(a["paragraphs"][0]["ends"]) for a in expected if a["paragraphs"]
    ]
    score("boundary", firsts, [article[0][0] for article in found if article])


@pytest.fixture(scope="module")
def totals() -> dict[str, Score]:
    scores: dict[str, Score] = {}
    for path in PAGES:
        score_file(path, scores)
    return scores


def test_there_are_unseen_pages() -> None:
    assert len(PAGES) >= 3


@pytest.mark.parametrize("kind", FLOORS)
def test_pages_of_other_hands(totals: dict[str, Score], kind: str) -> None:
    assert totals[kind].f1 >= FLOORS[kind], table(totals)


@pytest.mark.parametrize("path", PAGES, ids=[path.stem for path in PAGES])
def test_every_character_has_one_role(path: Path) -> None:
    text = path.with_suffix(".txt").read_bytes().decode("utf-8-sig")
    places = [at for a in read_page(text).articles for b in a.blocks for s, e in b.spans for at in range(s, e)]
    assert len(places) == len(set(places))
    assert {at for at, char in enumerate(text) if not char.isspace()} == {at for at in places if not text[at].isspace()}
