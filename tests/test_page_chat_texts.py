"""The chat page's pure parts, run in the browser: places in code points, copies with citations, dates as people write them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from api_support import GOLDEN, Json, RunningServer
from page_support import ask, module, opened
from playwright.sync_api import Browser, Page, expect

from qa.places import stored_spans
from qa.reading import readable

pytest_plugins = ["api_fixtures", "page_fixtures"]

CITATION: Json = {
    "marker": 1, "document_id": "d1", "passage_id": "p1", "file": "a.txt", "page": None, "publication": "江门日报",
    "published": "2023-07", "title": "社区治理从“一枝独秀”到*满园*春色", "byline": "江门日报讯(记者/陈婵)", "event_date": None,
    "paragraph": 20, "spans": [[0, 3]], "quote": "第一句", "note": "“袁加伟”应为“聂加伟” (printed 袁加伟, should read 聂加伟)",
    "url": "https://qa.example/documents/d1#p20",
    "also_in": [],
}  # fmt: skip
BARE: Json = CITATION | {
    "marker": 2, "publication": None, "published": None, "title": None, "byline": None, "note": None, "page": 3,
    "url": "https://qa.example/documents/d2#p1", "paragraph": 1,
}  # fmt: skip
ANSWER: Json = {"question": "谁<聘>的?", "answer": "“第一句。”[1]\n“第二_句_。”[2]", "citations": [CITATION, BARE]}


@pytest.fixture(scope="module")
def still(browser: Browser, server: RunningServer) -> Iterator[Page]:
    """A page of which only the modules are used."""
    with opened(browser, server.url) as one:
        one.goto("/")
        yield one


def cited(page: Page, cases: list[Any]) -> Any:
    return module(page, "places", "given.map((one) => it.citedPlaces(...one))", cases)


def test_cited_words_are_found_in_the_text_of_every_passage(still: Page, client: httpx.Client) -> None:
    """Oracle: from a part of the text to the stored spans with the service's own function, and back with the page's."""
    draw, cases, expected = random.Random(7), [], []
    for summary in client.get("/v1/documents").json()["documents"]:
        document = client.get(f"/v1/documents/{summary['id']}").json()
        for passage in (one for article in document["articles"] for one in article["passages"]):
            text, quote, spans = passage["text"], passage["quote"], passage["spans"]
            start = draw.randrange(len(text))
            end = draw.randrange(start, len(text)) + 1
            if part := text[start:end].strip():
                start += len(text[start:end]) - len(text[start:end].lstrip())
                cases.append([text, quote, spans, stored_spans([(s, e) for s, e in spans], quote, text, start, end)])
                expected.append([[start, start + len(part)]])
    assert sum(len(spans) > 1 for _, _, spans, _ in cases) > 20
    assert cited(still, cases) == expected


def test_places_count_code_points_through_several_spans_and_blanks(still: Page) -> None:
    stored = "😀江\u3000海\n区\x1f有𠮷家 LED lights\n企业。Ω另一栏。后\ufeff来又有20家。"
    first, second = stored.index("Ω"), stored.index("后")
    spans = [[0, first], [second, len(stored)]]
    quote = "".join(stored[start:end] for start, end in spans)
    text = readable(stored, [(s, e) for s, e in spans])
    assert text == "😀江海区有𠮷家LED lights企业。后\ufeff来又有20家。"
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            if text[start] != " " and text[end - 1] != " ":
                wanted = stored_spans([(s, e) for s, e in spans], quote, text, start, end)
                if (start * 31 + end) % 7 == 0:
                    assert cited(still, [[text, quote, spans, wanted]]) == [[[start, end]]]
    parts = module(still, "places", "it.cut(given, [[0, 1], [5, 6]])", text)
    assert "".join(part["text"] for part in parts) == text
    assert [part["text"] for part in parts if part["marked"]] == ["😀", "𠮷"]


def test_texts_that_do_not_fit_together_mark_nothing(still: Page) -> None:
    assert cited(still, [["甲乙", "甲乙丙", [[0, 3]], [[0, 1]]], ["甲乙", "甲乙", [[0, 3]], [[0, 1]]]]) == [None, None]


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "zh-CN",
            "问：谁<聘>的?\n\n答：“第一句。”[1]\n“第二_句_。”[2]\n\n"
            "[1] 江门日报 · 2023年7月 · 社区治理从“一枝独秀”到*满园*春色 · 江门日报讯(记者/陈婵) · 第 20 段\n"
            "    “袁加伟”应为“聂加伟”\n    https://qa.example/documents/d1#p20\n"
            "[2] 第 3 页 · 第 1 段\n    https://qa.example/documents/d2#p1",
        ),
        (
            "en",
            "Q: 谁<聘>的?\n\nA: “第一句。”[1]\n“第二_句_。”[2]\n\n"
            "[1] 江门日报 · July 2023 · 社区治理从“一枝独秀”到*满园*春色 · 江门日报讯(记者/陈婵) · paragraph 20\n"
            "    printed 袁加伟, should read 聂加伟\n    https://qa.example/documents/d1#p20\n"
            "[2] p. 3 · paragraph 1\n    https://qa.example/documents/d2#p1",
        ),
    ],
)
def test_an_answer_as_plain_text(still: Page, lang: str, expected: str) -> None:
    assert module(still, "citing", "it.plainText(...given)", [ANSWER, lang]) == expected


@pytest.mark.parametrize(
    ("note", "zh", "en"),
    [
        (
            "“一(二)三”应为“一二三” (printed 一(二)三, should read 一二三)",
            "“一(二)三”应为“一二三”",
            "printed 一(二)三, should read 一二三",
        ),
        (
            "“甲”应为“乙” (printed 甲, should read 乙); “丙”应为“丁” (printed 丙, should read 丁)",
            "“甲”应为“乙”；“丙”应为“丁”",
            "printed 甲, should read 乙; printed 丙, should read 丁",
        ),
        ("“甲”应为“乙” (known from page 2)", "“甲”应为“乙” (known from page 2)", "“甲”应为“乙” (known from page 2)"),
        (None, None, None),
    ],
)
def test_a_note_is_told_in_the_readers_language(still: Page, note: str | None, zh: str | None, en: str | None) -> None:
    told = "[it.noteText(given, 'zh-CN'), it.noteText(given, 'en')]"
    assert module(still, "citing", told, note) == [zh, en]


def test_only_what_the_answer_does_not_tell_of_misprints_is_told_beside_it(still: Page) -> None:
    note = "“甲”应为“乙” (printed 甲, should read 乙)"
    asked = [
        ["“甲。”[1](原文误植:“甲”应为“乙”)", note], ["“甲。”[1] (misprint: “甲” should read “乙”)", note], ["甲。[1]", note],
        ["“甲。”[1]", "known from page 2"], ["“甲。”[1]", None],
    ]  # fmt: skip
    untold = module(still, "citing", "given.map(([answer, note]) => it.untold(answer, { note }))", asked)
    assert untold == [None, None, note, "known from page 2", None]
    copied = ANSWER | {"answer": "“袁加伟。”[1](原文误植:“袁加伟”应为“聂加伟”)", "citations": [CITATION]}
    for form in ("plainText", "markdown"):
        assert module(still, "citing", f"it.{form}(...given)", [copied, "zh-CN"]).count("聂加伟") == 1


def test_an_answer_as_markdown(still: Page) -> None:
    assert module(still, "citing", "it.markdown(...given)", [ANSWER, "zh-CN"]) == (
        "**谁\\<聘\\>的?**\n\n"
        "“第一句。”[\\[1\\]](https://qa.example/documents/d1#p20)\n\n"
        "“第二\\_句\\_。”[\\[2\\]](https://qa.example/documents/d2#p1)\n\n"
        "1. [江门日报 · 2023年7月 · 社区治理从“一枝独秀”到\\*满园\\*春色 · 江门日报讯(记者/陈婵) · 第 20 段]"
        "(https://qa.example/documents/d1#p20)  \n   “袁加伟”应为“聂加伟”\n"
        "2. [第 3 页 · 第 1 段](https://qa.example/documents/d2#p1)"
    )


@pytest.mark.parametrize(
    ("changes", "details", "expected"),
    [
        (
            {},
            {"authors": ["陈婵"], "section": "今日江海"},
            "[1] 陈婵. 社区治理从“一枝独秀”到*满园*春色[N/OL]. 江门日报, 2023-07[2026-02-03]. https://qa.example/documents/d1#p20",
        ),
        (
            {"url": None, "published": "2023-07-24"},
            {"authors": ["胡晴晴", "何榕", "陈婵", "钟晓"], "section": "A03版"},
            "[1] 胡晴晴, 何榕, 陈婵, 等. 社区治理从“一枝独秀”到*满园*春色[N]. 江门日报, 2023-07-24(A03).",
        ),
        (
            {"url": None, "published": "2023", "publication": None},
            {"authors": ["甲", "乙", "丙"], "section": None},
            "[1] 甲, 乙, 丙. 社区治理从“一枝独秀”到*满园*春色[N]. 2023.",
        ),
        (
            {"url": None, "published": None},
            {"authors": [], "section": "3"},
            "[1] 社区治理从“一枝独秀”到*满园*春色[N]. 江门日报.",
        ),
        ({"url": None, "published": None, "publication": None, "title": None}, {"authors": []}, "[1] [N]."),
    ],
)
def test_a_citation_by_gbt_7714_leaves_out_what_is_not_known(
    still: Page, changes: Json, details: Json, expected: str
) -> None:
    given = [CITATION | changes, details, "2026-02-03"]
    assert module(still, "citing", "it.gbtEntry(...given)", given) == expected


def test_the_buttons_copy_the_answer_shown(page: Page, server: RunningServer) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, GOLDEN)
    for name in ("纯文本", "Markdown", "GB/T 7714"):
        copies = page.get_by_role("button", name=f"复制: {name}")
        copies.click()
        expect(copies).to_have_text("已复制")
        text = page.evaluate("navigator.clipboard.readText()")
        assert "第一批20名培训教师" in text
        assert f"{server.url}/documents/" in text
    title = "江海区社区党建学院成立 社区治理从“一枝独秀”到“满园春色”"
    today = page.evaluate("new Date().toLocaleDateString('sv')")
    assert f"[1] 陈婵. {title}[N/OL]. 江门日报, 2023-07[{today}]. {server.url}/documents/" in text


def test_an_answer_is_copied_where_the_browser_has_no_clipboard_interface(page: Page) -> None:
    """As on every page that is not served over HTTPS, nor from this machine."""
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.reload()
    ask(page, GOLDEN)
    page.get_by_role("button", name="复制: 纯文本").click()
    expect(page.locator("#spoken")).to_contain_text("已复制")
    page.locator("#question").focus()
    page.keyboard.press("Control+V")
    assert page.locator("#question").input_value().startswith(f"问：{GOLDEN}\n\n答：“当日,")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("", ""), ("2023", "2023"), ("2023年", "2023"), (" 2023-7 ", "2023-07"), ("2023/07/04", "2023-07-04"),
        ("2023.7", "2023-07"),
        ("202307", "2023-07"), ("20230724", "2023-07-24"), ("2023年7月24日", "2023-07-24"), ("2023年7月", "2023-07"),
        ("２０２３－０７", "2023-07"), ("2023-13", None), ("2023-02-30", None), ("2024-02-29", "2024-02-29"), ("23-07", None),
        ("七月", None), ("0000", None), ("2023-", None),
    ],
)  # fmt: skip
def test_dates_are_read_as_people_write_them(still: Page, written: str, read: str | None) -> None:
    assert module(still, "narrowing", "it.readDate(given)", written) == read


@pytest.mark.parametrize(
    ("one", "other", "ordered"),
    [("2023", "2023-07", True), ("2023-07", "2023", True), ("2024", "2023-07", False), ("", "2023", True)],
)
def test_partial_dates_are_in_order_when_they_overlap(still: Page, one: str, other: str, ordered: bool) -> None:
    assert module(still, "narrowing", "it.inOrder(...given)", [one, other]) is ordered
