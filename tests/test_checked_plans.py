"""Plans: what a page announces is not told as done, and what is done may be told."""

from __future__ import annotations

import pytest
from support import CUTTER, embedded
from test_checked_sentences import evidence

from qa.answering.checking import Checker, Fault
from qa.answering.likeness import Likeness

SCHOOL = (
    "云溪小学北校区计划于2023年8月完工,9月投入使用,建成后可提供1620个学位。云溪大桥已于2022年建成通车。"
    "白鹭医院新院区2021年开工建设,预计2025年竣工。"
)
CHECKER = Checker({1: evidence(1, SCHOOL)}, Likeness(embedded()), CUTTER)


@pytest.mark.parametrize(
    "sentence",
    [
        "云溪小学北校区计划于2023年9月投入使用[1]。",
        "云溪小学北校区预计2023年8月完工[1]。",
        "云溪大桥已建成通车[1]。",
        "白鹭医院新院区已经开工[1]。",
        "The North Campus of Yunxi Primary School will open in September 2023 [1].",
        "It is expected to be completed in August 2023 [1].",
        "The Yunxi Bridge was completed in 2022 [1].",
    ],
)
def test_a_plan_told_as_a_plan_and_what_is_done_are_given_on(sentence: str) -> None:
    assert CHECKER.fault(sentence) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "云溪小学北校区已于2023年9月投入使用[1]。",
        "云溪小学北校区已经完工[1]。",
        "白鹭医院新院区2025年竣工了[1]。",
        "The North Campus of Yunxi Primary School was put into use in September 2023 [1].",
    ],
)
def test_a_plan_told_as_a_fact_is_left_out(sentence: str) -> None:
    assert CHECKER.fault(sentence) is Fault.PLAN


def test_english_about_a_page_of_plans_alone_is_checked_as_well() -> None:
    checker = Checker({1: evidence(1, SCHOOL.partition("云溪大桥")[0])}, Likeness(embedded()), CUTTER)
    assert checker.fault("It opened in September 2023 [1].") is Fault.PLAN
    assert checker.fault("The campus has been completed [1].") is Fault.PLAN
    assert checker.fault("The campus will be completed in August 2023 [1].") is None
