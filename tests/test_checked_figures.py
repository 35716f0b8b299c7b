"""Figures as values: those of a sentence stand in a passage, however they are written, or they do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import SEED_FILES

from qa.answering.figures import claimed, printed

SAME = [
    ("参赛3,000人", "三千人"),
    ("3000人", "0.3万人"),
    ("超过30%", "占三成"),
    ("35%", "三成五"),
    ("30 percent", "百分之三十"),
    ("百分之二点五", "2.5%"),
    ("grew by 3.2 percentage points", "提高3.2个百分点"),
    ("On July 19, 2023, twenty officials met", "2023年7月19日,20名干部"),
    ("19 July 2023", "二〇二三年七月十九日"),
    ("2023-07-19", "2023年7月19日"),
    ("July 19-21", "7月19日至21日"),
    ("7月20日", "7月19日、20日、21日"),
    ("from July to September", "7月至9月"),
    ("in 2022 and 2023", "2022年至2023年"),
    ("two hundred and twenty-three beds", "223张床位"),
    ("1.2 million yuan", "120万元"),
    ("2.4 billion", "24亿元"),
    ("350 million", "3.5亿"),
    ("about 200,000", "20余万元"),
    ("more than ten", "10余场"),
    ("the 38th race", "第三十八届"),
    ("the thirty-eighth race", "第38届"),
    ("the 14th Five-Year Plan", "“十四五”规划"),
    ("two officials", "两名领导"),
    ("三分之二", "two thirds"),
    ("the 5G base station", "5G基站"),
    ("860 m long", "全长860米"),
    ("20,000 m²", "2万平方米"),
    ("at 2 pm", "14时"),
    ("上午9:00", "上午9时"),
    ("on the 21st", "7月21日"),
    ("康宁路8号", "康宁路8号"),
    ("十分重视,千方百计,再三强调", "没有数字"),
    ("one of the best, at first", "没有数字"),
]
OTHER = [
    ("30名", "20名"),
    ("20%", "20名"),
    ("20名", "20%"),
    ("thirty trainers", "20名"),
    ("2023年7月20日", "2023年7月19日"),
    ("2022年7月19日", "2022年开工,2023年7月19日竣工"),
    ("July 20", "7月19日"),
    ("in 2021", "2023年"),
    ("3万元", "3000元"),
    ("3.5亿元", "3.5万元"),
    ("1.2 million", "12万"),
    ("three thousand", "三百"),
    ("the 37th", "第三十八届"),
    ("6G", "5G"),
    ("死亡1人", "没有人"),
    ("第二批", "第三批"),
    ("五十岁", "五岁"),
    ("August", "7月"),
]


@pytest.mark.parametrize(("said", "page"), SAME)
def test_the_same_value_in_another_form_is_found(said: str, page: str) -> None:
    assert not printed([page]).missing(claimed(said))


@pytest.mark.parametrize(("said", "page"), OTHER)
def test_another_value_is_missed(said: str, page: str) -> None:
    assert printed([page]).missing(claimed(said))


def test_what_is_known_of_the_page_counts_for_dates() -> None:
    page = "7月19日,会议召开。去年同期有所不同。"
    assert printed([page]).missing(claimed("2023年7月19日"))
    known = printed([page], ["2023-07"])
    assert not known.missing(claimed("On July 19, 2023, and in 2022"))
    assert known.missing(claimed("2021年"))


def test_every_sentence_of_the_pages_has_its_own_figures() -> None:
    for file in SEED_FILES:
        for line in file.read_text("utf-8").splitlines():
            assert not printed([line]).missing(claimed(line)), line


@given(st.integers(2, 10**9))
def test_a_number_is_found_with_and_without_commas_and_its_neighbour_is_not(number: int) -> None:
    page = printed([f"共有{number}人"])
    assert not page.missing(claimed(f"共有{number:,}人"))
    assert page.missing(claimed(f"共有{number + 1}人"))


@given(st.text(alphabet="0123456789.,年月日号%成百万亿一二三十点个第:- aprilmdth", max_size=30))
def test_every_text_has_its_own_figures(text: str) -> None:
    assert not printed([text]).missing(claimed(text))
