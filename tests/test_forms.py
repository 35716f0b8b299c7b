"""Documents of every form: what they say, in which order, on which page, and that it is cited to the letter."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from form_files import LISTED, Print, column, docx_of, epub_of, pdf_of, word_paragraph, word_table
from hypothesis import given
from hypothesis import strategies as st

from api.documents import _media_type
from qa.forms.convert import ocr_at_hand, read_form
from qa.forms.folders import documents_in
from qa.forms.html import page_blocks
from qa.forms.letters import clean, collapse
from qa.forms.records import Form, Stored
from qa.forms.writing import write
from qa.intake import Intake, take_in
from qa.records import Metadata, Role

HEAD = "东湖区图书馆新馆开馆"
BYLINE = "东湖日报讯（记者/李明）"
FIRST = "5月6日，东湖区图书馆新馆正式开馆，首日接待读者三千二百人，借出图书一万五千册，并为一百名小读者赠送了借书证。"
SECOND = "新馆位于东湖大道八号，建筑面积两万平方米，藏书八十万册，设有少儿阅览区、自习室和一座可容三百人的报告厅。"
THIRD = "闭馆日为每周一，法定节假日照常开放；读者凭身份证或市民卡入馆，十二岁以下儿童须由成人陪同，馆内不得饮食。"
CAPTION = "小读者在少儿阅览区挑书"
TABLE = (("楼层", "用途"), ("一层", "少儿阅览区"))


def taken(name: str, data: bytes) -> Intake:
    """Read a file, and check what holds for every form: exact quotes, and a role for every character."""
    intake = take_in(name, data, Metadata())
    text = intake.document.text
    for passage in intake.passages:
        assert "".join(text[start:end] for start, end in passage.spans) == passage.quote
    spans = sorted(span for article in intake.articles for block in article.blocks for span in block.spans)
    assert "".join("".join(text[s:e] for s, e in spans).split()) == "".join(text.split())
    return intake


def quotes(intake: Intake, role: Role) -> list[str]:
    text = intake.document.text
    blocks = [block for article in intake.articles for block in article.blocks if block.role is role]
    return ["".join(text[s:e] for s, e in block.spans).lstrip("# ") for block in blocks]


HTML = f"""<!DOCTYPE html><html><head><title>{HEAD} - 东湖在线</title><meta charset="%s"><style>p {{}}</style></head><body>
<header><a href="/">首页</a></header><nav><ul><li><a href="/a">要闻</a></li></ul></nav>
<div class="crumbs">您的位置：首页</div>
<article><h1>{HEAD}</h1><p>{BYLINE}{FIRST[:20]}
{FIRST[20:]}</p><p>{SECOND}</p>
<figure><img src="a.jpg" alt="x"><figcaption>{CAPTION}</figcaption></figure>
<table><tr><th>楼层</th><th>用途</th></tr><tr><td>一层</td><td>少儿阅览区</td></tr></table></article>
<ul><li><a>热点新闻一二三</a></li><li><a>热点新闻四五六</a></li><li><a>热点新闻七八九</a></li></ul>
<script>track("读者")</script><div id="footer">版权所有</div></body></html>"""


class TestWebPages:
    """HTML: the page without the site around it."""

    @pytest.mark.parametrize(("said", "encoding"), [("gb2312", "gb18030"), ("utf-8", "utf-8"), ("utf-8", "utf-16")])
    def test_a_page_is_read_as_the_report_that_it_is(self, said: str, encoding: str) -> None:
        intake = taken("page.html", (HTML % said).encode(encoding))
        document = intake.document
        assert document.media_type == "text/html"
        assert document.encoding == {"utf-16": "utf-16-le"}.get(encoding, encoding)
        assert document.converter is not None
        assert re.fullmatch(r"selectolax \d.*", document.converter)
        assert document.pages is None
        assert [article.title for article in intake.articles] == [HEAD]
        assert intake.articles[0].reporters == ("李明",)
        assert quotes(intake, Role.PARAGRAPH) == [FIRST, SECOND, "| 楼层 | 用途 |", "| 一层 | 少儿阅览区 |"]
        assert quotes(intake, Role.CAPTION) == ["▲" + CAPTION]
        for left_out in ("首页", "要闻", "热点", "版权", "track"):
            assert left_out not in document.text

    def test_a_page_of_nothing_but_links_is_still_read(self) -> None:
        links = "".join(f"<li><a href='/{n}'>{HEAD}第{n}天</a></li>" for n in range(4))
        assert f"{HEAD}第3天" in read_form(f"<html><body><ul>{links}</ul></body></html>".encode(), "a.html").text

    def test_line_ends_by_hand_part_paragraphs_only_where_an_indent_or_a_blank_line_follows(self) -> None:
        html = "<p>　　甲，<br>乙。<br>　　丙。<br><br>丁。</p>"
        assert write(page_blocks(html), 0)[0] == "　　甲，\n乙。\n\n　　丙。\n\n　　丁。\n"

    def test_lists_headings_and_bold_lines_keep_their_marks(self) -> None:
        html = "<h2>甲</h2><p><b>乙乙</b></p><ul><li>丙<li>丁<ol start=4><li><p>戊</p></ol></ul><pre>己\n庚</pre>"
        want = "## 甲\n\n**乙乙**\n\n　　- 丙\n\n　　- 丁\n\n　　4. 戊\n\n　　己\n庚\n"
        assert write(page_blocks(html), 0)[0] == want

    @given(st.lists(st.text("江海区会议召开 \n<&>p/b'\"=a", max_size=30), max_size=6))
    def test_any_page_gives_the_same_text_twice(self, texts: list[str]) -> None:
        html = "<div>".join(texts)
        assert write(page_blocks(html), 0) == write(page_blocks(html), 0)

    @given(st.lists(st.text("江海区委会议厚植底蕴，。“”abc123 ", min_size=1).filter(str.strip), min_size=1, max_size=5))
    def test_no_word_of_a_paragraph_is_lost(self, texts: list[str]) -> None:
        html = "".join(f"<p>{text}</p>" for text in texts)
        assert write(page_blocks(html), 0)[0].split() == " ".join(texts).split()


class TestMarkdown:
    """Markdown reads as the page does."""

    TEXT = (
        f'---\ntitle: "不用"\n---\n# {HEAD}\n\n{BYLINE}{FIRST[:25]}\n**{FIRST[25:40]}**{FIRST[40:]}\n\n## 馆舍\n\n'
        f"{SECOND[:9]}[{SECOND[9:14]}](https://example.org/a(b)){SECOND[14:]}\n\n- 周一闭馆\n- 周二开放\n\n"
        "| 楼层 | 用途 |\n|---|---|\n| 一层 | 少儿阅览区 |\n"
    )

    def test_marks_addresses_and_hard_line_ends_are_no_part_of_what_is_cited(self) -> None:
        intake = taken("a.md", self.TEXT.encode())
        assert (intake.document.media_type, intake.document.encoding) == ("text/markdown", "utf-8")
        assert intake.articles[0].title == HEAD
        assert quotes(intake, Role.PARAGRAPH)[:2] == [FIRST, SECOND]
        assert "| 一层 | 少儿阅览区 |" in quotes(intake, Role.PARAGRAPH)
        assert quotes(intake, Role.SUBHEAD) == ["馆舍"]
        assert "example" not in intake.document.text

    def test_a_title_before_the_text_is_its_headline(self) -> None:
        assert read_form(f"---\ntitle: '{HEAD}'\ntags: [a]\n---\n{FIRST}".encode(), "a.markdown").text == (
            f"# {HEAD}\n\n　　{FIRST}\n"
        )


class TestWholeParagraphs:
    """Where the form marks headlines and paragraphs, nothing is guessed from how lines look."""

    TEXT = (
        "# 办事指南\n\n联系电话：0750-1234567\n\n2024年5月6日 星期一\n\n## 材料\n\n1. 身份证\n2. 居住证明\n\n无\n\n"
        "| 事项 | 结果 |\n|---|---|\n| 甲 | 无 |\n| 甲 | 无 |\n\n东湖区图书馆新馆\\\n首日接待读者三千人。\n"
    )

    def test_short_lines_lists_and_rows_are_paragraphs_of_their_own(self) -> None:
        intake = taken("a.md", self.TEXT.encode())
        assert [article.title for article in intake.articles] == ["办事指南"]
        assert quotes(intake, Role.SUBHEAD) == ["材料"]
        assert quotes(intake, Role.PARAGRAPH) == [
            "联系电话：0750-1234567", "2024年5月6日 星期一", "1. 身份证", "2. 居住证明", "无",
            "| 事项 | 结果 |", "| 甲 | 无 |", "| 甲 | 无 |", "东湖区图书馆新馆首日接待读者三千人。",
        ]  # fmt: skip

    def test_nothing_of_them_is_lost_or_cut(self) -> None:
        intake = taken("a.md", self.TEXT.encode())
        assert not any(passage.cut or passage.beheaded for passage in intake.passages)
        assert not quotes(intake, Role.REPEAT)


class TestPdf:
    """PDF with a text layer: reading order, paragraphs over columns and pages, page numbers."""

    PAGES = (
        [
            Print(60, 800, 24, HEAD),
            *column(BYLINE + FIRST + SECOND, 60, 760, 20)[:5],
            *[Print(p.x + 250, p.y + 75, 10, p.text) for p in column(BYLINE + FIRST + SECOND, 60, 760, 20)[5:]],
            Print(290, 20, 9, "1"),
        ],
        [*column(THIRD, 60, 760, 40), Print(290, 20, 9, "2")],
    )

    def test_columns_pages_and_paragraphs_read_as_they_were_written(self) -> None:
        intake = taken("a.pdf", pdf_of(self.PAGES))
        document = intake.document
        assert (document.media_type, document.encoding) == ("application/pdf", None)
        assert document.converter is not None
        assert document.converter.startswith("pypdfium2 ")
        assert intake.articles[0].title == HEAD
        assert quotes(intake, Role.PARAGRAPH) == [FIRST + SECOND, THIRD]
        assert document.pages == (0, document.text.index("　　闭馆日为每"))

    def test_a_paragraph_goes_on_over_the_end_of_a_page(self) -> None:
        lines = column(FIRST + SECOND, 60, 760, 40)
        stored = read_form(pdf_of([lines[:2], [Print(p.x, p.y + 200, 10, p.text) for p in lines[2:]]]), "a.pdf")
        assert stored.text == f"　　{FIRST + SECOND}\n"
        assert stored.pages == (0, 2 + 38 + 40)

    def test_an_empty_page_counts(self) -> None:
        stored = read_form(pdf_of([column(FIRST, 60, 760, 40), [], column(SECOND, 60, 760, 40)]), "a.pdf")
        assert stored.text == f"　　{FIRST}\n\n　　{SECOND}\n"
        assert stored.pages == (0, len(FIRST) + 4, len(FIRST) + 4)

    @pytest.mark.parametrize("rotate", [0, 90, 180, 270])
    def test_what_is_shown_upright_is_read_upright(self, rotate: int) -> None:
        pages = [column(FIRST + SECOND, 60, 500, 40)]
        assert read_form(pdf_of(pages, rotate=rotate), "a.pdf").text == f"　　{FIRST + SECOND}\n"

    def test_running_heads_and_page_numbers_are_no_text(self) -> None:
        pages = [
            [Print(60, 815, 9, "东湖年鉴"), *column(f"{n}日。" + FIRST, 60, 760, 40), Print(290, 20, 9, f"- {n} -")]
            for n in "一二三四"
        ]
        text = read_form(pdf_of(pages), "a.pdf").text
        assert "年鉴" not in text
        assert " - " not in text
        assert text.count(FIRST) == 4


class TestWord:
    """DOCX: headings, paragraphs, lists, tables."""

    def test_a_document_is_read_in_order(self) -> None:
        body = (
            word_paragraph(HEAD, "1") + word_paragraph(BYLINE + FIRST) + word_paragraph("馆舍", "2")
            + word_paragraph(SECOND) + word_paragraph("周一闭馆", properties=LISTED) + word_table(TABLE)
        )  # fmt: skip
        intake = taken("a.docx", docx_of(body))
        assert intake.document.media_type == Form.DOCX.value
        assert intake.articles[0].title == HEAD
        assert intake.articles[0].byline == BYLINE
        assert quotes(intake, Role.PARAGRAPH) == [
            FIRST, SECOND, "- 周一闭馆", "| 楼层 | 用途 |", "| 一层 | 少儿阅览区 |",
        ]  # fmt: skip
        assert quotes(intake, Role.SUBHEAD) == ["馆舍"]


class TestBooks:
    """EPUB: chapters in the order of the spine."""

    def test_chapters_follow_the_spine(self) -> None:
        chapters = {"b": f"<h1>第一章</h1><p>{FIRST}</p>", "a": f"<h1>第二章</h1><p>{SECOND}</p>", "c": "<p>不读</p>"}
        intake = taken("a.epub", epub_of(chapters, ["b", "a", "b"]))
        assert intake.document.media_type == "application/epub+zip"
        assert intake.document.text == f"# 第一章\n\n　　{FIRST}\n\n# 第二章\n\n　　{SECOND}\n"
        assert [article.title for article in intake.articles] == ["第一章", "第二章"]


def drawn(text: str) -> bytes:
    """Draw two columns of text as a picture, or skip where no Chinese font is installed."""
    import io
    import shutil
    import subprocess

    pillow = pytest.importorskip("PIL.Image")
    from PIL import ImageDraw, ImageFont

    command = ["fc-match", "-f", "%{file}", ":lang=zh-cn"]
    file = (
        subprocess.run(command, capture_output=True, text=True, check=False).stdout if shutil.which("fc-match") else ""
    )
    if "CJK" not in file:
        pytest.skip("no Chinese font is installed that a picture could be drawn with")
    font = ImageFont.truetype(file, 28)
    picture = pillow.new("RGB", (900, 740), "white")
    draw = ImageDraw.Draw(picture)
    for number in range(0, len(text), 14):
        row = number // 14
        draw.text((30 + 460 * (row // 4), 30 + 60 * (row % 4)), text[number : number + 14], fill="black", font=font)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


class TestScans:
    """Pictures: their letters are read where the library for that is installed."""

    def test_columns_of_a_picture_are_read_one_after_the_other(self) -> None:
        if not ocr_at_hand():
            pytest.skip("the extra `ocr` is not installed")
        picture = drawn(SECOND)
        stored = read_form(picture, "scan.txt")
        wanted, got = ("".join(re.findall(r"[\u4e00-\u9fff]", text)) for text in (SECOND, stored.text))
        assert sum(a == b for a, b in zip(wanted, got, strict=False)) >= 0.9 * len(wanted)
        assert (stored.media_type, stored.pages) == ("image/png", (0,))
        assert stored.converter is not None
        assert stored.converter.startswith("rapidocr ")


class TestForm:
    """The form is what the content shows; the name decides where it is silent."""

    @pytest.mark.parametrize("name", ["a.txt", "a.md", "a", "a.docx", "a.jpeg"])
    def test_a_wrong_name_is_no_obstacle_to_what_content_shows(self, name: str) -> None:
        assert read_form(pdf_of([column(FIRST, 60, 760, 40)]), name).media_type == "application/pdf"

    def test_what_the_sender_says_counts_where_content_and_name_are_silent(self) -> None:
        assert read_form(f"**{HEAD}**".encode(), "a", "text/markdown; charset=utf-8") == Stored(
            f"**{HEAD}**\n", "utf-8", "text/markdown", read_form(b"x", "a.md").converter
        )
        assert read_form(f"**{HEAD}**".encode(), "a.txt", "text/markdown").text == f"**{HEAD}**"

    def test_text_is_stored_as_it_is(self) -> None:
        text = f"  {HEAD}\r\n\r\n**{FIRST}** <p>"
        assert read_form(text.encode("gb18030"), "a.txt") == Stored(text, "gb18030", "text/plain")

    def test_documents_of_a_folder_have_a_suffix_that_is_read_and_are_not_hidden(self, tmp_path: Path) -> None:
        for name in ("b.PDF", "a.md", "README.md", "README.zh-CN.md", "~$c.docx", ".x.txt", "d.csv", "catalog.toml"):
            (tmp_path / name).write_text("x", encoding="utf-8")
        for folder in ("deep", ".git"):
            (tmp_path / folder).mkdir()
            (tmp_path / folder / "e.html").write_text("x", encoding="utf-8")
        names = [str(path.relative_to(tmp_path)) for path in documents_in(tmp_path, deep=True)]
        assert names == ["a.md", "b.PDF", "deep/e.html"]
        assert [path.name for path in documents_in(tmp_path, deep=False)] == ["a.md", "b.PDF"]

    def test_an_original_is_sent_under_the_name_that_its_encoding_has_on_the_web(self) -> None:
        assert _media_type("text/html", "utf-16-le") == "text/html; charset=utf-16le"
        assert _media_type("text/markdown", "gb18030") == "text/markdown; charset=gb18030"
        assert _media_type("application/pdf", None) == "application/pdf"


class TestLetters:
    """Blanks and letters are repaired by one rule."""

    @pytest.mark.parametrize(
        ("written", "read"),
        [
            ("江海\n区", "江海区"),
            ("江海 区", "江海 区"),
            (" the\r\n new ", "the new"),
            ("有 LED\nlights", "有 LED lights"),
            ("\u3000\u3000甲\u00a0\n乙", "甲乙"),
        ],
    )
    def test_a_line_end_between_chinese_characters_is_nothing(self, written: str, read: str) -> None:
        assert collapse(written) == read

    def test_stand_ins_become_the_characters_and_what_is_unseen_goes(self) -> None:
        assert clean("\u2f2f\u4f5c e\u00adﬃcient\u200b\ufeff\x00") == "工作 efficient"

    @given(st.text("江海 \n\r\t\u3000\u00a0\u2028\u200b\x1c\x85\u2f2fﬁab-,。"))
    def test_repairing_twice_changes_nothing_more(self, text: str) -> None:
        once = collapse(clean(text))
        assert collapse(clean(once)) == once


def test_documents_of_several_forms_are_asked_and_cited_with_their_page(
    command: Callable[..., object], tmp_path: Path
) -> None:
    (tmp_path / "yearbook.pdf").write_bytes(pdf_of([column(FIRST, 60, 760, 40), column(SECOND, 60, 760, 40)]))
    (tmp_path / "rules.md").write_text(
        "# 借阅规定\n\n每位读者最多可以借图书十二册，\n期限四十五天。\n", encoding="utf-8"
    )
    ran = command("documents", "add", str(tmp_path), "--json")
    assert ran.code == 0, ran.err
    for question, file, page, sentence in (
        ("东湖区图书馆新馆的建筑面积是多少？", "yearbook.pdf", 2, SECOND),
        ("每位读者最多可以借多少册图书？", "rules.md", None, "每位读者最多可以借图书十二册，期限四十五天。"),
    ):
        answer = json.loads(command("ask", question, "--json").out)
        citation = answer["citations"][0]
        assert (citation["file"], citation["page"]) == (file, page)
        assert citation["quote"] == sentence
        text = json.loads(command("documents", "show", citation["document_id"], "--json").out)["text"]
        assert "".join(text[start:end] for start, end in citation["spans"]) == sentence
    assert "第2页 · 第2段 (yearbook.pdf" in command("search", "东湖区图书馆新馆的建筑面积").out
