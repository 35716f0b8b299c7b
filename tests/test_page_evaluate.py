"""The page where test questions are made, in a real browser: review drafts, judge passages, download, keys and guards."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from api_support import GOLDEN, RunningServer, start_server
from page_support import PHONE, opened
from playwright.sync_api import Browser, Page, expect
from test_page_chat_looks import DESK, faults

from qa.evaluation.queries import read_test_queries
from qa.testing.store import FILE

pytest_plugins = ["api_fixtures", "page_fixtures"]
DRAFTS = "/v1/testing/drafts"


@pytest.fixture(scope="module")
def writable(seeded_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    running = start_server(Path(shutil.copytree(seeded_dir, tmp_path_factory.mktemp("testing") / "data")))
    yield running
    running.stop()


@pytest.fixture
def api(writable: RunningServer) -> Iterator[httpx.Client]:
    """A client of the writable server, where five drafts wait and nothing was judged."""
    for end in ("", "-wal", "-shm"):
        (writable.data_dir / f"{FILE}{end}").unlink(missing_ok=True)
    with httpx.Client(base_url=writable.url, timeout=60, trust_env=False) as client:
        client.post(DRAFTS, json={"count": 5}).raise_for_status()
        yield client


@pytest.fixture
def making(browser: Browser, writable: RunningServer, api: httpx.Client) -> Iterator[Page]:
    """The page of the writable server, in Chinese, with the first draft on it."""
    with opened(browser, writable.url) as page:
        page.goto("/evaluate")
        page.wait_for_selector("#card")
        yield page


def counts(api: httpx.Client) -> dict[str, int]:
    found: dict[str, int] = api.get(DRAFTS).json()["counts"]
    return found


def search(page: Page, question: str) -> None:
    page.fill("#ask", question)
    page.keyboard.press("Enter")
    page.wait_for_selector(".results li")
    expect(page.locator("#found .asked")).to_have_text(question)


def test_drafts_are_reviewed_with_keys_alone(making: Page, api: httpx.Client) -> None:
    expect(making.locator("#draft-progress")).to_have_text("已审 0 / 5，采用 0")
    first = making.input_value("#draft-question")
    making.keyboard.press("a")
    expect(making.locator("#draft-progress")).to_have_text("已审 1 / 5，采用 1")
    assert making.input_value("#draft-question") != first
    making.keyboard.press("j")
    expect(making.locator("#draft-position")).to_have_text("第 2 / 4 题")
    making.keyboard.press("k")
    expect(making.locator("#draft-position")).to_have_text("第 1 / 4 题")
    making.keyboard.press("e")
    expect(making.locator("#draft-question")).to_be_focused()
    making.keyboard.type("ar")  # letters in a field are letters
    making.keyboard.press("Escape")
    making.keyboard.press("r")
    expect(making.locator("#draft-progress")).to_have_text("已审 2 / 5，采用 1")
    assert counts(api) == {"proposed": 3, "accepted": 1, "rejected": 1}
    rejected = api.get(DRAFTS, params={"state": "rejected"}).json()["drafts"][0]
    assert rejected["question"].endswith("ar")
    expect(making.locator("#spoken")).to_contain_text("已弃用")


def test_a_draft_shows_its_quote_where_it_stands(making: Page, api: httpx.Client) -> None:
    draft = api.get(DRAFTS).json()["drafts"][0]
    expect(making.locator(".context mark")).to_have_text(draft["quote"])
    expect(making.locator(".facts")).to_contain_text("江门日报")
    address = making.locator(".context a").get_attribute("href") or ""
    assert address.startswith(f"documents/{draft['document_id']}?mark=")
    making.goto(f"/{address}")
    marked = "".join(making.locator("mark").all_inner_texts())
    assert "".join(marked.split()) == "".join(draft["quote"].split())


def test_a_quote_that_does_not_stand_there_is_refused_and_the_nearest_taken(making: Page, api: httpx.Client) -> None:
    quote = making.input_value("#draft-quote")
    making.fill("#draft-quote", quote[:8] + "错字" + quote[10:])
    making.click("#accept")
    expect(making.locator(".near")).to_contain_text("引文与文件不符")
    expect(making.locator("#draft-quote")).to_be_focused()
    expect(making.locator("#draft-quote")).to_have_attribute("aria-invalid", "true")
    assert counts(api)["accepted"] == 0
    making.get_by_role("button", name="就用这一段").click()
    making.click("#accept")
    expect(making.locator("#draft-progress")).to_have_text("已审 1 / 5，采用 1")
    kept = api.get(DRAFTS, params={"state": "accepted"}).json()["drafts"][0]
    assert kept["quote"][:8] == quote[:8]
    assert kept["place"] is not None


def test_corrections_are_saved_and_a_question_can_be_said_to_have_no_answer(making: Page, api: httpx.Client) -> None:
    making.fill("#draft-answer", "二十")
    making.fill("#draft-type", "paraphrase")
    making.get_by_role("button", name="保存修改").click()
    expect(making.locator("#spoken")).to_have_text("已保存")
    draft = api.get(DRAFTS).json()["drafts"][0]
    assert (draft["answer"], draft["type"], draft["state"]) == ("二十", "paraphrase", "proposed")
    making.uncheck("#draft-answerable")
    expect(making.locator("#draft-quote")).to_be_hidden()
    making.click("#accept")
    expect(making.locator("#draft-progress")).to_contain_text("采用 1")
    assert api.get(DRAFTS).json()["drafts"][0]["answerable"] is False
    making.select_option("#draft-state", "accepted")
    expect(making.locator("#card")).to_contain_text("此题应当没有答案")
    making.get_by_role("button", name="放回待审").click()
    expect(making.locator("#draft-place .empty")).to_have_text("还没有采用的题目。")


def test_further_drafts_are_proposed_from_one_document(making: Page, api: httpx.Client) -> None:
    document = api.get("/v1/documents").json()["documents"][1]
    making.select_option("#draft-from", document["id"])
    making.click("#propose")
    expect(making.locator("#spoken")).to_contain_text("新增")
    added = api.get(DRAFTS).json()["drafts"][5:]
    expect(making.locator("#draft-progress")).to_have_text(f"已审 0 / {5 + len(added)}，采用 0")
    expect(making.locator("#draft-position")).to_have_text(f"第 1 / {5 + len(added)} 题")
    assert {draft["document_id"] for draft in added} == {document["id"]}


def test_passages_are_judged_with_keys_and_kept_at_once(making: Page, api: httpx.Client) -> None:
    making.click("#tab-judging")
    expect(making.locator("#judged")).to_have_text("还没有评判过。")
    search(making, GOLDEN)
    expect(making.locator("#found-title")).to_have_text("检索到的 10 段")
    expect(making.locator("#found-title")).to_be_focused()
    making.keyboard.press("2")
    expect(making.locator(".done li")).to_contain_text("相关 1，部分 0，不相关 0")
    expect(making.locator(".results li").nth(1)).to_be_focused()
    making.keyboard.press("0")
    expect(making.locator(".done li")).to_contain_text("不相关 1")
    making.keyboard.press("k")
    making.keyboard.press("1")
    expect(making.locator(".done li")).to_contain_text("相关 1，部分 1，不相关 0")
    (question,) = api.get("/v1/testing/questions").json()["questions"]
    assert sorted(j["grade"] for j in question["judgements"]) == [1, 2]
    making.reload()
    making.click("#tab-judging")
    making.locator(".done").get_by_role("button", name="再看").click()
    pressed = making.locator(".results li").nth(1).get_by_role("button", name="部分")
    expect(pressed).to_have_attribute("aria-pressed", "true")
    pressed.click()
    expect(pressed).to_have_attribute("aria-pressed", "false")
    expect(making.locator("#spoken")).to_have_text("已撤回")


def test_none_answers_is_marked_undone_and_deleted(making: Page, api: httpx.Client) -> None:
    making.click("#tab-judging")
    search(making, "《红楼梦》的作者是谁?")
    making.keyboard.press("u")
    expect(making.locator(".done li")).to_contain_text("没有答案")
    (question,) = api.get("/v1/testing/questions").json()["questions"]
    assert question["unanswerable"]
    making.click("#none")
    expect(making.locator("#none")).to_have_attribute("aria-pressed", "false")
    forget = making.locator(".done").get_by_role("button", name="删除")
    forget.click()
    making.locator(".done").get_by_role("button", name="再按一次删除").click()
    expect(making.locator("#judged")).to_have_text("还没有评判过。")
    assert api.get("/v1/testing/questions").json()["total"] == 0


def test_the_next_accepted_question_is_taken_for_judging(making: Page) -> None:
    question = making.input_value("#draft-question")
    making.keyboard.press("a")
    expect(making.locator("#draft-progress")).to_contain_text("采用 1")
    making.click("#tab-judging")
    expect(making.locator("#take")).to_contain_text("下一道已采用的题（1）")
    making.locator("#tab-judging").focus()
    making.keyboard.press("n")
    expect(making.locator("#found .asked")).to_have_text(question)
    making.keyboard.press("2")
    expect(making.locator("#take")).to_have_text("没有待评判的已采用题目")


def test_what_was_made_is_downloaded(making: Page, tmp_path: Path) -> None:
    making.keyboard.press("a")
    expect(making.locator("#draft-progress")).to_contain_text("采用 1")
    with making.expect_download() as waiting:
        making.get_by_role("button", name="测试题 JSONL").click()
    assert waiting.value.suggested_filename == "test-queries.jsonl"
    path = tmp_path / "own.jsonl"
    waiting.value.save_as(path)
    assert len(read_test_queries(path)) == 1


def test_what_topics_leave_out_is_told_beside_the_download(making: Page, api: httpx.Client, tmp_path: Path) -> None:
    making.keyboard.press("a")
    expect(making.locator("#draft-progress")).to_contain_text("采用 1")
    api.put("/v1/testing/questions", json={"question": "火星上有水吗?", "unanswerable": True}).raise_for_status()
    with making.expect_download() as waiting:
        making.get_by_role("button", name="topics（TSV）").click()
    path = tmp_path / "topics.tsv"
    waiting.value.save_as(path)
    accepted = api.get(DRAFTS, params={"state": "accepted"}).json()["drafts"][0]
    assert path.read_text(encoding="utf-8") == f"{accepted['id']}\t{accepted['question']}\n"
    expect(making.locator("#downloads-note")).to_have_text("qrels 与 topics 未收 1 题：没有段落被判为相关。")
    making.click("#language")
    expect(making.locator("#downloads-note")).to_have_text("")
    expect(making.locator(".downloads")).to_contain_text("only questions that a passage answers")


def test_the_language_is_switched_without_losing_what_was_typed(making: Page) -> None:
    making.click("#tab-judging")
    making.fill("#ask", "谁来了")
    making.click("#language")
    expect(making.locator("h1")).to_have_text("Make test questions")
    assert making.input_value("#ask") == "谁来了"
    making.click("#tab-drafts")
    expect(making.locator("#accept")).to_contain_text("Accept")
    making.reload()
    expect(making.locator("#accept")).to_contain_text("Accept")


def test_the_key_is_asked_for_and_stays_in_the_tab(browser: Browser, data_dir: Path) -> None:
    server = start_server(data_dir, settings={"API_KEY": "钥匙 s3cret"})
    with opened(browser, server.url) as page:
        page.goto("/evaluate")
        expect(page.locator("#door h2")).to_have_text("需要密钥")
        expect(page.locator("#key")).to_be_focused()
        page.fill("#key", "wrong")
        page.keyboard.press("Enter")
        expect(page.locator("#door .fault")).to_have_text("这个密钥不对。")
        page.fill("#key", "钥匙 s3cret")
        page.keyboard.press("Enter")
        expect(page.locator("#draft-place .empty")).to_be_visible()
        page.reload()
        expect(page.locator("#draft-place .empty")).to_be_visible()
        assert page.evaluate("localStorage.length") == 0
        assert "s3cret" not in page.url
        page.click("#forget-key")
        expect(page.locator("#door h2")).to_have_text("需要密钥")
        assert page.evaluate("sessionStorage.length") == 0
    server.stop()


def test_where_nobody_may_write_the_page_says_so_and_why(browser: Browser, data_dir: Path) -> None:
    server = start_server(data_dir, settings={"PUBLIC_URL": "https://news.example"})
    with opened(browser, server.url, locale="en-US") as page:
        page.goto("/evaluate")
        expect(page.locator("#door h2")).to_have_text("Questions cannot be made here")
        expect(page.locator("#door")).to_contain_text("Set JIANGHAI_QA_API_KEY where the service runs")
        expect(page.locator("#work")).to_be_hidden()
        assert faults(page) == []
    server.stop()


@pytest.mark.parametrize(
    ("locale", "how", "api_text"),
    [
        ("zh-CN", "请在运行服务处设置 JIANGHAI_QA_API_KEY 并重新启动", "without a key the service is read-only"),
        ("en-US", "or bind the service to 127.0.0.1 alone", "without a key the service is read-only"),
    ],
)
def test_bound_for_everyone_without_a_key_the_page_says_what_to_set(
    browser: Browser, data_dir: Path, locale: str, how: str, api_text: str
) -> None:
    server = start_server(data_dir, "--host", "0.0.0.0")
    with opened(browser, server.url.replace("0.0.0.0", "127.0.0.1"), locale=locale) as page:
        page.goto("/evaluate")
        expect(page.locator("#door p").last).to_contain_text(how)
        expect(page.locator("#door small")).to_contain_text(api_text)
        expect(page.locator("#door")).not_to_contain_text("8000")
        assert faults(page) == []
    server.stop()


def test_a_refusal_is_told_in_chinese_with_the_services_own_words_small_behind_it(
    making: Page, api: httpx.Client, writable: RunningServer
) -> None:
    (writable.data_dir / FILE).write_bytes(b"SQLite format 3\0" + b"\xff" * 4000)
    making.click("#accept")
    expect(making.locator("#fault")).to_contain_text("存放测试题的文件已损坏，检索与问答不受影响。")
    expect(making.locator("#fault small")).to_contain_text("searching and asking still work")


def test_faults_are_said_in_the_readers_language_and_nothing_is_lost(making: Page, api: httpx.Client) -> None:
    making.fill("#draft-answer", "写了很久的答案")
    making.context.set_offline(True)
    making.click("#accept")
    expect(making.locator("#fault")).to_have_text("联系不上服务，请稍后再试。")
    assert making.input_value("#draft-answer") == "写了很久的答案"
    making.context.set_offline(False)
    making.click("#accept")
    expect(making.locator("#draft-progress")).to_contain_text("采用 1")
    expect(making.locator("#fault")).to_be_hidden()
    assert api.get(DRAFTS).json()["drafts"][0]["answer"] == "写了很久的答案"


def test_texts_are_never_markup(browser: Browser, odd_server: RunningServer, api: httpx.Client, making: Page) -> None:
    draft = api.get(DRAFTS).json()["drafts"][0]
    api.patch(f"{DRAFTS}/{draft['id']}", json={"question": "<img src=x onerror=alert(1)>谁?", "type": "<b>x</b>"})
    making.reload()
    expect(making.locator("#card")).to_be_visible()
    expect(making.locator("#draft-question")).to_have_value("<img src=x onerror=alert(1)>谁?")
    making.keyboard.press("j")
    making.keyboard.press("k")
    expect(making.locator("#spoken")).to_contain_text("<img src=x onerror=alert(1)>谁?")
    expect(making.locator("body img, body b")).to_have_count(0)
    with opened(browser, odd_server.url) as page:
        page.goto("/evaluate")
        page.click("#tab-judging")
        search(page, "无人机队有多少架无人机")
        expect(page.locator(".results")).to_contain_text("<b onclick=alert(1)>120架</b>")
        expect(page.locator(".results mark").first).to_be_visible()
        expect(page.locator("body b, body img")).to_have_count(0)


@pytest.mark.parametrize(
    ("scheme", "size", "lang"),
    [("light", DESK, "zh"), ("dark", DESK, "en"), ("light", PHONE, "en"), ("dark", PHONE, "zh")],
)
def test_no_state_has_a_serious_fault_for_assistive_technology(
    browser: Browser, writable: RunningServer, api: httpx.Client, scheme: str, size: dict[str, int], lang: str
) -> None:
    with opened(browser, writable.url, viewport=size, color_scheme=scheme) as page:
        page.goto(f"/evaluate?lang={lang}")
        page.wait_for_selector("#card")
        page.fill("#draft-quote", "区人大会主任余志坚列席会议了")
        page.click("#accept")
        page.wait_for_selector(".near p")
        found = {"draft": faults(page)}
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        page.click("#tab-judging")
        search(page, GOLDEN)
        page.keyboard.press("2")
        page.wait_for_selector(".judged")
        page.wait_for_selector(".done li")
        found["judged"] = faults(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert found == {state: [] for state in found}


def test_the_page_loads_every_module_at_once_and_is_light(browser: Browser, writable: RunningServer) -> None:
    with opened(browser, writable.url) as page:
        weights: dict[str, int] = {}
        page.on("response", lambda response: weights.update({response.url: len(response.body())}))
        page.goto("/evaluate", wait_until="networkidle")
        modules = "[...document.querySelectorAll('link[rel=modulepreload], script')].map((e) => e.href || e.src)"
        assert set(page.evaluate(modules)) == {url for url in weights if url.endswith(".js")}
        assert sum(size for url, size in weights.items() if "/static/" in url) < 100_000
