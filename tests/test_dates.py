"""What pages say about time: which expressions are found, what they resolve to, and when nothing is said."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.dates import Days, partial_date
from qa.dating.finding import find_expressions
from qa.dating.passages import dates_of_articles
from qa.dating.resolving import known_of, resolve
from qa.intake import Intake, take_in
from qa.records import Erratum, Metadata


def told(text: str, published: str | None = None, dateline: str | None = None) -> dict[str, str | None]:
    """Return the expressions of a text with what they resolve to: one day, or the first and the last."""
    known = known_of(published, dateline)
    found, _ = resolve(text, known, known.event)
    return {text[r.expression.start : r.expression.end]: r.days and _written(r.days) for r in found}


def _written(days: Days) -> str:
    return f"{days.first}" if days.first == days.last else f"{days.first}/{days.last}"


WORKED = [
    # The year is written out: nothing else need be known.
    ("2023年7月19日,区运会开幕", None, {"2023年7月19日": "2023-07-19"}),
    ("２０２３年７月１９日", None, {"２０２３年７月１９日": "2023-07-19"}),
    ("二〇二三年七月十九日", None, {"二〇二三年七月十九日": "2023-07-19"}),
    ("二○二四年二月", None, {"二○二四年二月": "2024-02-01/2024-02-29"}),
    ("2023.7.19", None, {"2023.7.19": "2023-07-19"}),
    ("部署20 24年工作", None, {"20 24年": "2024-01-01/2024-12-31"}),
    ("2023年上半年", None, {"2023年上半年": "2023-01-01/2023-06-30"}),
    ("2023年一季度", None, {"2023年一季度": "2023-01-01/2023-03-31"}),
    ("2023年前三季度", None, {"2023年前三季度": "2023-01-01/2023-09-30"}),
    ("2023年前5个月", None, {"2023年前5个月": "2023-01-01/2023-05-31"}),
    ("2021年底启动", None, {"2021年底": "2021-10-01/2021-12-31"}),
    ("2021—2025年", None, {"2021—2025年": "2021-01-01/2025-12-31"}),
    ("2022年12月至2023年3月", None, {"2022年12月至2023年3月": "2022-12-01/2023-03-31"}),
    ("2021年3月、4月", None, {"2021年3月": "2021-03-01/2021-03-31", "4月": "2021-04-01/2021-04-30"}),
    ("始建于1958年", None, {"1958年": "1958-01-01/1958-12-31"}),
    ("“十四五”期间", None, {"“十四五”期间": "2021-01-01/2025-12-31"}),
    ("较“十三五”期末增长", None, {"“十三五”期末": "2020-01-01/2020-12-31"}),
    # The year follows from the month of issue.
    ("7月19日,会议召开", "2023-07", {"7月19日": "2023-07-19"}),
    ("七月十九日", "2023-07", {"七月十九日": "2023-07-19"}),
    ("12月28日", "2024-01", {"12月28日": "2023-12-28"}),
    ("3月15日至17日", "2023-07", {"3月15日至17日": "2023-03-15/2023-03-17"}),
    ("7月19—24日", "2023-07", {"7月19—24日": "2023-07-19/2023-07-24"}),
    ("12月28日至1月3日", "2024-01", {"12月28日至1月3日": "2023-12-28/2024-01-03"}),
    ("7月19、20日", "2023-07", {"7月19": "2023-07-19", "20日": "2023-07-20"}),
    ("12月30日、1月2日", "2024-01", {"12月30日": "2023-12-30", "1月2日": "2024-01-02"}),
    ("2月29日", "2024-03", {"2月29日": "2024-02-29"}),
    ("1—6月", "2023-07", {"1—6月": "2023-01-01/2023-06-30"}),
    ("截至6月底", "2023-07", {"6月底": "2023-06-21/2023-06-30"}),
    ("7月中旬", "2023-07", {"7月中旬": "2023-07-11/2023-07-20"}),
    ("将于8月1日开放", "2023-07", {"8月1日": "2023-08-01"}),
    ("将于1月5日开放", "2022-12", {"1月5日": "2023-01-05"}),
    ("7月19日签约。21日动工", "2023-07", {"7月19日": "2023-07-19", "21日": "2023-07-21"}),
    ("7月19日签约。当天动工", "2023-07", {"7月19日": "2023-07-19", "当天": "2023-07-19"}),
    # Counted from the issue.
    ("今年以来", "2023-07", {"今年以来": "2023-01-01/2023-07-31"}),
    ("去年", "2023", {"去年": "2022-01-01/2022-12-31"}),
    ("明年9月启用", "2023-07", {"明年9月": "2024-09-01/2024-09-30"}),
    ("去年底", "2023-07-24", {"去年底": "2022-10-01/2022-12-31"}),
    ("上半年增长5%", "2023-07", {"上半年": "2023-01-01/2023-06-30"}),
    ("下半年", "2023-07", {"下半年": "2023-07-01/2023-12-31"}),
    ("2016年以来", "2023-07", {"2016年以来": "2016-01-01/2023-07-31"}),
    ("昨日、今日上午", "2023-07-01", {"昨日": "2023-06-30", "今日": "2023-07-01"}),
    ("本周", "2023-07-24", {"本周": "2023-07-24/2023-07-30"}),
    ("上个月", "2023-01", {"上个月": "2022-12-01/2022-12-31"}),
    ("记者30日获悉", "2023-07-02", {"30日": "2023-06-30"}),
    # No more precision than is known.
    ("近日,活动举行。当天", "2023-07", {"近日": "2023-06-01/2023-07-31", "当天": "2023-06-01/2023-07-31"}),
    ("日前", "2023-07-24", {"日前": "2023-06-24/2023-07-24"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "published", "expected"), WORKED, ids=lambda v: v if isinstance(v, str) else None)
def test_what_a_page_says(text: str, published: str | None, expected: dict[str, str]) -> None:
    assert told(text, published) == expected


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("7月19日", None),
        ("7月19日", "2023"),
        ("8月1日", "2023-07"),  # still to come, or a year ago
        ("2月30日", "2023-03"),
        ("今年", None),
        ("上半年", "2023"),
        ("上半年", "2024-01"),  # the last year's, or the plan for this one
        ("年底", "2024-02"),
        ("近日", "2023"),
        ("昨日", "2023-07"),
        ("本周", "2023-07"),
        ("21日", "2023-07"),
        ("当天", "2023-07"),
        ("记者30日获悉", "2023-07-24"),
        ("25日有雨", "2023-07-20"),
        ("8月18日、19日", "2023-07-20"),
        ("他说:“昨天来过。”", "2023-07-24"),  # who speaks counts from another day
        ("他说:“今年不错。”", "2024-01"),
        ("近日来。“当天很热。”", "2023"),
        ("2016年以来", None),
    ],
)
def test_what_is_not_certain_is_left_open(text: str, published: str | None) -> None:
    found = told(text, published)
    assert found
    assert set(found.values()) == {None}


@pytest.mark.parametrize(
    "text",
    [
        "“7·20”暴雨 9·3阅兵 3.15晚会 5G 24小时 7天 3.5亿元 12345热线 110 (2023)12号",
        "《2023年名单》《全民健身计划(2021—2025年)》",
        "2035年远景目标 《条例》(2021年修订) “十四五”规划 2023年版",
        "2000年历史 1000多年来 1990年代 2022级 20年来 75周年 9年免费教育",
        "每年10—12月 往年3月 次年3月 同年10月 农历五月初五 正月十五 一月一活动,一季一研讨 十一月刊",
        "如今年轻人 文明年度 以上年龄 过去年均 目前年产 网上年货 提前年度",
        "3月龄 六月天 第7月 3号厂房 生日前 截止日前 最近日子 日本周边 基本月供 路上周边",
        "15日内 每月5日 3日游 为期3日 近3日 历时3日 如今天气 说明天亮 当天办结 报到当天",
        "①月 1988人 2023元",
    ],
)
def test_what_is_no_date_is_not_found(text: str) -> None:
    assert told(text, "2023-07-24") == {}


def test_a_number_in_a_circle_is_no_figure_of_the_month() -> None:
    assert told("①7月19日", "2023-07") == {"7月19日": "2023-07-19"}


class TestAgainstEachOther:
    """Where the text speaks of another year, the year of issue says nothing."""

    def test_the_year_of_the_sentence_must_agree(self) -> None:
        assert told("项目于2021年3月启动,4月完成", "2023-07")["4月"] is None
        assert told("项目于2023年3月启动,4月完成", "2023-07")["4月"] == "2023-04-01/2023-04-30"

    def test_the_year_that_opened_a_sentence_holds_for_the_next(self) -> None:
        assert told("1998年,学校迁址。6月1日,新楼启用。", "1999-07")["6月1日"] is None

    def test_a_year_in_passing_does_not(self) -> None:
        assert told("公司于2004年成立。6月1日,新楼启用。", "2023-07")["6月1日"] == "2023-06-01"

    def test_the_turn_of_the_year_leaves_this_year_open(self) -> None:
        assert told("今年", "2024-01", "12月28日") == {"今年": None}
        assert told("今年", "2024-01", "1月10日") == {"今年": "2024-01-01/2024-12-31"}

    def test_a_dateline_with_its_year_stands_in_for_the_issue(self) -> None:
        expected = {"12月15日": None, "11月2日": "2022-11-02", "明年": "2023-01-01/2023-12-31"}
        assert told("12月15日;11月2日;明年", None, "2022年12月13日") == expected

    def test_an_open_day_is_not_carried_on(self) -> None:
        assert told("7月19日签约。近日动工。当天", "2023")["当天"] is None

    def test_what_is_announced_is_not_that_day(self) -> None:
        assert told("7月19日签约,将于7月28日动工。当天", "2023-07")["当天"] == "2023-07-19"


WORDS = st.lists(
    st.sampled_from(
        ["2023年", "去年", "今年", "7月", "12月", "19日", "31日", "至", "、", "当天", "近日", "昨日", "上半年", "年底", "以来"]
        + ["“", "”", "《", "》", "。", ",", "一季度", "本周", "上个月", "\n", " ", "①", "㎡", "二〇二三年", "江海", "8", "将于"]
    ),
    max_size=14,
).map("".join)  # fmt: skip
ISSUES = st.one_of(
    st.none(),
    st.dates(date(2000, 1, 1), date(2035, 12, 31)).flatmap(
        lambda day: st.sampled_from([str(day), str(day)[:7], str(day)[:4]])
    ),
)


class TestProperties:
    """What holds for any text and any issue."""

    @given(WORDS)
    def test_expressions_are_ordered_disjoint_and_whole(self, text: str) -> None:
        end = 0
        for expression in find_expressions(text):
            assert end <= expression.start < expression.end <= len(text)
            assert not text[expression.start].isspace()
            assert not text[expression.end - 1].isspace()
            end = expression.end

    @given(WORDS, ISSUES)
    def test_an_interval_begins_before_it_ends(self, text: str, published: str | None) -> None:
        found, _ = resolve(text, known_of(published, None))
        assert all(r.days.first <= r.days.last for r in found if r.days is not None)

    @given(WORDS.filter(lambda text: "年" not in text.replace("去年", "").replace("今年", "").replace("年底", "")))
    def test_without_a_year_nothing_is_resolved(self, text: str) -> None:
        assert {r.days for r in resolve(text, known_of(None, None))[0]} <= {None}

    @given(WORDS, st.dates(date(2000, 1, 1), date(2035, 12, 31)))
    def test_knowing_less_of_the_issue_never_says_more(self, text: str, day: date) -> None:
        exact, month = (resolve(text, known_of(str(day)[:length], None))[0] for length in (10, 7))
        for one, less in zip(exact, month, strict=True):
            if one.days is not None and less.days is not None:
                assert less.days.count >= one.days.count

    @given(WORDS)
    def test_stored_spans_hold_the_expression(self, text: str) -> None:
        taken = taken_in(f"江门日报讯 7月19日,会议在江海召开。\n{text}。\n")
        for passage in taken.passages:
            for mention in passage.dates:
                start, end = mention.span
                assert any(s <= start < end <= e for s, e in passage.spans)
                written = "".join(taken.document.text[start:end].split())
                assert written in {
                    "".join(passage.text[e.start : e.end].split()) for e in find_expressions(passage.text)
                }


def taken_in(text: str, published: str | None = "2023-07", *errata: Erratum) -> Intake:
    return take_in("a.txt", text.encode(), Metadata(published=published, errata=errata))


REPORT = """# 礼乐龙舟赛开桨

江门日报讯(记者/张三)7月19日,礼乐龙舟赛在礼乐河开桨,共有46支龙舟队参赛。

3月5日,街道就成立了筹备组,区里派人上门指导各队训练。

比赛创办于1986年,去年有38支队伍报名。

7月21日,颁奖仪式举行。8月初将有总结会。

3月5日,筹备组成立。7月2日,各队抽签,抽签在社区中心进行。

7月2日,各队抽签。7月8日,各队试水。
"""


class TestPassages:
    """The day that a passage tells of is its own where its sentences begin with one, else the article's."""

    def test_event_dates(self) -> None:
        events = {p.text[:6]: p.event_date for p in taken_in(REPORT).passages}
        assert events == {
            "礼乐龙舟赛开": "2023-07-19",
            "7月19日,": "2023-07-19",
            "3月5日,街": "2023-03-05",
            "比赛创办于1": "2023-07-19",
            "7月21日,": "2023-07-21",
            "3月5日,筹": None,  # four months apart
            "7月2日,各": "2023-07",
        }

    def test_without_a_year_there_are_none(self) -> None:
        for published in (None, "2023"):
            passages = taken_in(REPORT, published).passages
            assert {p.event_date for p in passages} == {None}
        assert [m.first for p in passages for m in p.dates] == ["1986-01-01", "2022-01-01"]

    def test_a_misprint_dates_nothing(self) -> None:
        wrong = Erratum("7月21日", "7月20日", "the caption says so")
        passages = {p.text[:6]: p for p in taken_in(REPORT, "2023-07", wrong).passages}
        assert passages["7月21日,"].dates == ()
        assert passages["7月21日,"].event_date == "2023-07-19"


def test_what_an_article_is_about_stands_in_its_headline_or_its_first_paragraph() -> None:
    lead = "江门日报讯(记者/张三)昨日,区统计局公布了数据。去年为三百亿元。\n\n工业投资完成31亿元。\n"
    for head, about in (
        ("# 上半年经济运行向好\n\n", ["2023-01-01/2023-06-30"]),
        ("# 经济向好\n\n", ["2022-01-01/2022-12-31"]),
    ):
        taken = taken_in(head + lead)
        dates = dates_of_articles(taken.passages)
        assert [f"{m.first}/{m.last}" for m in dates[0]] == about


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([], None),
        ([("2023-07-19", "2023-07-19")], "2023-07-19"),
        ([("2023-07-19", "2023-07-24")], "2023-07"),
        ([("2023-03-09", "2023-03-09"), ("2023-04-20", "2023-04-20")], None),
        ([("2023-01-05", "2023-01-05"), ("2023-11-20", "2023-11-20")], "2023"),
        ([("2022-12-28", "2023-01-03")], None),
    ],
)
def test_a_partial_date_says_no_more_than_the_days(days: list[tuple[str, str]], expected: str | None) -> None:
    assert partial_date(Days(date.fromisoformat(a), date.fromisoformat(b)) for a, b in days) == expected
