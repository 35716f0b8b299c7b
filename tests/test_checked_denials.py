"""Denials: a model may deny what a page denies, and nothing that the page says."""

from __future__ import annotations

import pytest
from support import CUTTER, embedded
from test_checked_sentences import evidence

from qa.answering.checking import Checker, Fault
from qa.answering.likeness import Likeness

PARK = (
    "云溪公园不收取门票,游客不能携带宠物入园,夜间不开放灯光秀。园内水杉耐寒,移植成活率高,游客满意度高于去年。"
    "今年游客量增长12%,新设的自行车道已经启用,不少市民慕名而来,停车场尚未完工。"
)
CHECKER = Checker(
    {1: evidence(1, PARK), 2: evidence(2, "水杉是一种耐寒的树,每年11月是观赏期。")}, Likeness(embedded()), CUTTER
)
TRUE = [
    "公园不收取门票[1]。",
    "游客不能带宠物入园[1]。",
    "停车场没有完工[1]。",
    "夜间不开放灯光秀[1]。",
    "水杉耐寒,成活率高[1]。",
    "游客量增长12%[1]。",
    "不少市民慕名而来[1]。",
    "The park does not charge for tickets [1].",
    "The car park has not been completed yet [1].",
    "The number of visitors grew by 12 percent [1].",
    "The bicycle lane is in use [1].",
]
TURNED = [
    "水杉不耐寒[1]。",
    "水杉不耐寒[2]。",
    "水杉11月不开花[2]。",
    "水杉移植成活率低[1]。",
    "游客满意度低于去年[1]。",
    "今年游客量下降12%[1]。",
    "自行车道没有启用[1]。",
    "水杉移植不会成活[1]。",
    "The survival rate of transplanted trees is not high [1].",
    "The number of visitors fell by 12 percent [1].",
]


@pytest.mark.parametrize("sentence", TRUE)
def test_what_the_page_denies_may_be_denied(sentence: str) -> None:
    assert CHECKER.fault(sentence) is None


@pytest.mark.parametrize("sentence", TURNED)
def test_what_the_page_says_may_not_be_turned_round(sentence: str) -> None:
    assert CHECKER.fault(sentence) is Fault.DENIAL
