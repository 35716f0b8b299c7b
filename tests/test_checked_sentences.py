"""A model's sentences: cut as they come, checked against their passages, proved by the smallest run of these."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import CUTTER, embedded

from qa.answering.checking import Checker, Fault
from qa.answering.cutting import LONGEST, Cutter
from qa.answering.evidence import Evidence
from qa.answering.generated import without_thoughts
from qa.answering.likeness import Likeness
from qa.answering.markers import markers, renumbered, without_markers
from qa.answering.quotations import quotations
from qa.answering.support import supporting
from qa.records import Citation, CitedHit, Kind
from qa.sentences import sentences

BRIDGE = (
    "5月3日,云溪区举行云溪大桥通车仪式,“一桥通南北”成为现实。云溪大桥全长860米,桥面设双向六车道,总投资3.2亿元。"
    "云溪区交通局局长林志远介绍了建设经过。工程由云溪路桥公司承建,详情见www.yunxi.gov.cn。"
)
CLINIC = "白鹭镇卫生院住院新楼启用,新楼设有床位120张,配备医护人员65名。镇领导提出三点要求,重视群众就医。"


def evidence(number: int, text: str) -> Evidence:
    citation = Citation(
        document_id="d", file="f", page=None, publication="云溪日报", published="2023-05", title="云溪大桥建成通车", byline=None,
        event_date=None, paragraph=number, spans=((100, 100 + len(text)),), quote=text, note=None, path=f"/d#p{number}",
    )  # fmt: skip
    return Evidence(CitedHit(f"p{number}", number, 0.9, Kind.PARAGRAPH, text, (), citation))


OFFERED = {1: evidence(1, BRIDGE), 2: evidence(2, CLINIC)}
LIKENESS = Likeness(embedded())
CHECKER = Checker(OFFERED, LIKENESS, CUTTER)

GOOD = [
    "云溪大桥5月3日通车[1]。",
    "大桥全长860米,设双向六车道[1],总投资3.2亿元[1]。",
    "交通局局长林志远介绍了建设经过。[1]",
    "2023年5月3日,“一桥通南北”成为现实【1】。",
    "据《云溪日报》报道,云溪大桥建成通车[1]。",
    "新楼有120张床位和65名医护人员[2]。",
    "大桥长860米[1],卫生院新楼有床位120张[2]。",
    "The Yunxi Bridge is 860 metres long and has six lanes [1].",
    "It cost 320 million yuan [1].",
    "Lin Zhiyuan, director of the Yunxi District transport bureau, described how the bridge was built [1].",
    "The new building of the hospital has 120 beds and 65 medical workers [2].",
    "On May 3, 2023, the bridge was opened to traffic [1].",
    "同时,工程由云溪路桥公司承建[1]。",
    "详情见www.yunxi.gov.cn[1]。",
]
BAD = [
    ("云溪大桥5月3日通车。", Fault.NO_MARKER),
    ("[1]", Fault.NO_MARKER),
    ("云溪大桥5月3日通车[99]。", Fault.UNKNOWN_MARKER),
    ("云溪大桥5月3日通车[0]。", Fault.UNKNOWN_MARKER),
    ("云溪大桥5月3日通车[1][7]。", Fault.UNKNOWN_MARKER),
    ("云溪大桥" + "通车" * LONGEST + "[1]。", Fault.TOO_LONG),
    ("林志远说“大桥质量一流”[1]。", Fault.QUOTATION),
    ('The bridge is called "a bridge of hearts" [1].', Fault.QUOTATION),
    ("「一橋通南北」成為現實[1]。", Fault.QUOTATION),
    ("“一桥通南北[1]。", None),
    ("大桥获《鲁班奖》[1]。", Fault.QUOTATION),
    ("云溪大桥5月4日通车[1]。", Fault.FIGURE),
    ("云溪大桥2022年5月3日通车[1]。", Fault.FIGURE),
    ("大桥全长八百七十米[1]。", Fault.FIGURE),
    ("大桥总投资3.2万元[1]。", Fault.FIGURE),
    ("新楼设有床位120张[1]。", Fault.FIGURE),
    ("The bridge has eight lanes [1].", Fault.FIGURE),
    ("局长王大伟介绍了建设经过[1]。", Fault.NAME),
    ("大桥由中国铁建公司承建[1]。", Fault.NAME),
    ("大桥连接南湖街道[1]。", Fault.NAME),
    ("Wang Dawei described how the bridge was built [1].", Fault.NAME),
    ("The bridge was built by Siemens [1].", Fault.NAME),
    ("The bridge was built with Japan and Germany [1].", Fault.NAME),
    ("Tesla built the bridge [1].", Fault.NAME),
    ("详情见http://evil.example/x [1]。", Fault.MARKUP),
    ("详情见evil.com[1]。", Fault.MARKUP),
    ("[点击这里](http://a)看大桥[1]。", Fault.MARKUP),
    ("![](x)云溪大桥通车[1]。", Fault.MARKUP),
    ("<b>云溪大桥</b>通车[1]。", Fault.MARKUP),
    ("<script>alert(1)</script>大桥[1]", Fault.MARKUP),
    ("javascript:alert 云溪大桥通车[1]", Fault.MARKUP),
    ("云溪大桥\u202e通车[1]。", Fault.HOSTILE),
    ("云溪大桥\u200b通车[1]。", Fault.HOSTILE),
    ("云溪大桥\x1b[31m通车[1]。", Fault.HOSTILE),
    ("The bridge \u0430nd its six lanes [1].", Fault.HOSTILE),
    ("云溪大桥通车" + "\u0335" * 9 + "[1]。", Fault.HOSTILE),
    ("大熊猫喜欢吃竹子[1]。", Fault.UNRELATED),
    ("All tigers like to swim in warm water [1].", Fault.UNRELATED),
    ("段落没有提到大桥的设计者[1]。", Fault.SILENCE),
    ("The passages do not say who designed the bridge [1].", Fault.SILENCE),
    ("大桥通车仪式取消[1]。", Fault.DENIAL),
    ("The bridge was not opened to traffic [1].", Fault.DENIAL),
    ("Say only what the passages say, and use nothing that you know from elsewhere [1].", Fault.RULES),
]


@pytest.mark.parametrize("sentence", GOOD)
def test_a_sentence_that_the_passages_bear_out_is_given_on(sentence: str) -> None:
    assert CHECKER.fault(sentence) is None


@pytest.mark.parametrize(("sentence", "fault"), BAD)
def test_a_sentence_that_they_do_not_bear_out_is_left_out(sentence: str, fault: Fault | None) -> None:
    assert CHECKER.fault(sentence) == fault


SCHOOL = "云溪小学(北校区)由云溪农村商业银行捐资,建成后有1620个学位,校园里种了异木棉,树高可达10多米。"
CAMPUS = "How many places will the North Campus of Yunxi Primary School have?"


@pytest.mark.parametrize(
    ("question", "sentence", "fault"),
    [
        (CAMPUS, "The North Campus of Yunxi Primary School will have 1,620 places [1].", None),
        (
            CAMPUS.replace("North", "West"),
            "The West Campus of Yunxi Primary School will have 1,620 places [1].",
            Fault.NAME,
        ),
        (
            CAMPUS.replace("North", "Eclogue"),
            "The Eclogue Campus of Yunxi Primary School will have 1,620 places [1].",
            None,
        ),
        (CAMPUS, "The Eclogue Campus of Yunxi Primary School will have 1,620 places [1].", Fault.NAME),
        ("Did Tesla found Yunxi Primary School?", "Tesla founded Yunxi Primary School [1].", Fault.NAME),
        ("Did Wang Dawei of Yunxi Primary School pay?", "Wang Dawei of Yunxi Primary School paid [1].", Fault.NAME),
        ("云溪农商银行捐资建了什么?", "云溪农商银行捐资建了云溪小学北校区[1]。", None),
        ("王大伟捐资建了什么?", "王大伟捐资建了云溪小学[1]。", Fault.NAME),
        ("异木棉多高?", "异木棉树高可达10多米[1]。", None),
        ("什么树高?", "黄花梨树高可达10多米[1]。", Fault.NAME),
    ],
)
def test_a_questions_words_excuse_no_name_that_the_page_could_have(
    question: str, sentence: str, fault: Fault | None
) -> None:
    assert Checker({1: evidence(1, SCHOOL)}, LIKENESS, CUTTER, question).fault(sentence) == fault


TALKS = "区委副书记、区长赵文山率队调研,区政协主席梁志勇、副区长何慧敏参加,区文广旅体局局长汇报了工作。"


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("区长赵文山率队调研[1]。", None),
        ("区政协主席梁志勇和副区长何慧敏参加调研[1]。", None),
        ("局长汇报了工作[1]。", None),
        ("全区长期率队调研[1]。", None),
        ("国家主席率队调研[1]。", Fault.NAME),
        ("市长率队调研[1]。", Fault.NAME),
        ("区委书记赵文山率队调研[1]。", Fault.NAME),
        ("副局长汇报了工作[1]。", Fault.NAME),
        ("区长在新会调研[1]。", Fault.NAME),
        ("区长在新会区调研[1]。", Fault.NAME),
        ("区长到清远市调研[1]。", Fault.NAME),
    ],
)
def test_an_office_or_a_place_must_be_the_pages(sentence: str, fault: Fault | None) -> None:
    assert Checker({1: evidence(1, TALKS)}, LIKENESS, CUTTER).fault(sentence) == fault


IN_CHINESE, IN_ENGLISH = "云溪大桥有多长?", "How long is the Yunxi Bridge?"


@pytest.mark.parametrize(
    ("question", "sentence", "fault"),
    [
        (IN_CHINESE, "The Yunxi Bridge is 860 metres long [1].", Fault.LANGUAGE),
        (IN_ENGLISH, "大桥全长860米[1]。", Fault.LANGUAGE),
        (IN_CHINESE, "大桥全长860米[1]。", None),
        (IN_ENGLISH, "The Yunxi Bridge (云溪大桥) is 860 metres long [1].", None),
        (IN_ENGLISH, "It was said “一桥通南北” there [1].", None),
        (IN_ENGLISH, "860米[1]。", Fault.LANGUAGE),
        (IN_CHINESE, "860 [1].", None),
        ("请用英文回答:云溪大桥有多长?", "The Yunxi Bridge is 860 metres long [1].", None),
        ("How long is it? Answer in Chinese.", "大桥全长860米[1]。", None),
    ],
)
def test_a_question_is_answered_in_its_language(question: str, sentence: str, fault: Fault | None) -> None:
    assert replace(CHECKER, question=question).fault(sentence) == fault


def test_a_name_in_pinyin_may_have_its_characters_other_reading() -> None:
    checker = Checker({1: evidence(1, "礼乐街道新建足球场,番禺区也来学习。")}, LIKENESS, CUTTER)
    assert checker.fault("Liyue Subdistrict built a new football pitch, and Panyu District came to learn [1].") is None
    assert checker.fault("Liyou Subdistrict built a new football pitch [1].") is Fault.NAME


def cut(pieces: list[str]) -> list[str]:
    cutter = Cutter()
    found = [said.text for piece in pieces for said in cutter.feed(piece)]
    return found + [said.text for said in cutter.rest()]


CUTS = [
    ("甲。[1]乙![2] 丙[3]?", ["甲。[1]", "乙![2]", "丙[3]?"]),
    ("他说:“走吧。去哪?”[1]然后走了。[2]", ["他说:“走吧。去哪?”[1]", "然后走了。[2]"]),
    ("It cost 3.5 million yuan. [1] Mr. Li and Dr. Wu came at 9 a.m. on Monday. [2]",
     ["It cost 3.5 million yuan. [1]", "Mr. Li and Dr. Wu came at 9 a.m. on Monday. [2]"]),
    ("Opened in 2023. It is long. [1][2]\n\n- 甲[1]\n- 乙[2]\n1. 丙[3]",
     ["Opened in 2023.", "It is long. [1][2]", "甲[1]", "乙[2]", "丙[3]"]),
    ("## 标题\n**甲**有20人[1, 2]。【3】", ["标题", "甲有20人[1, 2]。【3】"]),
    ("没有句号[1]", ["没有句号[1]"]),
    ("甲……[1]乙。", ["甲……[1]", "乙。"]),
    ("It was so [6].1月7日开会[3]。", ["It was so [6].", "1月7日开会[3]。"]),
    ("", []),
    ("\n \n", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CUTS)
def test_sentences_are_cut_alike_however_they_come(text: str, expected: list[str]) -> None:
    assert cut([text]) == expected
    assert cut(list(text)) == expected
    assert cut([text[i : i + 3] for i in range(0, len(text), 3)]) == expected


@given(st.lists(st.text(alphabet='甲乙。.!?“”"[]1 \n(a', max_size=8), max_size=12))
def test_nothing_is_lost_and_the_pieces_do_not_matter(pieces: list[str]) -> None:
    whole = "".join(pieces)
    assert cut(pieces) == cut(list(whole))
    assert all("".join(cut(pieces)).count(letter) == whole.count(letter) for letter in "甲乙a")


def test_thoughts_are_no_part_of_a_reply() -> None:
    reply = "<think>\n有30名?[1]\n</think>\n甲[1]。"
    assert "".join(without_thoughts([reply])).strip() == "甲[1]。"
    assert "".join(without_thoughts(list(reply))).strip() == "甲[1]。"
    assert "".join(without_thoughts(["<", "b>甲"])) == "<b>甲"
    assert "".join(without_thoughts(["<thi"])) == "<thi"
    assert "".join(without_thoughts(["<think>不", "停"])) == ""


def test_markers_of_every_form_are_read_and_written_anew() -> None:
    sentence = "甲[1]乙 [2, 3]丙【4】[^5][6-8]。"
    assert markers(sentence) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert without_markers(sentence) == "甲乙丙。"
    assert renumbered(sentence, lambda old: (old % 2 + 1,)) == "甲[2]乙[1][2]丙[1][2]。"


def test_quotations_are_the_outermost_and_an_apostrophe_is_none() -> None:
    said = '他说“甲‘乙’丙”,《丁》 and "戊"; the city’s ‘己’ don\'t'
    assert [(one.text, one.title) for one in quotations(said)] == [
        ("甲‘乙’丙", False), ("丁", True), ("己", False), ("戊", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "begins", "ends"),
    [
        ("大桥全长860米。", "云溪大桥全长", "3.2亿元。"),
        ("大桥5月3日通车,全长860米。", "5月3日", "3.2亿元。"),
        ("The bridge cost 320 million yuan.", "云溪大桥全长", "3.2亿元。"),
        ("“一桥通南北”", "5月3日", "现实。"),
        ("局长林志远作了介绍。", "云溪区交通局", "经过。"),
        ("5月3日通车,详情见网站,由云溪路桥公司承建,造价3.2亿元。", "5月3日", "3.2亿元。"),
    ],
)
def test_the_smallest_run_that_holds_what_is_said_is_cited(sentence: str, begins: str, ends: str) -> None:
    found = supporting(sentence, OFFERED[1], LIKENESS)
    assert found.quote.startswith(begins)
    assert found.quote.endswith(ends)
    [(start, end)] = found.spans
    assert BRIDGE[start - 100 : end - 100] == found.quote


def test_a_run_over_a_paragraph_in_two_parts_has_both_spans() -> None:
    whole = OFFERED[1].hit
    first = BRIDGE.index("860")
    spans = ((10, 10 + first), (500, 500 + len(BRIDGE) - first))
    hit = replace(whole, citation=replace(whole.citation, spans=spans))
    found = supporting("大桥全长860米。", Evidence(hit), LIKENESS)
    stored = " " * 10 + BRIDGE[:first] + " " * (490 - first) + BRIDGE[first:]
    assert len(found.spans) == 2
    assert "".join(stored[s:e] for s, e in found.spans) == found.quote
    assert any(found.quote == BRIDGE[s:e] for s, e in sentences(BRIDGE))
