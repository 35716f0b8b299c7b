"""Generated pages: what the reader finds of the structure that each was made with, above a floor for each kind."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from page_generator import generate_page
from page_parts import Page, Rates
from page_scores import Score, found_blocks, is_exact, score_page, table

from qa.reading import read_page

# Seeds that no rule was written on; the second set has more damage than the pages that rules were written on.
SEEDS = range(50_000, 50_070)
HARDER = range(60_000, 60_030)
FLOORS = {
    "boundary": 0.95,
    "headline": 0.93,
    "byline": 0.95,
    "dateline": 0.93,
    "join": 0.90,
    "line": 0.95,
    "caption": 0.93,
    "kicker": 0.95,
    "subhead": 0.85,
    "paragraph": 0.94,
    "repeat": 0.92,
    "role headline": 0.95,
    "role kicker": 0.90,
    "role byline": 0.97,
    "role subhead": 0.75,
    "role paragraph": 0.98,
    "role caption": 0.93,
    "role repeat": 0.93,
}
# Each kind of damage by itself, on every page or article that can have it: the least F1 of boundaries and of paragraphs.
KINDS = {field.name: (0.95, 0.95) for field in fields(Rates)} | {
    "interrupted": (0.93, 0.95),
    "interleaved": (0.78, 0.88),
    "abreast": (0.80, 0.75),
    "unequal": (0.65, 0.60),
    "threefold": (0.65, 0.75),
}


def scored(seeds: range, rates: Rates) -> dict[str, Score]:
    scores: dict[str, Score] = {}
    for seed in seeds:
        page = generate_page(seed, rates)
        score_page(page, read_page(page.text), scores)
    return scores


@pytest.fixture(scope="module")
def usual() -> dict[str, Score]:
    return scored(SEEDS, Rates())


@pytest.fixture(scope="module")
def harder() -> dict[str, Score]:
    return scored(HARDER, Rates().scaled(1.7))


@pytest.mark.parametrize("kind", FLOORS)
def test_each_kind_is_found(usual: dict[str, Score], kind: str) -> None:
    assert usual[kind].expected >= 20
    assert usual[kind].f1 >= FLOORS[kind], table(usual)


@pytest.mark.parametrize(("kind", "floor"), [("boundary", 0.92), ("headline", 0.90), ("join", 0.85), ("caption", 0.90)])
def test_more_damage_costs_little(harder: dict[str, Score], kind: str, floor: float) -> None:
    assert harder[kind].f1 >= floor, table(harder)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_damage_by_itself(kind: str) -> None:
    rates = replace(Rates().scaled(0.0), furniture=0.0, briefs=0.0, listed=0.0, dated=0.0, english=0.0)
    seeds = range(80_000, 80_006)
    pages = [generate_page(seed, replace(rates, **{kind: 1.0})) for seed in seeds]
    assert any(page.text != generate_page(seed, rates).text for page, seed in zip(pages, seeds, strict=True))
    scores: dict[str, Score] = {}
    for page in pages:
        reading = read_page(page.text)
        assert is_exact(page.text, reading)
        score_page(page, reading, scores)
    boundary, paragraph = KINDS[kind]
    assert scores["boundary"].f1 >= boundary, table(scores)
    assert scores["paragraph"].f1 >= paragraph, table(scores)


def test_every_character_of_a_generated_page_has_one_role() -> None:
    for seed in range(20):
        page = generate_page(seed)
        assert is_exact(page.text, read_page(page.text))


def test_a_seed_gives_the_same_page_again() -> None:
    assert generate_page(7) == generate_page(7)
    assert generate_page(7).text != generate_page(8).text


def test_expected_blocks_stand_on_the_page_letter_for_letter() -> None:
    page: Page = generate_page(11, Rates().scaled(0.0))
    for article in page.articles:
        headline = "".join(
            page.text[at] for (role, _), places in article.blocks.items() if role == "headline" for at in places
        )
        assert headline == "".join((article.title or "").split())


def test_undamaged_pages_are_read_nearly_without_fault() -> None:
    scores = scored(range(70_000, 70_024), Rates().scaled(0.0))
    assert min(scores[kind].f1 for kind in ("boundary", "headline", "byline", "paragraph")) >= 0.99, table(scores)


def test_scores_count_hits_against_expected_and_found() -> None:
    score = Score()
    score.add(["a", "b", "b"], ["b", "b", "c", "d"])
    assert (score.hits, score.expected, score.found) == (2, 3, 4)
    assert (score.recall, score.precision, score.f1) == (2 / 3, 2 / 4, 4 / 7)


def test_a_perfect_reading_scores_one_on_blocks() -> None:
    page = generate_page(11, Rates().scaled(0.0))
    reading = read_page(page.text)
    found = [(role, tuple(at)) for article in reading.articles for role, at in found_blocks(article, page.text)]
    assert len(found) == len(set(found))
