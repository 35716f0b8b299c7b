"""The pages in a real browser: ask, read the answer, follow a citation to the marked text."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from api_support import GOLDEN, ROOT, RunningServer, start_server
from page_support import browser_or_reason
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

pytest_plugins = ["api_fixtures"]
PHONE = {"width": 375, "height": 812}
ODD = """# 江海区无人机队成立 <img src=x onerror=alert(1)>

江门日报讯(记者/陈婵)7月19日,😀😀江海区无人机队正式成立,共有<b onclick=alert(1)>120架</b>无人机。

区农业农村局有关负责人表示,😀无人机队将为江海区的农户提供播种、施肥、巡查等服务,提高农业生产的效率。
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        one = browser_or_reason(playwright)
        yield one
        one.close()


def opened(browser: Browser, server: RunningServer) -> Iterator[Page]:
    """Open a page; fail for an error in a script, a refused resource or a request to another host."""
    context = browser.new_context(base_url=server.url, locale="zh-CN")
    one = context.new_page()
    faults: list[str] = []
    own = urlsplit(server.url).netloc

    def logged(message: ConsoleMessage) -> None:
        # The browser itself logs every refusal; what the page makes of one is a test's business.
        if message.type == "error" and "status of 422" not in message.text:
            faults.append(message.text)

    one.on("console", logged)
    one.on("pageerror", lambda error: faults.append(str(error)))
    one.on("request", lambda request: faults.append(request.url) if urlsplit(request.url).netloc != own else None)
    yield one
    context.close()
    assert faults == []


@pytest.fixture
def page(browser: Browser, server: RunningServer) -> Iterator[Page]:
    yield from opened(browser, server)


@pytest.fixture
def odd_page(browser: Browser, odd_server: RunningServer) -> Iterator[Page]:
    yield from opened(browser, odd_server)


def ask(page: Page, question: str) -> None:
    page.goto("/")
    page.fill("#question", question)
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer")


def test_a_question_is_answered_and_its_citation_leads_to_the_marked_text(page: Page) -> None:
    ask(page, GOLDEN)
    expect(page.locator(".answer .text")).to_contain_text("第一批20名培训教师")
    expect(page.locator(".sources")).to_contain_text("江门日报 · 2023年7月")
    page.locator(".marker").first.click()
    mark = page.locator("mark").first
    expect(mark).to_contain_text("第一批20名培训教师")
    expect(mark).to_be_in_viewport()
    assert page.url.split("#")[1].startswith("p")
    page.go_back()
    expect(page.locator(".answer .text")).to_contain_text("第一批20名培训教师")


@pytest.fixture(scope="module")
def odd_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server over one document with markup in its text, and characters that count twice in JavaScript."""
    seeds = tmp_path_factory.mktemp("seeds")
    (seeds / "odd.txt").write_text(ODD, encoding="utf-8")
    running = start_server(tmp_path_factory.mktemp("odd"), settings={"SEEDS_DIR": str(seeds)})
    yield running
    running.stop()


def test_text_of_documents_is_never_markup(odd_page: Page) -> None:
    ask(odd_page, "无人机队有多少架无人机")
    expect(odd_page.locator(".passages")).to_contain_text("<b onclick=alert(1)>120架</b>")
    expect(odd_page.locator("main b")).to_have_count(0)
    odd_page.locator(".passages .headline").first.click()
    expect(odd_page.locator("article").first).to_contain_text("<b onclick=alert(1)>120架</b>")
    expect(odd_page.locator("article b")).to_have_count(0)


def test_highlights_count_code_points(odd_page: Page, odd_server: RunningServer) -> None:
    ask(odd_page, "无人机队有多少架无人机")
    asked = {"question": "无人机队有多少架无人机"}
    passages = httpx.post(f"{odd_server.url}/v1/ask", json=asked, trust_env=False).json()["passages"]
    assert any("😀" in passage["text"] and passage["highlights"] for passage in passages)
    for number, passage in enumerate(passages):
        marks = odd_page.locator(".passages li").nth(number).locator("mark").all_text_contents()
        assert marks == [passage["text"][start:end] for start, end in passage["highlights"]]


def test_an_unanswerable_question_says_so_and_shows_the_nearest_passages(page: Page) -> None:
    ask(page, "《红楼梦》的作者是谁?")
    expect(page.locator(".answer.none")).to_have_count(1)
    expect(page.locator(".passages li").first).to_be_visible()


def test_the_language_can_be_switched_and_is_remembered(page: Page) -> None:
    ask(page, GOLDEN)
    page.click("#language")
    expect(page.locator("h1")).to_have_text("Ask Jianghai")
    expect(page.locator(".sources")).to_contain_text("July 2023")
    assert page.locator("html").get_attribute("lang") == "en"
    page.goto("/")
    expect(page.locator("#send")).to_have_text("Ask")


def test_a_refusal_of_the_service_is_told(page: Page) -> None:
    page.goto("/")
    page.evaluate("document.getElementById('question').removeAttribute('maxlength')")
    page.fill("#question", "字" * 1001)
    page.keyboard.press("Enter")
    expect(page.locator("#state.fault")).to_contain_text("expected text of 1 to 1000 characters")
    expect(page.locator("#send")).to_be_enabled()


@pytest.mark.parametrize("path", ["/", "/docs", "/documents/{id}"])
def test_pages_fit_a_phone_and_can_be_read_aloud(page: Page, client: httpx.Client, path: str) -> None:
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    page.goto(path.format(id=client.get("/v1/documents").json()["documents"][0]["id"]))
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.locator("h1").count() == 1
    assert page.locator("main").count() == 1
    assert page.locator("html").get_attribute("lang")
    assert page.title()
    controls = "[...document.querySelectorAll('button, a[href], input')]"
    unnamed = f"{controls}.filter(e => !e.innerText.trim() && !e.labels?.length)"
    assert page.evaluate(f"{unnamed}.length") == 0


def test_the_api_page_shows_every_operation(page: Page, client: httpx.Client) -> None:
    page.goto("/docs")
    page.wait_for_selector("section")
    text = page.locator("main").inner_text()
    for path in client.get("/openapi.json").json()["paths"]:
        assert path in text


def test_the_reading_page_is_whole_without_scripts(
    browser: Browser, server: RunningServer, client: httpx.Client
) -> None:
    citation = client.post("/v1/ask", json={"question": GOLDEN}).json()["citations"][0]
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(citation["url"])
    target = page.locator(":target + [data-p]")
    assert "第一批20名培训教师" in target.inner_text()
    expect(target).to_be_in_viewport()
    context.close()


def test_the_pages_weigh_under_100_kb() -> None:
    assert sum(file.stat().st_size for file in (ROOT / "api" / "static").iterdir()) < 100_000
