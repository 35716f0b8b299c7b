"""Whether the passages answer, and what is quoted: lists whole, several things asked, contradictions, misprints, refusals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support import CUTTER, Keeper, embedded

from qa.answering.extractive import quoted
from qa.fold import fold
from qa.judging.attributes import attributes_asked
from qa.judging.clauses import clauses
from qa.judging.evidence import FEATURES, Statement
from qa.judging.reading import Reader, Search
from qa.judging.weights import QUESTION_FEATURES, Weights, logit, question_row, shipped_weights
from qa.library import Library
from qa.records import Answer
from qa.sentences import statements
from qa.service import Service

# A question, what it asks for by name, a text that holds such a thing and one that does not.
BY_NAME = [
    ("东湖小学的校长是谁?", "office", "校长林秀芳出席。", "副校长林秀芳出席。"),
    ("Who is the principal of East Lake School?", "office", "校长林秀芳出席。", "教师罗小梅出席。"),
    ("诊所的電話幾多號?", "phone", "咨询电话3861234。", "诊所有20张床。"),
    ("培训班要交多少学费?", "money", "每人收费300元。", "培训班有30人。"),
    ("培训班要交多少学费?", "money", "培训班免费。", "培训班有30人。"),
    ("龙舟赛哪个村夺冠?", "winner", "东村队获得冠军。", "共有46支队伍参赛。"),
    ("最老的选手几岁?", "age", "他今年78岁。", "他来自东村。"),
    ("增速是百分之几?", "percent", "增长8.5%。", "增加了85家。"),
    ("图书馆几点关门?", "clock", "每天21:00关门。", "每天有200人。"),
    ("三目录分别是哪三本目录?", "as_many", "即企业目录、项目目录、招商目录。", "制定三目录。"),
    ("为什么要改造旧市场?", "why", "为了改善环境,市场将改造。", "市场将改造。"),
]
SEVERAL = [
    ("大桥有多长,什么时候通车?", 2),
    ("迪马投多少钱,为什么选这里?", 2),
    ("How long is the bridge and when did it open?", 2),
    ("大桥全长多少米?", 0),
    ("参赛的有东村、西村和南村吗?", 0),
    ("投资是3,200万元吗?", 0),
]
PAGES = {
    "plan.txt": (
        "青禾区召开治水会议\n\n"
        "青禾日报讯(记者/方圆)3月2日,青禾区召开治水工作会议,部署今年治水工作。"
        "会议要求抓好三项工作:一是清理全区河道垃圾;二是修复东湖、西湖两岸植被;三是建立村级巡河队伍。"
        "青禾湿地公园计划建设观鸟台12座。\n\n"
        "会议由副区长何志强主持,各镇主要负责人参加。\n"
    ),
    "park.txt": (
        "青禾湿地公园建设进展\n\n"
        "青禾日报讯(记者/安然)近日,青禾湿地公园建设稳步推进。"
        "青禾湿地公园计划建设观鸟台15座。公园由区林业局局长余文清负责建设。"
        "公园毗邻东湖,交通便利,深受市民喜爱。\n"
    ),
    "school.txt": (
        "白石小学举行运动会\n\n"
        "青禾日报讯(记者/许可)11月8日,白石小学举行第十届运动会,全校学生参加。"
        "运动会设有田径、跳绳、拔河等项目。白石小学共有学生860名。\n"
    ),
}


@pytest.mark.parametrize(("question", "name", "with_it", "without"), BY_NAME)
def test_what_is_asked_for_by_name_is_looked_for_by_itself(
    question: str, name: str, with_it: str, without: str
) -> None:
    asked = {attribute.name: attribute for attribute in attributes_asked(fold(question))}
    assert asked[name].held_by(fold(with_it))
    assert not asked[name].held_by(fold(without))


@pytest.mark.parametrize(("question", "n"), SEVERAL)
def test_a_question_that_asks_several_things_is_parted(question: str, n: int) -> None:
    assert len(clauses(question)) == n


def test_a_later_part_keeps_what_the_first_is_about() -> None:
    _, later = clauses("云溪大桥有多长,什么时候通车?")
    assert later.startswith("什么时候通车 云溪大桥")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder: Path = tmp_path_factory.mktemp("town") / "data"
    Library.create(folder).close()
    keeper = Keeper(folder)
    for name, text in PAGES.items():
        published = {"plan.txt": "2023-03", "park.txt": "2024-01-15", "school.txt": "2023-11"}[name]
        keeper.add(name, text, published=published, publication="青禾日报")
    keeper.index()
    keeper.close()
    service = Service.open(keeper.settings)
    yield service
    service.close()


def asked(service: Service, question: str) -> Answer:
    return service.ask(question)


def test_a_numbered_list_is_quoted_whole(town: Service) -> None:
    text = asked(town, "青禾区治水会议要求抓好哪些工作?").text
    assert all(item in text for item in ("一是清理全区河道垃圾", "二是修复东湖", "三是建立村级巡河队伍"))


def test_reports_that_contradict_each_other_are_shown_with_their_dates(town: Service) -> None:
    answer = asked(town, "青禾湿地公园计划建设多少座观鸟台?")
    first, *quotes = answer.text.splitlines()
    assert first == "各篇报道的说法不同:"
    assert sorted(quotes) == [
        "青禾日报2023年3月:“青禾湿地公园计划建设观鸟台12座。”[2]",
        "青禾日报2024年1月15日:“青禾湿地公园计划建设观鸟台15座。”[1]",
    ]
    assert len({c.citation.document_id for c in answer.citations}) == 2


def test_both_things_that_a_question_asks_are_answered(town: Service) -> None:
    text = asked(town, "白石小学有多少学生,第十届运动会是几月几日举行的?").text
    assert "860名" in text
    assert "11月8日" in text


def test_what_is_not_there_is_refused_and_the_refusal_says_what_was_looked_for(town: Service) -> None:
    answer = asked(town, "白石小学的电话号码是多少?")
    assert not answer.answerable
    assert answer.citations == ()
    assert answer.passages
    assert "查找的是:白石" in answer.text
    assert "段落里没有:" in answer.text
    assert "电话号码" in answer.text


def test_a_year_of_which_nothing_is_there_is_refused(town: Service) -> None:
    answer = asked(town, "2015年白石小学运动会有哪些项目?")
    assert not answer.answerable
    assert "不是所问的时间" in answer.text
    assert asked(town, "2023年白石小学运动会有哪些项目?").answerable


def test_a_misprint_is_told_behind_the_quotation_that_holds_it(town: Service) -> None:
    passages = town.search("白石小学共有多少名学生?").passages
    passage = next(one for one in passages if "860名" in one.text)
    note = "“共有学生”应为“共有小学生” (printed …); “田径”应为“竞走” (printed …)"
    noted = replace(passage, citation=replace(passage.citation, note=note))
    place = next(place for place in statements(noted.text) if "860名" in noted.text[place[0] : place[1]])
    chinese = quoted([Statement(noted, place)], "有多少学生?").text
    assert chinese == "“白石小学共有学生860名。”[1](原文误植:“共有学生”应为“共有小学生”)"
    english = quoted([Statement(noted, place)], "How many pupils?").text
    assert english == "“白石小学共有学生860名。”[1] (misprint: “共有学生” should read “共有小学生”)"


def test_the_chance_weighs_clipped_features_by_their_names() -> None:
    weights = Weights(np.array([1.0, 0.0]), np.array([2.0, 1.0]), np.array([1.0, 2.0]), 0.5)
    rows = np.array([[3.0, 0.25], [100.0, -100.0]])
    sums = [1.0 * 1 + 0.25 * 2 + 0.5, 3.0 * 1 - 3.0 * 2 + 0.5]
    assert weights.chances(rows) == pytest.approx([1 / (1 + np.exp(-one)) for one in sums])


def test_a_question_is_judged_by_its_best_statement_and_the_most_of_any() -> None:
    rows = np.zeros((2, len(FEATURES)))
    rows[0, 0], rows[1, 1] = 5.0, 7.0
    row = question_row(rows, np.array([0.2, 0.6]), 0.5)
    named = dict(zip(QUESTION_FEATURES, row.tolist(), strict=True))
    assert named[f"best_{FEATURES[0]}"] == 0
    assert named[f"best_{FEATURES[1]}"] == 7
    assert named[f"most_{FEATURES[0]}"] == 5
    assert named["best"] == pytest.approx(logit(0.6))
    assert named["any"] == pytest.approx(logit(1 - 0.8 * 0.4))


def test_the_weights_that_ship_belong_to_the_embedded_model() -> None:
    assert shipped_weights().encoder_fingerprint == embedded().fingerprint
    assert 0 < shipped_weights().threshold < 1


def test_an_unsure_search_keeps_the_chance_below_the_threshold(town: Service) -> None:
    reader, question = Reader(embedded(), CUTTER), "白石小学共有多少名学生?"
    engine, passages = town.engine(), town.search(question).passages
    sure = reader.read(question, engine.generation, passages, Search(0.9, 0.2))
    unsure = reader.read(question, engine.generation, passages, Search(0.1, 0.2))
    assert sure.chance >= reader.threshold
    assert unsure.chance <= reader.threshold * 0.5


def test_an_unsure_search_answers_where_the_passages_are_like_the_question_in_other_words(town: Service) -> None:
    reader, question = Reader(embedded(), CUTTER), "白石小学共有多少名学生?"
    engine, passages = town.engine(), town.search(question).passages
    alike = reader.read(question, engine.generation, passages, Search(0.1, 0.2, likeness=0.5))
    unlike = reader.read(question, engine.generation, passages, Search(0.9, 0.2, likeness=shipped_weights().unlike / 2))
    assert alike.chance >= reader.threshold
    assert unlike.chance <= reader.threshold * 0.25


def test_a_question_about_something_else_is_less_like_all_passages_than_one_about_them(town: Service) -> None:
    hybrid = town.engine().hybrid
    about, else_ = hybrid.find("白石小学共有多少名学生?", 5), hybrid.find("红烧肉怎么做才不腻", 5)
    assert else_.likeness < shipped_weights().unlike < about.likeness
    nothing = hybrid.find("白石小学共有多少名学生?", 5, np.zeros(town.engine().generation.rows, bool))
    assert nothing.likeness == -1.0
