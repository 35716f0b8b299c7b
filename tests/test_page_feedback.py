"""Readers judge answers on the chat page: nothing is sent before they say so, and they can take it back."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from api_support import GOLDEN, RunningServer, start_server
from page_support import PHONE, ask, opened
from playwright.sync_api import Browser, Locator, Page, Route, expect
from test_page_chat_looks import faults

pytest_plugins = ["page_fixtures"]
NOWHERE = "《红楼梦》的作者是谁?"


@pytest.fixture(scope="module")
def judged(seeded_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server of this file's own: the others only read."""
    running = start_server(Path(shutil.copytree(seeded_dir, tmp_path_factory.mktemp("judged") / "data")))
    yield running
    running.stop()


@pytest.fixture
def api(judged: RunningServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=judged.url, timeout=30, trust_env=False) as client:
        yield client
        client.delete("/v1/feedback")


@pytest.fixture
def page(browser: Browser, judged: RunningServer, api: httpx.Client) -> Iterator[Page]:
    with opened(browser, judged.url) as one:
        one.goto("/")
        yield one


def judging(page: Page) -> Locator:
    return page.locator(".turn:last-child .judging")


def kept(api: httpx.Client) -> list[dict[str, object]]:
    return list(api.get("/v1/feedback").json()["feedback"])


def refusing(status: int, code: str, headers: dict[str, str]) -> Callable[[Route], None]:
    """Return what answers for the service, which would say this only after much had happened."""
    body = {"error": {"code": code, "message": "m", "details": []}}
    return lambda route: route.fulfill(status=status, headers=headers, json=body)


def test_a_reader_judges_an_answer_and_takes_it_back(page: Page, api: httpx.Client) -> None:
    ask(page, GOLDEN)
    row = judging(page)
    down = row.get_by_role("button", name="没用")
    expect(row.get_by_role("button", name="有用")).to_have_attribute("aria-pressed", "false")
    down.click()
    expect(down).to_have_attribute("aria-pressed", "true")
    expect(down).to_be_focused()
    expect(row).to_contain_text("不记录你是谁")
    row.get_by_label("不完整").check()
    row.get_by_label("补充（可不填）").fill("还有第二批 <b>13812345678</b>")
    assert kept(api) == []
    row.get_by_role("button", name="提交评价").click()
    expect(row).to_contain_text("已收到你的评价：没用。谢谢！")
    expect(page.locator("#spoken")).to_contain_text("已收到你的评价")
    expect(row.get_by_role("button", name="撤回")).to_be_focused()
    (one,) = kept(api)
    assert (one["verdict"], one["reasons"], one["question"]) == ("down", ["incomplete"], GOLDEN)
    assert one["comment"] == "还有第二批 <b>[手机号/mobile]</b>"
    assert len(one["citations"]) == 1  # type: ignore[arg-type]
    page.reload()
    row.get_by_role("button", name="撤回").click()
    expect(page.locator("#spoken")).to_contain_text("已撤回，评价已删除。")
    expect(row.get_by_role("button", name="有用")).to_be_focused()
    assert kept(api) == []


def test_a_refusal_is_judged_by_keyboard_alone(page: Page, api: httpx.Client) -> None:
    page.click("#language")
    ask(page, NOWHERE)
    row = judging(page)
    row.get_by_role("button", name="No").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(row.get_by_label("the paper says it, but it was not found")).to_be_focused()
    page.keyboard.press("Space")
    for _ in range(4):
        page.keyboard.press("Tab")
    expect(row.get_by_role("button", name="Send")).to_be_focused()
    page.keyboard.press("Enter")
    expect(row).to_contain_text("Your verdict was received: No. Thank you!")
    (one,) = kept(api)
    assert (one["answerable"], one["reasons"], one["citations"]) == (False, ["not-answered-though-there"], [])


def test_what_was_begun_outlives_a_change_of_language(page: Page) -> None:
    ask(page, GOLDEN)
    row = judging(page)
    row.get_by_role("button", name="没用").click()
    row.get_by_label("答案不对").check()
    row.get_by_label("补充").fill("二十名?")
    page.click("#language")
    expect(row.get_by_label("wrong", exact=True)).to_be_checked()
    expect(row.get_by_label("More (optional)")).to_have_value("二十名?")
    row.get_by_role("button", name="No").click()
    expect(row.locator("form")).to_have_count(0)


def test_too_many_offline_and_off_are_told_in_words(page: Page) -> None:
    ask(page, GOLDEN)
    row = judging(page)
    row.get_by_role("button", name="有用").click()
    expect(row.get_by_role("checkbox")).to_have_count(0)
    send = row.get_by_role("button", name="提交评价")
    for status, code, headers, said in (
        (429, "too_many_requests", {"retry-after": "7"}, "评价太频繁，请在 7 秒后再试。"),
        (403, "feedback_off", {}, "这里现在不收评价。"),
        (503, "feedback_full", {}, "评价已存满"),
        (503, "feedback_unreadable", {}, "服务没有办成，请稍后再试。"),
    ):
        page.route("**/v1/feedback", refusing(status, code, headers))
        send.click()
        expect(row.locator(".fault")).to_contain_text(said)
        expect(send).to_be_focused()
        page.unroute("**/v1/feedback")
    page.context.set_offline(True)
    send.click()
    expect(row.locator(".fault")).to_have_text("联系不上服务，请稍后再试。")
    page.context.set_offline(False)
    send.click()
    expect(row.locator(".fault")).to_have_count(0)
    expect(row).to_contain_text("谢谢")


@pytest.mark.parametrize("address", ["/?lang=zh", "/?embed=1&lang=en&theme=dark"])
def test_judging_fits_a_phone_and_a_frame(
    browser: Browser, judged: RunningServer, api: httpx.Client, address: str
) -> None:
    with opened(browser, judged.url, viewport=PHONE) as page:
        page.goto(address)
        ask(page, GOLDEN)
        judging(page).get_by_role("button").last.click()
        expect(judging(page).locator("form")).to_be_visible()
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        judging(page).locator("form .again").click()
        expect(judging(page).locator("form")).to_have_count(0)
        assert [one["verdict"] for one in kept(api)] == ["down"]


def test_where_answers_are_not_judged_nothing_asks_for_it(page: Page) -> None:
    """The page that such a service sends lacks the one word: the tests of the API look at that."""

    def without(route: Route) -> None:
        answer = route.fetch()
        assert "<html data-feedback " in answer.text()
        route.fulfill(response=answer, body=answer.text().replace("data-feedback ", ""))

    page.route("**/", without)
    page.goto("/")
    ask(page, GOLDEN)
    expect(page.locator(".turn .copy")).to_have_count(1)
    expect(page.locator(".judging")).to_have_count(0)
