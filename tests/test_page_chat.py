"""The chat page in a real browser: ask, read, open a citation, follow up, filter, in two languages."""

from __future__ import annotations

import json
import re

import httpx
import pytest
from api_support import GOLDEN, RunningServer
from page_support import PHONE, ask, opened, until
from playwright.sync_api import Browser, Locator, Page, Route, expect

pytest_plugins = ["api_fixtures", "page_fixtures"]
DRONES = "无人机队有多少架无人机"
FLOWERS = "哪里有粉色花海"
MISPRINTED = "区领导率队去恩平开展区域平衡发展交流是谁带队?"
NOWHERE = "《红楼梦》的作者是谁?"


def last(page: Page, selector: str) -> Locator:
    return page.locator(f".turn:last-child {selector}")


def test_a_question_is_answered_and_its_citation_opens_beside_it(page: Page) -> None:
    ask(page, GOLDEN)
    expect(last(page, ".text")).to_contain_text("第一批20名培训教师")
    expect(last(page, ".sources")).to_contain_text("江门日报 · 2023年7月")
    expect(last(page, ".by")).to_contain_text("原文摘录 · 文中有答案的把握")
    last(page, ".marker").click()
    panel = page.get_by_role("dialog", name="出处 [1]")
    expect(panel.locator("mark")).to_have_text(
        "当日,江海区社区党建学院正式揭牌,并为第一批20名培训教师颁发聘书,为培养本土社区工作者人才队伍提供有力支撑。"
    )
    expect(panel.locator("blockquote")).to_contain_text("下一步,江海区社区党建学院将")
    for fact in ("江门日报", "2023年7月", "江门日报讯(记者/陈婵)", "000_7acb3d7aa04156cd.txt"):
        expect(panel.locator("dl")).to_contain_text(fact)
    expect(panel.locator("h2")).to_be_focused()
    expect(last(page, ".marker")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(last(page, ".marker")).to_be_focused()


def test_the_conversation_survives_a_visit_to_the_reading_page(page: Page) -> None:
    ask(page, GOLDEN)
    last(page, ".marker").click()
    page.click("#source .read")
    mark = page.locator("mark").first
    expect(mark).to_contain_text("第一批20名培训教师")
    expect(mark).to_be_in_viewport()
    page.go_back()
    expect(last(page, ".text")).to_contain_text("第一批20名培训教师")
    page.reload()
    expect(last(page, ".bubble")).to_contain_text(GOLDEN)
    page.click("#fresh")
    expect(page.locator(".turn")).to_have_count(0)
    page.reload()
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.locator("#samples")).to_be_visible()


def test_a_follow_up_sends_what_was_said_before(page: Page) -> None:
    sent: list[dict[str, object]] = []
    page.on("request", lambda r: sent.append(json.loads(r.post_data or "{}")) if r.url.endswith("/v1/ask") else None)
    ask(page, GOLDEN)
    answer = last(page, ".text").inner_text()
    for _ in range(7):
        ask(page, "那是什么时候的事")
    assert sent[0] == {"question": GOLDEN, "history": [], "stream": True}
    assert sent[1]["history"] == [
        {"role": "user", "content": GOLDEN},
        {"role": "assistant", "content": answer.replace("”1", "”[1]")},
    ]
    latest = sent[-1]["history"]
    assert isinstance(latest, list)
    assert [turn["role"] for turn in latest] == ["user", "assistant"] * 6


def test_what_was_understood_and_who_wrote_the_answer_is_shown(page: Page) -> None:
    def understood(route: Route) -> None:
        answer = route.fetch()
        body = answer.text().replace('"answerer":"extractive"', '"answerer":"qwen3"')
        body = body.replace(f'"asked":"{GOLDEN}"', '"asked":"第一批培训教师是什么时候聘的?"')
        body = body.replace('"notice":null', '"notice":"试用中。"')
        route.fulfill(response=answer, body=body)

    page.route("**/v1/ask", understood)
    ask(page, GOLDEN)
    expect(last(page, ".understood")).to_have_text("理解为：第一批培训教师是什么时候聘的?")
    expect(last(page, ".notice")).to_have_text("试用中。")
    expect(last(page, ".by")).to_contain_text("由语言模型根据原文撰写，逐句核对")


def test_an_address_with_a_question_asks_it_once(page: Page) -> None:
    page.goto(f"/#q={GOLDEN}")
    expect(last(page, ".text")).to_contain_text("第一批20名培训教师")
    page.reload()
    expect(page.locator(".turn")).to_have_count(1)


def test_an_example_can_be_clicked(page: Page) -> None:
    page.locator("#samples button").first.click()
    expect(last(page, ".text")).to_contain_text("20名培训教师")
    expect(page.locator("#samples")).to_be_hidden()


def test_passages_are_folded_below_the_answer(page: Page) -> None:
    ask(page, GOLDEN)
    expect(last(page, "summary")).to_have_text("相关段落 (5)")
    expect(last(page, ".passages li").first).to_be_hidden()
    last(page, "summary").click()
    expect(last(page, ".passages li")).to_have_count(5)
    expect(last(page, ".passages mark").first).to_be_visible()


def test_an_unanswerable_question_says_so_and_shows_the_nearest_passages(page: Page) -> None:
    ask(page, NOWHERE)
    expect(last(page, ".verdict")).to_have_text("没有找到答案")
    assert last(page, "").inner_text().count("查找的是") == 1
    expect(last(page, ".text")).to_contain_text("查找的是:红楼梦")
    expect(last(page, "summary")).to_have_text("最接近的段落 (5)")
    expect(last(page, ".passages li").first).to_be_visible()


def test_text_of_documents_is_never_markup(odd_page: Page) -> None:
    ask(odd_page, DRONES)
    last(odd_page, "summary").click()
    expect(last(odd_page, "ol.passages")).to_contain_text("<b onclick=alert(1)>120架</b>")
    last(odd_page, ".marker").first.click()
    expect(odd_page.locator("#source blockquote")).to_contain_text("<b onclick=alert(1)>120架</b>")
    expect(odd_page.locator("#source h3")).to_contain_text("<img src=x onerror=alert(1)>")
    expect(odd_page.locator("main b, main img, dialog img, dialog b")).to_have_count(0)
    odd_page.click("#source .read")
    expect(odd_page.locator("article").first).to_contain_text("<b onclick=alert(1)>120架</b>")
    expect(odd_page.locator("article b")).to_have_count(0)


def test_marks_and_highlights_count_code_points(odd_page: Page, odd_server: RunningServer) -> None:
    ask(odd_page, DRONES)
    asked = {"question": DRONES}
    answer = httpx.post(f"{odd_server.url}/v1/ask", json=asked, trust_env=False).json()
    last(odd_page, "summary").click()
    assert any("😀" in passage["text"] and passage["highlights"] for passage in answer["passages"])
    for number, passage in enumerate(answer["passages"]):
        marks = last(odd_page, "ol.passages > li").nth(number).locator("mark").all_text_contents()
        assert marks == [passage["text"][start:end] for start, end in passage["highlights"]]
    assert any("😀" in citation["quote"] for citation in answer["citations"])
    for number, citation in enumerate(answer["citations"]):
        last(odd_page, ".marker").nth(number).click()
        marked = odd_page.locator("#source mark").all_text_contents()
        assert "".join("".join(marked).split()) == "".join(citation["quote"].split())


def test_a_reprint_is_named_with_the_text_it_repeats(odd_page: Page) -> None:
    ask(odd_page, "无人机队为农户提供哪些服务")
    last(odd_page, ".marker").first.click()
    titles = {odd_page.locator("#source h3").inner_text(), odd_page.locator("#source .also a").inner_text()}
    assert titles == {"江海区无人机队成立 <img src=x onerror=alert(1)>", "区里的无人机"}


@pytest.mark.parametrize("form", ["/", "/?embed=1"])
def test_a_misprint_is_told_once_with_an_answer_and_in_the_source(page: Page, form: str) -> None:
    page.goto(form)
    ask(page, MISPRINTED)
    expect(last(page, ".text")).to_contain_text("(原文误植:“袁加伟”应为“聂加伟”)")
    expect(last(page, ".foot .note")).to_have_count(0)
    last(page, ".marker").first.click()
    expect(page.locator("#source .note")).to_have_text("勘误：“袁加伟”应为“聂加伟”")
    page.goto(f"{form}?lang=en".replace("1?", "1&"))
    last(page, ".marker").first.click()
    expect(page.locator("#source .note")).to_have_text("Correction: printed 袁加伟, should read 聂加伟")


def test_a_misprint_that_the_answer_does_not_tell_is_told_below_it(page: Page) -> None:
    def untold(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("(原文误植:“袁加伟”应为“聂加伟”)", ""))

    page.route("**/v1/ask", untold)
    ask(page, MISPRINTED)
    expect(last(page, ".foot .note")).to_have_text("勘误：“袁加伟”应为“聂加伟”")


def test_the_source_becomes_a_sheet_when_the_window_narrows(page: Page) -> None:
    ask(page, GOLDEN)
    last(page, ".marker").click()
    assert not page.evaluate("source.matches(':modal')")
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    until(page, "source.matches(':modal')")
    expect(page.locator("#source mark")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#source")).to_be_hidden()
    expect(last(page, ".marker")).to_be_focused()


@pytest.mark.parametrize(("width", "form"), [(1280, "/?lang=zh"), (375, "/?embed=1&lang=zh")])
def test_back_closes_the_source_before_it_leaves_the_page(page: Page, width: int, form: str) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    page.goto("/docs")
    page.goto(form)
    ask(page, GOLDEN)
    steps = page.evaluate("history.length")
    for _ in range(2):
        last(page, ".marker").click()
        until(page, "history.state?.over")
        page.go_back()
        expect(page.locator("#source")).to_be_hidden()
        expect(last(page, ".marker")).to_be_focused()
    page.go_forward()
    expect(page.locator("#source mark")).to_have_count(1)
    page.keyboard.press("Escape")
    until(page, "!history.state")
    last(page, ".source").click()
    page.click("#source .close")
    until(page, "!history.state")
    assert page.evaluate("history.length") == steps + 1
    page.go_back()
    expect(page).to_have_url(re.compile("/docs$"))


def test_back_from_the_reading_page_leaves_no_empty_step(page: Page) -> None:
    page.goto("/?lang=zh")
    ask(page, GOLDEN)
    last(page, ".marker").click()
    page.click("#source .read")
    expect(page.locator("mark").first).to_be_visible()
    page.go_back()
    until(page, "!history.state")
    expect(last(page, ".text")).to_contain_text("第一批20名培训教师")
    last(page, ".marker").click()
    page.click("#language")
    expect(page).to_have_url(re.compile("lang=en$"))
    expect(page.locator("#source")).to_be_hidden()
    page.go_back()
    assert page.url.endswith("/")
    until(page, "document.documentElement.lang === 'en'")


def test_the_language_can_be_switched_and_is_remembered(page: Page) -> None:
    ask(page, GOLDEN)
    last(page, "summary").click()
    page.click("#language")
    expect(page.locator("h1")).to_have_text("Ask Jianghai")
    expect(last(page, ".sources")).to_contain_text("July 2023")
    expect(last(page, "summary")).to_have_text("Passages (5)")
    expect(last(page, ".passages li").first).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"
    page.goto("/")
    expect(page.locator("#send")).to_have_text("Send")


def test_a_filter_narrows_and_one_click_removes_it(page: Page) -> None:
    page.click("#filter")
    page.fill("#published_from", "2022年12月")
    page.fill("#published_to", "2022-13")
    page.click("#filters .send")
    expect(page.locator("#date-fault")).to_have_text("请写成 2023、2023-07 或 2023-07-24")
    page.fill("#published_to", "2022")
    page.click("#filters .send")
    expect(page.locator("#filters")).to_be_hidden()
    expect(page.locator(".chip")).to_have_text("2022年12月至2022年 ×")
    with page.expect_request("**/v1/ask") as asked:
        ask(page, FLOWERS)
    assert asked.value.post_data_json["filters"] == {"published_from": "2022-12", "published_to": "2022"}
    expect(last(page, ".scope")).to_have_text("范围：2022年12月至2022年")
    assert set(last(page, "ol.passages > li .place").all_text_contents()) != set()
    assert all("2022年12月" in place for place in last(page, "ol.passages > li .place").all_text_contents())
    page.click(".chip")
    with page.expect_request("**/v1/ask") as asked:
        ask(page, GOLDEN)
    assert "filters" not in asked.value.post_data_json


@pytest.mark.parametrize("form", ["/", "/?embed=1"])
def test_documents_can_be_chosen_and_a_question_asked_again_without_them(
    page: Page, client: httpx.Client, form: str
) -> None:
    page.goto(form)
    documents = client.get("/v1/documents").json()["documents"]
    other = next(one for one in documents if one["published"] == "2024-07")
    page.click("#filter")
    articles = client.get(f"/v1/documents/{other['id']}").json()["articles"]
    headlines = " / ".join([one["title"] for one in articles if one["title"]][:2])
    row = page.locator("#filters label", has_text=headlines)
    expect(row).to_have_text(f"江门日报 · 2024年7月 {headlines}")
    expect(row).to_have_attribute("title", other["file"])
    row.get_by_role("checkbox").check()
    page.click("#filters .send")
    expect(page.locator(".chip")).to_contain_text(f"江门日报 · 2024年7月 · {headlines}")
    with page.expect_request("**/v1/ask") as asked:
        ask(page, NOWHERE)
    assert asked.value.post_data_json["filters"] == {"document_ids": [other["id"]]}
    with page.expect_request("**/v1/ask") as asked:
        last(page, ".again").click()
    assert "filters" not in asked.value.post_data_json
    expect(page.locator(".chip")).to_have_count(0)


def test_only_the_documents_shown_are_asked_for_their_headlines_and_the_rest_keep_their_file_names(
    page: Page, client: httpx.Client
) -> None:
    one = client.get("/v1/documents").json()["documents"][0]
    many = [one | {"id": f"d{n}", "file": f"{n:03}.txt", "published": None, "publication": None} for n in range(200)]
    page.route("**/v1/documents?*", lambda route: route.fulfill(json={"documents": many, "next_cursor": None}))
    asked: list[str] = []

    def counted(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=404, json={})

    page.route("**/v1/documents/*", counted)
    page.click("#filter")
    expect(page.locator("#filters label[title]").first).to_have_text("000.txt")
    until(page, "document.querySelectorAll('#filters label[title]').length === 200")
    with page.expect_request("**/v1/documents/d199"):
        page.locator("#filters label[title]").last.scroll_into_view_if_needed()
    assert 1 < len(asked) < 40


def test_the_keyboard_alone_is_enough(page: Page) -> None:
    for _ in range(9):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "question":
            break
    page.keyboard.type(GOLDEN[:8])
    page.keyboard.press("Shift+Enter")
    page.keyboard.type(GOLDEN[8:])
    assert page.locator("#question").input_value() == f"{GOLDEN[:8]}\n{GOLDEN[8:]}"
    page.keyboard.press("Enter")
    expect(last(page, ".copy")).to_be_visible()
    expect(page.locator("#question")).to_be_focused()
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.className") == "marker":
            break
    page.keyboard.press("Enter")
    expect(page.locator("#source h2")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#source")).to_be_hidden()
    expect(last(page, ".marker")).to_be_focused()


def test_enter_does_not_send_while_characters_are_being_composed(page: Page) -> None:
    page.locator("#question").focus()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "jiang", "selectionStart": 5, "selectionEnd": 5})
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(0)
    keyboard.send("Input.insertText", {"text": GOLDEN})
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(1)


def test_the_whole_answer_is_announced_once(page: Page) -> None:
    page.evaluate(
        """() => { globalThis.said = [];
        new MutationObserver(() => said.push(spoken.textContent)).observe(spoken, { childList: true }); }"""
    )
    ask(page, FLOWERS)
    until(page, "said.length > 1")
    said = page.evaluate("said")
    assert said[0] == "正在查找……"
    assert len(said) == 2
    assert said[1].startswith("回答: “近日")
    assert page.locator("[aria-live], [role=log]").count() == 0


@pytest.mark.parametrize("width", [PHONE["width"], 320])
def test_the_page_fits_a_phone(browser: Browser, server: RunningServer, width: int) -> None:
    with opened(browser, server.url, viewport={"width": width, "height": 640}, has_touch=True) as page:
        page.goto("/")
        ask(page, FLOWERS)
        last(page, "summary").click()
        last(page, ".marker").first.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        box = page.locator("#source").bounding_box()
        assert box is not None
        assert (box["x"], box["width"]) == (0, width)
        assert round(box["y"] + box["height"]) == 640
        assert page.locator("h1").count() == page.locator("main").count() == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_in_a_frame_it_is_compact_and_looks_as_the_address_says(
    browser: Browser, server: RunningServer, theme: str
) -> None:
    size = {"width": 360, "height": 560}
    other = "dark" if theme == "light" else "light"
    with opened(browser, server.url, viewport=size, locale="zh-CN", color_scheme=other) as page:
        page.goto(f"/?embed=1&lang=en&theme={theme}")
        expect(page.locator("#send")).to_have_text("Send")
        expect(page.locator("nav")).to_be_hidden()
        expect(page.locator(".framed a")).to_be_visible()
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert paper == {"light": "rgb(250, 247, 241)", "dark": "rgb(23, 22, 20)"}[theme]
        ask(page, FLOWERS)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        last(page, ".marker").first.click()
        expect(page.locator("#source .read")).to_have_attribute("target", "_blank")
        assert page.evaluate("localStorage.getItem('lang')") is None
