"""Small invented pages, one for each kind of damage that columns, pictures and OCR do to a newspaper page."""

from __future__ import annotations

from itertools import zip_longest

import pytest

from qa.reading import Article, Role, read_page, readable

LEAD = "东州日报讯(记者/高远 通讯员/林小溪)3月5日,东州区图书馆新馆开馆,首日接待读者两千人次。"
SECOND = "新馆位于滨河路,建筑面积约一万平方米,藏书六十万册,设有儿童阅览区和自习室。"
THIRD = "馆长表示,下一步将延长开放时间,让更多市民走进书香。"
OTHER = "东州日报讯(记者/方圆)近日,西岭镇举办春耕农机展,三十家企业带来新型农机具。"
OTHER_SECOND = "展会现场,农技人员为村民讲解操作要领,不少村民当场下单。"


def words(text: str, article: Article, role: Role) -> list[str]:
    """Return the readable text of the blocks with a role."""
    return [readable(text, block.spans) for block in article.blocks if block.role is role]


def only(text: str) -> Article:
    articles = read_page(text).articles
    assert len(articles) == 1, [article.title for article in articles]
    return articles[0]


def page(*lines: str, gap: str = "\n\n") -> str:
    return gap.join(lines)


@pytest.mark.parametrize("mark", ["", "# ", "## ", "＃ "])
@pytest.mark.parametrize("gap", ["\n\n", "\n", "\r\n\r\n", "\n\n\n"])
def test_two_reports_with_or_without_marks_and_blank_lines(mark: str, gap: str) -> None:
    text = page(
        mark + "东州区图书馆新馆开馆",
        LEAD,
        SECOND,
        mark + "西岭镇办农机展 备战春耕",
        OTHER,
        OTHER_SECOND,
        gap=gap,
    )
    first, second = read_page(text).articles
    assert (first.title, second.title) == ("东州区图书馆新馆开馆", "西岭镇办农机展 备战春耕")
    assert first.byline == "东州日报讯(记者/高远 通讯员/林小溪)"
    assert (first.reporters, first.correspondents) == (("高远",), ("林小溪",))
    assert (first.dateline, second.dateline) == ("3月5日", "近日")
    assert words(text, first, Role.PARAGRAPH)[1:] == [SECOND]


def test_full_width_forms_read_the_same() -> None:
    wide = {
        ord("("): "\uff08",
        ord(")"): "\uff09",
        ord(","): "\uff0c",
        ord("/"): "\uff0f",
        ord("3"): "\uff13",
    }
    text = page("东州区图书馆新馆开馆", LEAD, SECOND).translate(wide)
    article = only(text)
    assert article.title == "东州区图书馆新馆开馆"
    assert article.reporters == ("高远",)
    assert article.dateline == "\uff13月5日"


@pytest.mark.parametrize(
    ("byline", "reporters", "correspondents"),
    [
        ("东州日报讯(记者/高远 通讯员/林小溪)", ("高远",), ("林小溪",)),
        ("本报讯(记者 高远 方圆)", ("高远", "方圆"), ()),
        ("本报讯 记者高远 通讯员林小溪 报道:", ("高远",), ("林小溪",)),
        ("新华社北京3月5日电(记者高远、方圆)", ("高远", "方圆"), ()),
        ("东州区总工会(文/图 记者/高远)", ("高远",), ()),
        ("(通讯员 林小溪)", (), ("林小溪",)),
        ("本报讯", (), ()),
    ],
)
def test_a_byline_at_the_top_is_no_part_of_the_paragraph(
    byline: str, reporters: tuple[str, ...], correspondents: tuple[str, ...]
) -> None:
    text = page("东州区图书馆新馆开馆", byline + "昨日,图书馆新馆迎来首批读者。", SECOND)
    article = only(text)
    assert article.byline == byline
    assert (article.reporters, article.correspondents) == (reporters, correspondents)
    assert words(text, article, Role.PARAGRAPH) == ["昨日,图书馆新馆迎来首批读者。", SECOND]


@pytest.mark.parametrize(
    ("byline", "reporters"),
    [
        ("□记者/高远 通讯员/林小溪", ("高远",)),
        ("□东州日报记者 高远", ("高远",)),
        ("文/高远 图/方圆", ("高远", "方圆")),
        ("本报记者 高远 方圆", ("高远", "方圆")),
        ("(记者 高远)", ("高远",)),
    ],
)
def test_a_byline_on_its_own_line(byline: str, reporters: tuple[str, ...]) -> None:
    text = page("东州区图书馆新馆开馆", byline, "3月5日,图书馆新馆迎来首批读者。", SECOND)
    article = only(text)
    assert (article.byline, article.reporters) == (byline, reporters)
    assert len(words(text, article, Role.PARAGRAPH)) == 2


@pytest.mark.parametrize("closing", ["(高远)", "(记者 高远)", "(高远 方圆)", "(据新华社)"])
def test_a_byline_at_the_end_is_no_part_of_the_last_paragraph(closing: str) -> None:
    text = page("东州区图书馆新馆开馆", "近日,新馆迎来首批读者。", THIRD + closing)
    article = only(text)
    assert article.byline == closing
    assert words(text, article, Role.PARAGRAPH)[-1] == THIRD


@pytest.mark.parametrize("bracket", ["(下同)", "(待续)", "(见图)"])
def test_a_remark_in_brackets_is_no_byline(bracket: str) -> None:
    assert only(page("东州区图书馆新馆开馆", THIRD + bracket)).byline is None


def test_a_paragraph_cut_by_a_column_end_is_joined() -> None:
    text = page("东州区图书馆新馆开馆", LEAD, SECOND[:20], SECOND[20:], THIRD)
    article = only(text)
    assert words(text, article, Role.PARAGRAPH)[1:] == [SECOND, THIRD]
    assert [len(block.spans) for block in article.blocks if block.role is Role.PARAGRAPH] == [1, 2, 1]


@pytest.mark.parametrize(
    "caption",
    [
        "图为市民在新馆阅读。高远 摄",
        "市民在新馆阅读。高远 摄",
        "市民在新馆阅读。(资料图)",
        "▲市民在新馆阅读。",
        "市民在新馆阅读。图/高远",
        "市民在新馆阅读。 东州图书馆供图",
    ],
)
def test_a_caption_in_the_middle_of_a_word(caption: str) -> None:
    text = page("东州区图书馆新馆开馆", LEAD, SECOND[:17], caption, SECOND[17:], THIRD)
    article = only(text)
    assert words(text, article, Role.CAPTION) == ["".join(caption.split())]
    assert words(text, article, Role.PARAGRAPH)[1:] == [SECOND, THIRD]


def test_a_caption_without_credit_is_known_by_the_blank_run_above_it() -> None:
    text = page("东州区图书馆新馆开馆", LEAD, SECOND[:17]) + "\n\n\n\n市民在新馆阅读。\n\n" + page(SECOND[17:], THIRD)
    article = only(text)
    assert words(text, article, Role.CAPTION) == ["市民在新馆阅读。"]
    assert words(text, article, Role.PARAGRAPH)[1:] == [SECOND, THIRD]


def test_a_short_end_of_a_cut_paragraph_is_no_caption() -> None:
    text = page("东州区图书馆新馆开馆", LEAD, SECOND[:-8], SECOND[-8:], THIRD)
    article = only(text)
    assert words(text, article, Role.CAPTION) == []
    assert words(text, article, Role.PARAGRAPH)[1:] == [SECOND, THIRD]


def test_a_caption_with_its_credit_on_the_next_line_is_one_caption() -> None:
    text = page("东州区图书馆新馆开馆", LEAD, "市民在新馆阅读。", "高远 摄", SECOND)
    assert words(text, only(text), Role.CAPTION) == ["市民在新馆阅读。高远摄"]


def test_a_caption_inside_a_line_is_cut_out() -> None:
    text = page("东州区图书馆新馆开馆", LEAD, SECOND[:17] + "图为新馆外景。高远 摄" + SECOND[17:], THIRD)
    article = only(text)
    assert words(text, article, Role.CAPTION) == ["图为新馆外景。高远摄"]
    assert words(text, article, Role.PARAGRAPH)[1:] == [SECOND, THIRD]


def test_a_headline_inside_another_sentence_goes_to_the_article_without_one() -> None:
    feature = "春日里,走进滨河路的巷子,书香扑面而来,老人和孩子都在这里找到自己的座位。"
    text = page(
        "# 西岭镇办农机展",
        OTHER,
        OTHER_SECOND,
        "□东州日报记者 高远",
        feature[:22],
        "# 巷子里的书香",
        feature[22:],
        THIRD,
    )
    first, second = read_page(text).articles
    assert (first.title, second.title) == ("西岭镇办农机展", "巷子里的书香")
    assert words(text, second, Role.PARAGRAPH) == [feature, THIRD]


def test_a_report_whose_headline_was_lost_is_an_article_without_title() -> None:
    text = page("东州区图书馆新馆开馆", LEAD, SECOND, THIRD, OTHER, OTHER_SECOND)
    first, second = read_page(text).articles
    assert (first.title, second.title) == ("东州区图书馆新馆开馆", None)
    assert words(text, second, Role.PARAGRAPH)[1:] == [OTHER_SECOND]


def test_a_headline_over_several_lines() -> None:
    text = page(
        "东州区图书馆",
        "新馆开馆",
        "首日接待两千人次",
        "东州日报讯(记者/高远)3月5日,东州区图书馆新馆开馆。",
        SECOND,
    )
    assert only(text).title == "东州区图书馆新馆开馆 首日接待两千人次"


def test_kickers_labels_and_headlines_are_told_apart() -> None:
    text = page(
        "## 聚焦民生实事",
        "# 东州区图书馆新馆开馆",
        LEAD,
        SECOND,
        "□相关新闻",
        "书香浸润街巷",
        OTHER_SECOND,
        THIRD,
    )
    first, second = read_page(text).articles
    assert (first.kicker, first.title) == ("聚焦民生实事", "东州区图书馆新馆开馆")
    assert (second.kicker, second.title) == ("□相关新闻", "书香浸润街巷")


def test_the_news_above_a_marked_headline_belongs_to_the_title() -> None:
    text = page("## 东州区图书馆新馆开馆", "# 让书香飘进千家万户", LEAD, SECOND)
    article = only(text)
    assert (article.kicker, article.title) == (None, "东州区图书馆新馆开馆 让书香飘进千家万户")


def test_subheads_stay_in_their_article() -> None:
    text = page("东州区图书馆新馆开馆", LEAD, "藏书更丰富", SECOND, "服务更贴心", THIRD)
    article = only(text)
    assert words(text, article, Role.SUBHEAD) == ["藏书更丰富", "服务更贴心"]
    assert len(words(text, article, Role.PARAGRAPH)) == 3


def test_a_short_piece_of_a_sentence_is_no_subhead() -> None:
    name = "东州市远航精密机械有限公司"
    text = page(
        "区领导走访企业",
        "本报讯(记者 高远)近日,区领导走访" + name + "。",
        name[:9],
        name[9:] + "是当地骨干企业。",
        THIRD,
    )
    article = only(text)
    assert words(text, article, Role.SUBHEAD) == []
    assert words(text, article, Role.PARAGRAPH)[1] == name + "是当地骨干企业。"


def test_a_repeat_is_known_even_with_other_reading_errors() -> None:
    damaged = SECOND.replace("滨河", "宾河").replace("儿童", "几童")
    text = page("东州区图书馆新馆开馆", LEAD, SECOND, THIRD, damaged, THIRD)
    article = only(text)
    repeats = [block for block in article.blocks if block.role is Role.REPEAT]
    assert words(text, article, Role.REPEAT) == [damaged, THIRD]
    assert [readable(text, article.blocks[block.repeats or 0].spans) for block in repeats] == [SECOND, THIRD]


def test_a_notice_of_the_same_form_about_another_place_is_no_repeat() -> None:
    first = (
        "10月5日,外海大桥改造工程通车,全长1860米,总投资三亿二千万元,工期二十六个月。大桥双向六车道,设计时速六十公里。"
    )
    other = first.replace("10月5日", "10月6日").replace("外海", "礼乐")
    reading = read_page(f"城建简讯\n\n{first}\n\n{other}\n")
    roles = [block.role for article in reading.articles for block in article.blocks]
    assert roles.count(Role.PARAGRAPH) == 2
    assert Role.REPEAT not in roles


def test_a_beheaded_fragment_of_a_printed_paragraph_is_a_repeat() -> None:
    text = page("东州区图书馆新馆开馆", LEAD, SECOND, SECOND[10:], THIRD)
    assert words(text, only(text), Role.REPEAT) == [SECOND[10:]]


def test_like_sentences_with_other_figures_are_no_repeats() -> None:
    text = page(
        "各镇公布春耕进度",
        LEAD,
        "西岭镇完成春耕备耕面积1200亩,占计划的85%。",
        "西岭镇完成春耕备耕面积1350亩,占计划的92%。",
    )
    assert words(text, only(text), Role.REPEAT) == []


@pytest.mark.parametrize(
    "start",
    [
        "的一系列举措落地见效,居民连连点赞。",
        "等领域持续发力,带动就业。",
        ",推动全区阅读推广再上台阶。",
        "这里就是我们的家。”读者陈先生说。",
    ],
)
def test_a_beheaded_paragraph_is_kept_and_marked(start: str) -> None:
    text = page("东州区图书馆新馆开馆", LEAD, start, THIRD)
    beheaded = [block for block in only(text).blocks if block.beheaded]
    assert [readable(text, block.spans) for block in beheaded] == [start]


@pytest.mark.parametrize(
    "start", ["的确,书香最动人。", "了解到这一情况后,区里立即行动。", "等到春天,新馆还将开放屋顶花园。"]
)
def test_a_sound_paragraph_is_not_called_beheaded(start: str) -> None:
    assert not [block for block in only(page("东州区图书馆新馆开馆", LEAD, start, THIRD)).blocks if block.beheaded]


def test_a_paragraph_whose_end_is_lost_is_kept_and_marked() -> None:
    text = page("东州区图书馆新馆开馆", LEAD, SECOND[:30], "西岭镇办农机展", OTHER)
    assert [block.cut for block in read_page(text).articles[0].blocks] == [False, False, False, True]


def test_the_items_of_a_list_are_paragraphs_of_their_own() -> None:
    items = ["一要抓好服务,延长开放时间;", "二要抓好宣传,办好读书活动;", "三要抓好安全,守牢底线。"]
    text = page("东州区图书馆新馆开馆", LEAD, "会议要求:", *items)
    assert words(text, only(text), Role.PARAGRAPH)[-4:] == ["会议要求:", *items]


def test_two_paragraphs_on_one_line_are_parted_at_the_indent() -> None:
    text = page("东州区图书馆新馆开馆", LEAD, SECOND + "\u3000\u3000" + THIRD)
    assert words(text, only(text), Role.PARAGRAPH)[1:] == [SECOND, THIRD]


def test_the_lines_of_the_page_itself_belong_to_no_title() -> None:
    text = page("2023年3月6日 星期一 责编/方圆 版式/高远", "东州区图书馆新馆开馆", LEAD, SECOND)
    article = only(text)
    assert (article.title, article.kicker, article.byline) == (
        "东州区图书馆新馆开馆",
        None,
        "东州日报讯(记者/高远 通讯员/林小溪)",
    )


def test_reports_run_together_under_one_headline_are_kept_and_called_mixed() -> None:
    text = page(
        "花鼓戏培训班开班 六十名学员参加", OTHER, OTHER_SECOND,
        "据了解,花鼓戏培训班由文化馆主办,六十名学员将学习三个月。", "花鼓戏培训班学员纷纷表示收获很大。",
    )  # fmt: skip
    article = only(text)
    assert (article.title, article.mixed) == ("花鼓戏培训班开班 六十名学员参加", True)


def test_a_plain_markdown_document_is_one_article_with_subheads() -> None:
    text = (
        "# 图书馆服务指南\n\n本馆免费开放。\n\n## 办证\n\n凭身份证在一楼办理。\n\n## 借书\n\n- 每人十册\n- 借期一个月\n"
    )
    article = only(text)
    assert article.title == "图书馆服务指南"
    assert words(text, article, Role.SUBHEAD) == ["##办证", "##借书"]
    assert words(text, article, Role.PARAGRAPH) == [
        "本馆免费开放。",
        "凭身份证在一楼办理。",
        "-每人十册",
        "-借期一个月",
    ]


def test_wrapped_english_keeps_its_blanks() -> None:
    text = (
        "The library opens\n\nThe new district library opened its doors on Monday after three years\n"
        "of work, and two thousand readers came on the first day to see the new\n"
        "rooms. It holds 600,000 books.\n\nThe director said the hours would be longer.\n"
    )
    article = only(text)
    assert article.title == "The library opens"
    first, second = words(text, article, Role.PARAGRAPH)
    assert first.startswith("The new district library")
    assert "see the new rooms. It holds 600,000 books." in first
    assert second == "The director said the hours would be longer."


@pytest.mark.parametrize("text", ["", " \n\t\r\n\u3000", "\ufeff"])
def test_a_text_without_words_is_read(text: str) -> None:
    assert all(article.title is None for article in read_page(text).articles)


def test_one_line_is_one_paragraph() -> None:
    assert [block.role for block in only("东州区图书馆新馆开馆").blocks] == [Role.PARAGRAPH]


@pytest.mark.parametrize(
    ("quote", "written"),
    [
        ("在 LED lights 领域, 聚集了 50 家企业", "在LED lights领域,聚集了50家企业"),
        ("Hello, world (a test).", "Hello, world (a test)."),
        ("营商环境, “软需求”", "营商环境,“软需求”"),
        ("共 12 345 人", "共12 345人"),
        ("一\n\n二\u3000三", "一二三"),
    ],
)
def test_blanks_stay_only_between_latin_words_and_numbers(quote: str, written: str) -> None:
    assert readable(quote, [(0, len(quote))]) == written


def test_a_number_cut_by_a_column_end_is_joined_without_a_blank() -> None:
    text = "截至20\n\n24年底"
    assert readable(text, [(0, 4), (6, 10)]) == "截至2024年底"


def test_a_role_word_with_a_misread_character_still_makes_a_byline() -> None:
    text = page("东州区图书馆新馆开馆", LEAD.replace("记者", "己者").replace("通讯员", "通汛员"), SECOND)
    article = only(text)
    assert (article.reporters, article.correspondents) == (("高远",), ("林小溪",))


def test_a_headline_above_a_byline_on_its_own_line_begins_an_article() -> None:
    text = page("巷子里的书香", SECOND, THIRD, "农机展开幕", "□记者/高远", OTHER_SECOND, "企业负责人说,订单不断。")
    first, second = read_page(text).articles
    assert (first.title, first.byline) == ("巷子里的书香", None)
    assert (second.title, second.byline) == ("农机展开幕", "□记者/高远")


@pytest.mark.parametrize("form", ["{}", "**{}**", "【{}】", "●{}", "### {}"])
@pytest.mark.parametrize("label", ["简讯", "【简讯】", "□ 东州短讯"])
def test_each_item_of_a_column_of_briefs_is_an_article(form: str, label: str) -> None:
    items = {
        "图书馆延长闭馆时间": "区图书馆自本月起闭馆时间由晚上6时延至晚上9时,周末不休息。",
        "三座天桥装上电梯": "中山路上的三座天桥加装的六部电梯昨日投入使用,每天运行到晚上11时。",
        "流动体检车进山区": "市人民医院的流动体检车开进大岭、双坑等六个山村,为老人免费体检。",
    }
    text = page(label, *(line for head, item in items.items() for line in (form.format(head), item)))
    articles = read_page(text).articles
    bare = form.replace("**", "").replace("### ", "")
    assert [article.title for article in articles] == [bare.format(head) for head in items]
    assert [article.kicker for article in articles] == [label, None, None]


def test_an_indent_begins_a_paragraph_where_the_page_indents() -> None:
    cut = THIRD[:20]
    indented = ["\u3000\u3000" + line for line in (LEAD, OTHER_SECOND, cut, SECOND[:20])]
    text = page("东州区图书馆新馆开馆", *indented, SECOND[20:])
    assert words(text, only(text), Role.PARAGRAPH)[1:] == [OTHER_SECOND, cut, SECOND]


def test_a_second_headline_may_begin_with_a_dash() -> None:
    article = only(page("巷子里的书香", "——东州区图书馆新馆见闻", "□记者/高远", SECOND, THIRD))
    assert article.title == "巷子里的书香 ——东州区图书馆新馆见闻"


def test_a_number_cut_at_its_point_is_joined() -> None:
    article_text = page("东州区图书馆新馆开馆", LEAD, "新馆总投资约2.", "4亿元,藏书六十万册。", THIRD)
    assert words(article_text, only(article_text), Role.PARAGRAPH)[1:] == ["新馆总投资约2.4亿元,藏书六十万册。", THIRD]


def test_questions_and_answers_are_paragraphs() -> None:
    lines = ["问:新馆几点开门?", "答:每天上午九时开门,晚上九时闭馆。"]
    text = page("东州区图书馆新馆开馆", LEAD, *lines)
    assert words(text, only(text), Role.PARAGRAPH)[1:] == lines


def test_numbered_lines_are_subheads_where_text_follows_each() -> None:
    text = page("东州区图书馆新馆开馆", LEAD, "一、藏书更丰富", SECOND, "二、服务更贴心", THIRD)
    assert words(text, only(text), Role.SUBHEAD) == ["一、藏书更丰富", "二、服务更贴心"]


def wrapped(text: str, width: int) -> list[str]:
    """Cut a paragraph, with its indent, into the lines of a column."""
    whole = "\u3000\u3000" + text
    return [whole[at : at + width] for at in range(0, len(whole), width)]


def test_the_lines_of_a_narrow_column_are_one_paragraph() -> None:
    column = [line for words in (LEAD, SECOND, THIRD) for line in wrapped(words, 16)]
    for gap in ("\n", "\n\n"):
        text = page("东州区图书馆新馆开馆", *column, gap=gap)
        article = only(text)
        assert (article.title, article.reporters) == ("东州区图书馆新馆开馆", ("高远",))
        assert words(text, article, Role.PARAGRAPH)[1:] == [SECOND, THIRD]


def test_two_reports_side_by_side_that_were_read_across_are_parted() -> None:
    left = [line for words in (LEAD, SECOND) for line in wrapped(words, 16)]
    right = [line for words in (OTHER, OTHER_SECOND) for line in wrapped(words, 16)]
    across = [line for pair in zip_longest(left, right) for line in pair if line]
    text = page("东州区图书馆新馆开馆", "西岭镇办农机展 备战春耕", *across, gap="\n")
    first, second = read_page(text).articles
    assert (first.title, second.title) == ("东州区图书馆新馆开馆", "西岭镇办农机展 备战春耕")
    assert (first.reporters, second.reporters) == (("高远",), ("方圆",))
    assert words(text, first, Role.PARAGRAPH)[1:] == [SECOND]
    assert words(text, second, Role.PARAGRAPH)[1:] == [OTHER_SECOND]
    # Each line of the column is a span of its own: the other column's lines stand between them.
    assert [len(block.spans) for block in second.blocks if block.role is Role.PARAGRAPH] == [3, 2]


@pytest.mark.parametrize(
    "line",
    [
        "- 7 -", "第6版", "A03版 要闻", "东州日报 A4 社会", "新闻热线:0750-3321100", "www.paper.example",
        "电话:3321100 投稿邮箱:news@paper.example", "东州日报 2023年3月6日 星期一 第6版", "责任编辑:方圆 美编:高远 校对:林小溪",
    ],
)  # fmt: skip
def test_lines_of_the_page_part_no_articles_and_join_none(line: str) -> None:
    text = page(line, "东州区图书馆新馆开馆", LEAD, SECOND, line, "西岭镇办农机展 备战春耕", OTHER, OTHER_SECOND, line)
    first, second = read_page(text).articles
    assert (first.title, second.title) == ("东州区图书馆新馆开馆", "西岭镇办农机展 备战春耕")
    assert words(text, first, Role.PARAGRAPH)[1:] == [SECOND]
    assert words(text, second, Role.PARAGRAPH)[1:] == [OTHER_SECOND]


@pytest.mark.parametrize(
    ("right", "wrong"), [("记者", "纪者"), ("通讯员", "通汛员"), ("日报讯", "日报汛"), ("记者", "记音")]
)
def test_fixed_words_are_known_with_one_wrong_character(right: str, wrong: str) -> None:
    text = page("东州区图书馆新馆开馆", LEAD.replace(right, wrong), SECOND)
    article = only(text)
    assert article.byline == "东州日报讯(记者/高远 通讯员/林小溪)".replace(right, wrong)
    assert (article.reporters, article.correspondents) == (("高远",), ("林小溪",))


def test_a_headline_under_a_label_may_stand_inside_another_sentence() -> None:
    feature = "老街的拐角有一间小店,玻璃柜里躺着几十块停了的手表。"
    text = page(
        "西岭镇办农机展", OTHER, OTHER_SECOND[:17], "■ 人物", "第四十个秋天", OTHER_SECOND[17:],
        "东州日报讯(记者/程亦凡)" + feature, THIRD,
    )  # fmt: skip
    first, second = read_page(text).articles
    assert (second.kicker, second.title) == ("■ 人物", "第四十个秋天")
    assert words(text, first, Role.PARAGRAPH)[1:] == [OTHER_SECOND]
    assert words(text, second, Role.PARAGRAPH) == [feature, THIRD]


@pytest.mark.parametrize("form", ["{}、", "({})", "第{},"])
def test_an_item_of_a_list_does_not_go_on_from_the_one_before(form: str) -> None:
    items = [form.format(number) + words for number, words in zip("一二", ("带好雨具;", "关好门窗。"), strict=True)]
    text = page("东州区图书馆新馆开馆", *("\u3000\u3000" + line for line in (LEAD, "气象部门提醒:", *items)))
    assert words(text, only(text), Role.PARAGRAPH)[-2:] == items
