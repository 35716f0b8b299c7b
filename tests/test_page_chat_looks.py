"""What every reader needs of the chat page: no fault for assistive technology, room to zoom, little to load."""

from __future__ import annotations

import httpx
import pytest
from api_support import GOLDEN, RunningServer
from page_support import DESK, PHONE, ask, faults, opened
from playwright.sync_api import Browser, Page, expect

pytest_plugins = ["api_fixtures", "page_fixtures"]


@pytest.mark.parametrize(
    ("scheme", "size", "address"),
    [("light", DESK, "/?lang=zh"), ("dark", DESK, "/?lang=en"), ("light", PHONE, "/?lang=en"),
     ("dark", PHONE, "/?embed=1&lang=zh")],
)  # fmt: skip
def test_no_state_has_a_serious_fault_for_assistive_technology(
    browser: Browser, server: RunningServer, scheme: str, size: dict[str, int], address: str
) -> None:
    with opened(browser, server.url, viewport=size, color_scheme=scheme) as page:
        page.goto(address)
        found = {"empty": faults(page)}
        ask(page, GOLDEN)
        page.locator(".turn summary").click()
        ask(page, "《红楼梦》的作者是谁?")
        page.context.set_offline(True)
        ask(page, GOLDEN)
        page.context.set_offline(False)
        found["answered, not answered, failed"] = faults(page)
        page.locator(".marker").first.click()
        expect(page.locator("#source mark")).to_have_count(1)
        found["source open"] = faults(page)
        page.keyboard.press("Escape")
        page.click("#filter")
        page.get_by_role("checkbox").nth(1).check()
        found["filter open"] = faults(page)
        assert found == {state: [] for state in found}


def test_the_page_can_be_zoomed_to_200_percent(browser: Browser, server: RunningServer) -> None:
    size = {"width": DESK["width"] // 2, "height": DESK["height"] // 2}
    with opened(browser, server.url, viewport=size) as page:
        page.goto("/")
        ask(page, GOLDEN)
        page.locator(".marker").first.click()
        expect(page.locator("#source mark")).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_the_page_prints_answers_without_controls(page: Page) -> None:
    ask(page, GOLDEN)
    page.emulate_media(media="print")
    expect(page.locator(".text")).to_be_visible()
    for control in ("#form", "nav", ".copy", ".more"):
        expect(page.locator(control).first).to_be_hidden()


def test_what_the_browser_loads_weighs_under_100_kb_and_is_painted_soon(
    browser: Browser, server: RunningServer
) -> None:
    with opened(browser, server.url) as page:
        weights: dict[str, int] = {}
        page.on("response", lambda response: weights.update({response.url: len(response.body())}))
        page.goto("/", wait_until="networkidle")
        assert any(url.endswith(".css") for url in weights)
        assert any(url.endswith("turn.js") for url in weights)
        assert sum(weights.values()) < 100_000, weights
        painted = page.evaluate("performance.getEntriesByType('paint')[0].startTime")
        print(f"first paint after {painted:.0f} ms, {sum(weights.values())} bytes")
        assert painted < 5000, f"first paint after {painted:.0f} ms; on an idle machine it is under 1000"


def test_the_page_loads_every_module_at_once(page: Page, client: httpx.Client) -> None:
    """A module that is not named in the page's head is found only after the one that imports it."""
    named = set(
        page.evaluate("[...document.querySelectorAll('link[rel=modulepreload], script')].map((e) => e.href || e.src)")
    )
    loaded = set(
        page.evaluate("performance.getEntriesByType('resource').map((e) => e.name).filter((n) => n.endsWith('.js'))")
    )
    assert named == loaded


@pytest.mark.parametrize("path", ["/docs", "/documents/{id}"])
def test_the_other_pages_fit_a_phone_and_can_be_read_aloud(page: Page, client: httpx.Client, path: str) -> None:
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    page.goto(path.format(id=client.get("/v1/documents").json()["documents"][0]["id"]), wait_until="networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.locator("h1").count() == page.locator("main").count() == 1
    assert page.locator("html").get_attribute("lang")
    assert page.title()
    controls = "[...document.querySelectorAll('button, a[href], input')]"
    assert page.evaluate(f"{controls}.filter(e => !e.innerText.trim() && !e.labels?.length).length") == 0


def test_the_api_page_shows_every_operation(page: Page, client: httpx.Client) -> None:
    page.goto("/docs")
    page.wait_for_selector("section")
    text = page.locator("main").inner_text()
    for path in client.get("/openapi.json").json()["paths"]:
        assert path in text


def test_the_reading_page_is_whole_without_scripts(browser: Browser, client: httpx.Client) -> None:
    citation = client.post("/v1/ask", json={"question": GOLDEN}).json()["citations"][0]
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(citation["url"])
    target = page.locator(":target + [data-p]")
    assert "第一批20名培训教师" in target.inner_text()
    expect(target).to_be_in_viewport()
    context.close()
