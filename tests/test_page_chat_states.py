"""The chat page while an answer comes, and when it does not: streaming, stopping, and every way of failing."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from api_support import GOLDEN, start_server
from model_server import Say, model_server
from page_proxy import Proxy
from page_support import ask, module, opened
from playwright.sync_api import Browser, Page, Route, expect

pytest_plugins = ["api_fixtures", "page_fixtures"]
SCHOOL = "景贤小学北校区什么时候投入使用"
FIRST = "“目前,这两所新学校在如火如荼建设中,计划明年9月投入使用。”1"


def begin(page: Page) -> None:
    page.fill("#question", SCHOOL)
    page.keyboard.press("Enter")


def test_an_answer_appears_sentence_by_sentence(slow_page: Page, slow: Proxy) -> None:
    begin(slow_page)
    expect(slow_page.locator(".thinking")).to_have_text("正在查找……")
    slow.allow(1)
    expect(slow_page.locator(".thinking")).to_have_text("找到 5 个段落，正在作答……")
    expect(slow_page.locator(".turn summary")).to_have_text("相关段落 (5)")
    expect(slow_page.locator(".text p")).to_have_count(0)
    slow.allow(1)
    expect(slow_page.locator(".text p")).to_have_text([FIRST])
    slow_page.locator(".turn summary").click()
    slow.allow(1)
    expect(slow_page.locator(".text p")).to_have_count(2)
    expect(slow_page.locator("button.marker")).to_have_count(0)
    slow.allow(1)
    expect(slow_page.locator("button.marker")).to_have_count(2)
    expect(slow_page.locator(".thinking")).to_have_count(0)
    # What a reader has opened meanwhile stays open.
    expect(slow_page.locator("ol.passages")).to_be_visible()
    expect(slow_page.locator("#send")).to_be_visible()


@pytest.mark.parametrize("form", ["/", "/?embed=1"])
def test_an_answer_can_be_stopped_and_asked_for_again(slow_page: Page, slow: Proxy, form: str) -> None:
    slow_page.goto(form)
    begin(slow_page)
    slow.allow(2)
    expect(slow_page.locator(".text p")).to_have_count(1)
    slow_page.click("#stop")
    expect(slow_page.locator(".fault p")).to_have_text("已停止。出处要随完整的回答才来；再试一次即可核对。")
    expect(slow_page.locator(".text p")).to_have_text([FIRST.rstrip("1")])
    expect(slow_page.locator("#send")).to_be_visible()
    slow.allow(10)
    slow_page.click(".again")
    expect(slow_page.locator("button.marker")).to_have_count(2)
    expect(slow_page.locator(".turn")).to_have_count(1)


def test_a_stream_that_breaks_off_keeps_what_came(slow_page: Page, slow: Proxy) -> None:
    begin(slow_page)
    slow.allow(2)
    expect(slow_page.locator(".text p")).to_have_count(1)
    slow.break_off()
    expect(slow_page.locator(".fault")).to_contain_text("连接中断，回答不完整。出处要随完整的回答才来")
    expect(slow_page.locator(".text p")).to_have_text([FIRST.rstrip("1")])
    slow_page.reload()
    expect(slow_page.locator(".fault")).to_contain_text("连接中断，回答不完整。")
    slow.allow(10)
    slow_page.click(".again")
    expect(slow_page.locator("button.marker")).to_have_count(2)


def test_a_fault_within_the_stream_is_told(page: Page) -> None:
    events = (
        'event: delta\ndata: {"text":"“第一句。”"}\n\nevent: error\ndata: {"error":{"message":"found a fault"}}\n\n'
    )
    page.route("**/v1/ask", lambda route: route.fulfill(content_type="text/event-stream", body=events))
    ask(page, GOLDEN)
    expect(page.locator(".fault")).to_contain_text("服务出了错")
    expect(page.locator(".fault")).not_to_contain_text("出处")
    expect(page.locator(".text")).to_have_text("“第一句。”")


def test_offline_keeps_the_question_and_offers_to_try_again(page: Page) -> None:
    page.context.set_offline(True)
    ask(page, GOLDEN)
    expect(page.locator(".fault")).to_contain_text("联系不上服务")
    expect(page.locator(".bubble")).to_contain_text(GOLDEN)
    page.context.set_offline(False)
    page.click(".again")
    expect(page.locator(".text")).to_contain_text("20名培训教师")
    expect(page.locator(".turn")).to_have_count(1)


def test_too_many_questions_count_down_to_the_next_try(page: Page) -> None:
    def refused(route: Route) -> None:
        route.fulfill(status=429, headers={"Retry-After": "30"}, json={"error": {"code": "x", "message": "found many"}})

    page.clock.install()
    page.reload()
    page.route("**/v1/ask", refused)
    ask(page, GOLDEN)
    expect(page.locator(".fault")).to_contain_text(re.compile("提问太频繁，请在 (30|2[0-9]) 秒后再试。"))
    expect(page.locator(".again")).to_be_disabled()
    page.clock.fast_forward(20_000)
    expect(page.locator(".fault")).to_contain_text(re.compile("请在 (10|[1-9]) 秒后再试。"))
    expect(page.locator(".again")).to_be_disabled()
    page.clock.fast_forward(11_000)
    page.unroute("**/v1/ask")
    expect(page.locator(".again")).to_be_enabled()
    expect(page.locator("#spoken")).to_have_text("现在可以再试了。")
    page.click(".again")
    expect(page.locator(".text")).to_contain_text("20名培训教师")


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (503, '{"error":{"message":"found it not ready"}}', "服务还没有准备好，请稍后再试。 found it not ready"),
        (
            503,
            '{"error":{"code":"not_ready","message":"found no index"}}',
            "服务还没有准备好，请稍后再试。 found no index",
        ),
        (502, "<html>Bad Gateway</html>", "服务还没有准备好，请稍后再试。"),
        (500, "", "服务出了错，没能完成回答。"),
        (
            413,
            '{"error":{"code":"too_large","message":"found 2 MB"}}',
            "内容太长，服务没有接受；请缩短问题，或开始新对话。 found 2 MB",
        ),
        (
            418,
            '{"error":{"code":"odd","message":"found 袁, expected 聂"}}',
            "服务没有接受这个问题。 found 袁, expected 聂",
        ),
    ],
)
def test_other_refusals_have_words_of_their_own(page: Page, status: int, body: str, said: str) -> None:
    page.route("**/v1/ask", lambda route: route.fulfill(status=status, body=body))
    ask(page, GOLDEN)
    expect(page.locator(".fault p")).to_have_text(said)
    expect(page.locator(".again")).to_be_enabled()


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ("/?embed=1&lang=zh", "这个问题或所设的筛选有不合规定之处，请改一改再问。"),
        ("/?lang=en", "Something in this question or its filter is not allowed; please change it and ask again."),
    ],
)
def test_what_the_service_itself_refuses_is_told_in_the_readers_language_first(
    page: Page, form: str, sentence: str
) -> None:
    def spoilt(route: Route) -> None:
        route.continue_(post_data=json.dumps({"question": GOLDEN, "top_k": 99, "stream": True}))

    page.goto(form)
    page.route("**/v1/ask", spoilt)
    ask(page, GOLDEN)
    expect(page.locator(".fault p")).to_contain_text(sentence + " ")
    expect(page.locator(".fault small")).to_contain_text("top_k: found 99")
    size = "parseFloat(getComputedStyle(document.querySelector('.fault {}')).fontSize)"
    assert page.evaluate(f"{size.format('small')} < {size.format('p')}")


def test_what_became_of_a_language_models_answer_is_told_below_it(
    browser: Browser, seeded_dir: Path, tmp_path: Path
) -> None:
    with model_server() as model:
        folder = Path(shutil.copytree(seeded_dir, tmp_path / "data"))
        running = start_server(folder, settings=model.settings())
        model.answers = [
            Say(pieces=("当日,江海区社区党建学院正式揭牌[1]。", "第一批聘请了20"), finish=None),
            Say(status=500),
        ]
        try:
            with opened(browser, running.url) as page:
                ask_in(page, "/")
                expect(page.locator(".notice")).to_have_text("语言模型的回答中途断了,以上各句都已用原文核对。")
                expect(page.locator(".by")).to_contain_text("由语言模型根据原文撰写，逐句核对")
                ask_in(page, "/?embed=1")
                expect(page.locator(".turn:last-child .notice")).to_have_text("语言模型没有作答,以下为原文摘录。")
                expect(page.locator(".turn:last-child .by")).to_contain_text("原文摘录")
        finally:
            running.stop()


def ask_in(page: Page, form: str) -> None:
    page.goto(form)
    ask(page, GOLDEN)


def test_a_question_that_is_too_long_is_not_sent(page: Page) -> None:
    page.fill("#question", "😀" * 1001)
    expect(page.locator("#count")).to_have_text("问题最多 1000 个字，现在是 1001 个，请缩短。")
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.locator("#spoken")).to_contain_text("问题最多 1000 个字")
    page.fill("#question", "😀" * 1000)
    expect(page.locator("#count")).to_have_text("1000 / 1000")
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.locator(".copy, .verdict")).to_be_visible()


def test_retry_after_is_seconds_or_a_date(page: Page) -> None:
    asked = "[it.untilOf('7', 1000), it.untilOf('Thu, 01 Jan 1970 00:00:09 GMT', 1000), it.untilOf('soon'), it.untilOf(null)]"
    assert module(page, "asking", asked) == [8000, 9000, None, None]


def test_events_are_read_however_they_are_cut(page: Page) -> None:
    stream = (
        ": a comment\n\nevent: delta\r\ndata: {\"a\":\r\ndata:  \"江\"}\r\n\r\ndata:plain\rid: 3\r\rdata\n\n"
        "event: nothing\n\nevent: last\ndata: 😀\n\ndata: cut off"
    )  # fmt: skip
    feed = "(() => { const p = new it.EventParser(); return given.flatMap((text) => p.feed(text)); })()"
    for size in (1, 2, 3, 7, 1000):
        cut = [stream[at : at + size] for at in range(0, len(stream), size)]
        assert module(page, "events", feed, cut) == [
            {"name": "delta", "data": '{"a":\n "江"}'},
            {"name": "message", "data": "plain"},
            {"name": "message", "data": ""},
            {"name": "last", "data": "😀"},
        ], f"cut after every {size} characters"
