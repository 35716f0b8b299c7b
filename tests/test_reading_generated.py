"""Generated pages: what the reader finds of the structure that each was made with, above a floor for each kind."""

from __future__ import annotations

import pytest
from page_generator import generate_page
from page_parts import Page, Rates
from page_scores import Score, found_blocks, score_page, table

from qa.reading import read_page

# Seeds that no rule was written on; the second set has more damage than the pages that rules were written on.
SEEDS = range(50_000, 50_120)
HARDER = range(60_000, 60_060)
FLOORS = {
    "boundary": 0.97,
    "headline": 0.96,
    "byline": 0.97,
    "join": 0.94,
    "caption": 0.96,
    "kicker": 0.95,
    "subhead": 0.90,
    "paragraph": 0.96,
    "repeat": 0.97,
    "role headline": 0.97,
    "role kicker": 0.93,
    "role byline": 0.98,
    "role subhead": 0.85,
    "role paragraph": 0.98,
    "role caption": 0.95,
    "role repeat": 0.97,
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
    assert usual[kind].expected >= 30
    assert usual[kind].f1 >= FLOORS[kind], table(usual)


@pytest.mark.parametrize(("kind", "floor"), [("boundary", 0.95), ("headline", 0.93), ("join", 0.92), ("caption", 0.93)])
def test_more_damage_costs_little(harder: dict[str, Score], kind: str, floor: float) -> None:
    assert harder[kind].f1 >= floor, table(harder)


def test_every_character_of_a_generated_page_has_one_role() -> None:
    for seed in range(40):
        page = generate_page(seed)
        places = [
            at
            for article in read_page(page.text).articles
            for b in article.blocks
            for s, e in b.spans
            for at in range(s, e)
        ]
        assert len(places) == len(set(places))
        assert {at for at, char in enumerate(page.text) if not char.isspace()} <= set(places)


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
    scores = scored(range(70_000, 70_040), Rates().scaled(0.0))
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
