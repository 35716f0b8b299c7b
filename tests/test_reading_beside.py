"""Columns that stand beside each other in other ways than two of one width, line by line."""

from __future__ import annotations

from itertools import zip_longest

import pytest

from qa.reading import Article, Role, read_page, readable

WIDTH = 14
LIBRARY = (
    "东州区图书馆新馆开馆",
    "东州日报讯(记者/高远)3月5日,东州区图书馆新馆在滨河路开馆,首日接待读者两千人次,许多家长带着孩子前来借书。",
    "新馆建筑面积约一万平方米,藏书六十万册,设有儿童阅览区和自习室,阅览座位比旧馆增加了一倍。",
    "馆长表示,下一步将延长开放时间,并在各街道设立分馆,让更多市民在家门口就能走进书香。",
)
FAIR = (
    "西岭镇办农机展备战春耕",
    "东州日报讯(记者/方圆)近日,西岭镇举办春耕农机展,三十家企业带来新型农机具,吸引周边农户前来选购。",
    "展会现场,农技人员为村民讲解操作要领,不少村民当场下单,一上午就售出插秧机四十台。",
    "镇农业办公室负责人介绍,今年全镇计划种植早稻两万亩,机械化作业率有望达到九成。",
)
BRIDGE = (
    "白石大桥主塔顺利封顶",
    "东州日报讯(记者/林溪)昨日,白石大桥主塔浇筑完最后一方混凝土,塔高一百二十米,是全市最高的桥塔。",
    "大桥全长三公里,连接老城与开发区,通车以后两地车程将由四十分钟缩短到八分钟。",
    "项目经理说,接下来将架设钢箱梁,预计明年年底通车,届时公交线路也会随之延伸。",
)


def cells(words: str) -> int:
    return sum(1 if char.isascii() else 2 for char in words)


def wrapped(report: tuple[str, ...], width: int = WIDTH) -> list[str]:
    """Set a report in a narrow column of so many Chinese characters, its paragraphs indented."""
    lines = [report[0]]
    for paragraph in report[1:]:
        line = "　　"
        for char in paragraph:
            if cells(line + char) > 2 * width and char not in ",。、)":
                lines.append(line)
                line = ""
            line += char
        lines.append(line)
    return lines


def in_turn(*columns: list[str]) -> str:
    return "\n".join(line for row in zip_longest(*columns) for line in row if line is not None)


def paragraphs(text: str, article: Article) -> list[str]:
    return [readable(text, block.spans) for block in article.blocks if block.role is Role.PARAGRAPH]


def assert_read(text: str, *reports: tuple[str, ...]) -> None:
    articles = {article.title: article for article in read_page(text).articles}
    assert set(articles) == {report[0] for report in reports}
    for title, lead, *rest in reports:
        assert paragraphs(text, articles[title]) == [lead[lead.index(")") + 1 :], *rest]


@pytest.mark.parametrize("gap", ["\t", "    ", "        "])
def test_columns_abreast_on_one_line(gap: str) -> None:
    rows = zip_longest(wrapped(LIBRARY), wrapped(FAIR), fillvalue="")
    assert_read("\n".join(f"{left}{gap}{right}".rstrip() for left, right in rows), LIBRARY, FAIR)


def test_the_right_column_abreast_may_be_longer() -> None:
    left, right = wrapped(LIBRARY[:3]), wrapped(FAIR)
    rows = zip_longest(left, right, fillvalue="")
    text = "\n".join(one + " " * (2 * WIDTH + 6 - cells(one)) + other for one, other in rows)
    assert_read(text, LIBRARY[:3], FAIR)


def test_columns_of_different_widths_read_across() -> None:
    assert_read(in_turn(wrapped(LIBRARY), wrapped(FAIR, WIDTH + 5)), LIBRARY, FAIR)


def test_three_columns_read_across() -> None:
    assert_read(in_turn(wrapped(LIBRARY), wrapped(FAIR), wrapped(BRIDGE)), LIBRARY, FAIR, BRIDGE)


def test_marks_that_hang_over_the_edge_do_not_part_a_column() -> None:
    lines = wrapped(LIBRARY)
    assert any(cells(line) > 2 * WIDTH for line in lines)
    assert_read(in_turn(lines, wrapped(FAIR)), LIBRARY, FAIR)


def test_two_columns_under_one_headline_are_one_article() -> None:
    lines = wrapped(LIBRARY)
    text = lines[0] + "\n\n" + in_turn(lines[1:6], lines[6:])
    assert [article.title for article in read_page(text).articles] == [LIBRARY[0]]


def test_headlines_with_wide_blanks_are_no_columns() -> None:
    text = "\n\n".join(f"{one[0]}    {other[0]}\n\n{one[1]}" for one, other in ((LIBRARY, FAIR), (FAIR, BRIDGE)))
    assert len(read_page(text).articles) == 2
