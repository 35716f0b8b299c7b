"""What a number counts: people are no teams and months no years, however a sentence counts the same thing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import CUTTER, SEED_FILES, embedded
from test_checked_sentences import evidence

from qa.answering.checking import Checker, Fault
from qa.answering.counted import counted, counts_something_else
from qa.answering.likeness import Likeness

PAGE = (
    "本届共32支队伍450名村民参赛,历时三个月,总投资2至3亿元,新设约1200张床位,引进28家企业,栽树600棵,第五批5岁儿童入学,"
    "路长15公里。"
)
SAME = [
    "450人参赛", "450个村民", "450位选手,32个队", "历时3个月", "引进28个企业", "28间公司", "1200个床位", "投资3亿元",
    "投资两亿元", "600株树",
    "450 villagers in 32 teams", "450 young local athletes", "a three-month race", "lasts three months", "1,200 hospital beds",
    "28 companies",
    "200 million yuan", "five years old", "a five-year-old", "600 trees", "15 kilometres", "15 km",
    "450", "32 strong sides", "two things",
]  # fmt: skip
OTHER = [
    "450支队伍参赛", "450个队", "32名村民", "历时三年", "历时3周", "3天", "28名企业家", "28张床位", "1200名医生", "3亿美元",
    "600人", "15米", "15亩",
    "450 teams", "32 villagers", "three years", "a three-week race", "1,200 doctors", "28 beds", "three hours",
    "five months", "15 hectares",
    "600 companies", "15 square kilometres",
]  # fmt: skip


@pytest.mark.parametrize("said", SAME)
def test_the_same_thing_may_be_counted_in_another_way(said: str) -> None:
    assert not counts_something_else(said, [counted(PAGE)])


@pytest.mark.parametrize("said", OTHER)
def test_the_same_number_of_something_else_is_noticed(said: str) -> None:
    assert counts_something_else(said, [counted(PAGE)])


def test_one_of_several_pages_suffices_and_an_unknown_number_is_not_this_checks_business() -> None:
    pages = [counted("共450名村民"), counted("共450支队伍")]
    assert not counts_something_else("450 teams", pages)
    assert not counts_something_else("77 teams", pages)
    assert counts_something_else("450 teams", pages[:1])


def test_a_date_counts_nothing() -> None:
    page = [counted("2023年7月19日开工,历时2年")]
    assert counts_something_else("历时2个月", page)
    assert not counts_something_else("2023年7月19日开工", page)


def test_a_models_sentence_that_counts_something_else_is_left_out() -> None:
    checker = Checker({1: evidence(1, PAGE)}, Likeness(embedded()), CUTTER)
    assert checker.fault("本届有450名村民、32支队伍参赛[1]。") is None
    assert checker.fault("本届有450支队伍参赛[1]。") is Fault.COUNTED
    assert checker.fault("Some 450 teams take part [1].") is Fault.COUNTED


def test_every_sentence_of_the_pages_counts_what_it_counts() -> None:
    for file in SEED_FILES:
        for line in file.read_text("utf-8").splitlines():
            assert not counts_something_else(line, [counted(line)]), line


@given(st.text(alphabet="0123456789.,年月日天周个名支家元米万亿一二三两十至-of yearstimo", max_size=30))
def test_every_text_counts_what_it_counts(text: str) -> None:
    assert not counts_something_else(text, [counted(text)])
