"""The widget in a real browser, on a page of another origin."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from api_support import GOLDEN, ROOT, RunningServer
from host_site import HostSite
from page_support import browser_or_reason
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect, sync_playwright

pytest_plugins = ["api_fixtures", "widget_fixtures"]
ANSWER = "第一批20名培训教师"
TITLES = {"zh": "问江海", "en": "Ask Jianghai"}
# A frame with the embedded page's half of the conversation, and something that can be open in it.
INNER = """<!DOCTYPE html><meta charset="utf-8"><textarea></textarea><dialog><button>in</button></dialog>
<script type="module">
import { embedded } from "/embed.js";
embedded(() => document.querySelector("dialog").open);
</script>"""
OUTER = """<!DOCTYPE html><meta charset="utf-8"><script>
const heard = [];
addEventListener("message", ({ source, data }) => { heard.push(data.type); if (data.type === "jianghai-qa:ready") {
  source.postMessage({ type: "jianghai-qa:open", focus: true }, "*"); } });
</script><iframe src="/inner"></iframe>"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        one = browser_or_reason(playwright)
        yield one
        one.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1000, "height": 760})
    one = context.new_page()
    faults: list[str] = []
    one.on("pageerror", lambda error: faults.append(str(error)))
    yield one
    context.close()
    assert faults == []


def put(
    site: HostSite,
    server: RunningServer,
    *,
    attributes: str = "",
    lang: str = "zh-CN",
    policy: str | None = None,
    more: str = "",
) -> None:
    """Make the other site's page: hostile style, a strict policy, a field of its own, and the line of the widget."""
    line = f'<script src="{server.url}/widget.js" {attributes} defer></script>'
    allowed = f"script-src {server.url}; frame-src {server.url}; style-src 'self'"
    strict = f"default-src 'none'; {allowed}; require-trusted-types-for 'script'"
    site.pages["/"] = (
        f'<!DOCTYPE html><html lang="{lang}"><head><title>x</title><link rel="stylesheet" href="hostile.css">{line}</head>'
        f"<body><input>{more}</body></html>",
        strict if policy is None else policy,
    )


def launcher(page: Page, name: str = TITLES["zh"]) -> Locator:
    return page.get_by_role("button", name=name)


def panel(page: Page, name: str = TITLES["zh"]) -> Locator:
    return page.get_by_role("dialog", name=name)


def chat(page: Page) -> FrameLocator:
    return page.frame_locator("jianghai-qa-widget iframe")


def expect_focus_in_the_field(page: Page) -> None:
    field = chat(page).get_by_role("textbox")
    expect(field).to_be_focused()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_reader_asks_in_another_sites_page_and_comes_back_by_escape(
    page: Page, site: HostSite, open_server: RunningServer, lang: str
) -> None:
    put(site, open_server, lang=lang)
    page.goto(site.origin)
    title = TITLES[lang]
    expect(launcher(page, title)).to_have_attribute("aria-expanded", "false")
    launcher(page, title).focus()
    page.keyboard.press("Enter")
    expect(panel(page, title)).to_be_visible()
    expect(launcher(page, title)).to_have_attribute("aria-expanded", "true")
    expect_focus_in_the_field(page)
    page.keyboard.type(GOLDEN)
    page.keyboard.press("Enter")
    expect(chat(page).locator("main")).to_contain_text(ANSWER)
    page.keyboard.press("Escape")
    expect(panel(page, title)).to_be_hidden()
    expect(launcher(page, title)).to_be_focused()
    expect(launcher(page, title)).to_have_attribute("aria-expanded", "false")
    launcher(page, title).click()
    expect(chat(page).locator("main")).to_contain_text(ANSWER)


def test_the_attributes_choose_language_theme_corner_and_title(
    page: Page, site: HostSite, open_server: RunningServer
) -> None:
    put(
        site,
        open_server,
        attributes='data-lang="en" data-theme="dark" data-position="left" data-title="Ask &lt;us&gt;"',
    )
    page.goto(site.origin)
    launcher(page, "Ask <us>").click()
    expect(page.get_by_role("heading", name="Ask <us>")).to_be_visible()
    expect(page.get_by_role("button", name="Close")).to_be_visible()
    source = page.locator("iframe").get_attribute("src")
    assert source == f"{open_server.url}/?embed=1&lang=en&theme=dark"
    box = launcher(page, "Ask <us>").bounding_box()
    assert box is not None
    assert box["x"] == 20


def test_a_panel_that_is_open_from_the_start_leaves_the_focus_alone(
    page: Page, site: HostSite, open_server: RunningServer
) -> None:
    put(site, open_server, attributes="data-open")
    page.goto(site.origin)
    expect(panel(page)).to_be_visible()
    expect(chat(page).get_by_role("textbox")).to_be_visible()
    assert page.evaluate("document.activeElement === document.body")
    page.get_by_role("button", name="关闭").click()
    expect(panel(page)).to_be_hidden()


def test_included_twice_there_is_one_widget(page: Page, site: HostSite, open_server: RunningServer) -> None:
    again = f'<script src="{open_server.url}/widget.js?again"></script>'
    put(site, open_server, more=again)
    page.goto(site.origin)
    expect(launcher(page)).to_have_count(1)
    expect(page.locator("jianghai-qa-widget")).to_have_count(1)


@pytest.mark.parametrize("where", ["head", "head defer", "head async", "body"])
def test_the_line_may_stand_anywhere(page: Page, site: HostSite, open_server: RunningServer, where: str) -> None:
    place, _, how = where.partition(" ")
    line = f'<script src="{open_server.url}/widget.js" {how}></script>'
    parts = {"head": "", "body": "", place: line}
    markup = f'<!DOCTYPE html><html lang="zh"><head>{parts["head"]}</head><body>{parts["body"]}<p>x</p></body></html>'
    site.pages["/"] = (markup, "")
    page.goto(site.origin)
    launcher(page).click()
    expect_focus_in_the_field(page)


def test_the_page_gets_no_global_name_and_nothing_but_one_element(
    page: Page, site: HostSite, open_server: RunningServer
) -> None:
    names = "Object.getOwnPropertyNames(window).sort()"
    site.pages["/plain"] = ("<!DOCTYPE html><title>x</title><p>", "")
    page.goto(f"{site.origin}/plain")
    before = page.evaluate(names)
    put(site, open_server, attributes="data-open")
    page.goto(site.origin)
    expect(chat(page).get_by_role("textbox")).to_be_visible()
    assert page.evaluate(names) == before
    assert page.evaluate("[...document.body.children].map(e => e.localName)") == ["input", "jianghai-qa-widget"]


def test_on_a_phone_the_panel_fills_the_screen_and_holds_the_focus(
    page: Page, site: HostSite, open_server: RunningServer
) -> None:
    page.set_viewport_size({"width": 375, "height": 700})
    put(site, open_server)
    page.goto(site.origin)
    launcher(page).click()
    expect_focus_in_the_field(page)
    assert panel(page).bounding_box() == {"x": 0, "y": 0, "width": 375, "height": 700}
    assert panel(page).evaluate("e => e.matches(':modal')")
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    expect(launcher(page)).to_be_focused()


@pytest.mark.parametrize(("lang", "words"), [("zh", "不在问答服务的名单中"), ("en", "is not on the service's list")])
def test_a_site_that_is_not_on_the_list_is_told_so_and_given_a_link(
    page: Page, site: HostSite, open_server: RunningServer, lang: str, words: str
) -> None:
    put(site, open_server, lang=lang)
    page.goto(site.unknown_origin)
    launcher(page, TITLES[lang]).click()
    notice = page.get_by_role("alert")
    expect(notice).to_contain_text(words, timeout=8000)
    expect(notice).to_contain_text("JIANGHAI_QA_WIDGET_ORIGINS")
    expect(notice).to_contain_text(site.unknown_origin)
    link = notice.get_by_role("link")
    expect(link).to_have_attribute("href", f"{open_server.url}/")
    expect(link).to_have_attribute("rel", "noopener")
    expect(link).to_be_focused()
    page.keyboard.press("Escape")
    expect(panel(page, TITLES[lang])).to_be_hidden()
    expect(launcher(page, TITLES[lang])).to_be_focused()


def test_a_page_whose_own_policy_blocks_the_frame_is_told_what_to_allow(
    page: Page, site: HostSite, open_server: RunningServer
) -> None:
    put(site, open_server, policy=f"default-src 'none'; script-src {open_server.url}; style-src 'self'")
    page.goto(site.origin)
    launcher(page).click()
    expect(page.get_by_role("alert")).to_contain_text(f"frame-src 须允许 {open_server.url}", timeout=2000)


def test_messages_of_others_do_not_move_the_panel(page: Page, site: HostSite, open_server: RunningServer) -> None:
    put(site, open_server)
    page.goto(site.origin)
    launcher(page).click()
    expect_focus_in_the_field(page)
    page.evaluate("postMessage({ type: 'jianghai-qa:close' }, '*')")
    page.evaluate("new Promise((done) => setTimeout(done, 100))")
    expect(panel(page)).to_be_visible()


def test_behind_a_proxys_prefix_the_frame_has_it_too(page: Page, site: HostSite, open_server: RunningServer) -> None:
    put(site, open_server)
    site.pages["/qa/widget.js"] = ((ROOT / "api" / "static" / "widget.js").read_text("utf-8"), "")
    site.pages["/"] = (
        '<!DOCTYPE html><html lang="zh"><body><script src="/qa/widget.js?v=1"></script></body></html>',
        "",
    )
    page.goto(site.origin)
    launcher(page).click()
    assert page.locator("iframe").get_attribute("src") == f"{site.origin}/qa/?embed=1&lang=zh&theme=auto"


def test_back_closes_a_source_in_the_frame_and_undoes_nothing_of_the_page_around_it(
    page: Page, site: HostSite, open_server: RunningServer
) -> None:
    put(site, open_server)
    page.goto(site.origin)
    launcher(page).click()
    expect_focus_in_the_field(page)
    page.keyboard.type(GOLDEN)
    page.keyboard.press("Enter")
    source = chat(page).locator("#source")
    chat(page).locator("button.marker").click()
    expect(source.locator("mark")).to_be_visible()
    page.evaluate("history.back()")
    expect(source).to_be_hidden()
    expect(panel(page)).to_be_visible()
    chat(page).locator("button.marker").click()
    expect(source.locator("mark")).to_be_visible()
    page.evaluate("history.pushState(null, '', '?own')")
    source.locator(".close").click()
    expect(source).to_be_hidden()
    page.evaluate("new Promise((done) => setTimeout(done, 300))")
    assert page.url.endswith("?own")


def test_the_example_shows_the_chat(page: Page, site: HostSite, open_server: RunningServer) -> None:
    example = (ROOT / "examples" / "widget.html").read_text("utf-8")
    assert example.count("http://127.0.0.1:8000") == 1
    site.pages["/widget.html"] = (example.replace("http://127.0.0.1:8000", open_server.url), "")
    page.goto(f"{site.origin}/widget.html")
    launcher(page).click()
    expect_focus_in_the_field(page)


def framed(page: Page, site: HostSite, outer: str = OUTER) -> FrameLocator:
    """Put the embedded page's half into a frame of a page that writes down what it hears."""
    site.pages["/embed.js"] = ((ROOT / "api" / "static" / "embed.js").read_text("utf-8"), "")
    site.pages["/inner"] = (INNER, "")
    site.pages["/outer"] = (outer, "")
    page.goto(f"{site.origin}/outer")
    page.wait_for_function("heard.length === 1")
    return page.frame_locator("iframe")


def test_escape_in_the_frame_first_closes_what_is_open_there(page: Page, site: HostSite) -> None:
    frame = framed(page, site)
    expect(frame.locator("textarea")).to_be_focused()
    frame.locator("dialog").evaluate("e => e.showModal()")
    page.keyboard.press("Escape")
    expect(frame.locator("dialog")).to_be_hidden()
    page.keyboard.press("Escape")
    page.wait_for_function("heard.length > 1")
    assert page.evaluate("heard") == ["jianghai-qa:ready", "jianghai-qa:close"]


def test_escape_that_ends_the_choice_of_a_character_leaves_the_panel_open(page: Page, site: HostSite) -> None:
    field = framed(page, site).locator("textarea")
    expect(field).to_be_focused()
    field.dispatch_event("keydown", {"key": "Escape", "isComposing": True, "bubbles": True})
    field.evaluate("e => e.addEventListener('keydown', (event) => event.preventDefault(), { once: true })")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_function("heard.length > 1")
    assert page.evaluate("heard") == ["jianghai-qa:ready", "jianghai-qa:close"]


def test_the_frame_listens_to_nobody_but_the_page_around_it(page: Page, site: HostSite) -> None:
    answering = 'source.postMessage({ type: "jianghai-qa:open", focus: true }, "*");'
    assert answering in OUTER
    frame = framed(page, site, OUTER.replace(answering, ""))
    frame.locator("body").evaluate("() => postMessage({ type: 'jianghai-qa:open', focus: true }, '*')")
    frame.locator("textarea").focus()
    page.keyboard.press("Escape")
    page.evaluate("new Promise((done) => setTimeout(done, 100))")
    assert page.evaluate("heard") == ["jianghai-qa:ready"]
