"""The five pages read as a person reads them: the structure was written down by hand, from the paper's side."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from qa.reading import Article, Block, PageReading, Role, read_page

HERE = Path(__file__).parent
STRUCTURES = sorted((HERE / "data" / "structure").glob("*.json"))
# The same headline with its line breaks of the layout taken out, where the report itself shows that they are breaks.
TITLES = {
    "江海区社区党建学院成立 社区治理从“一枝独秀”到“满园春色”",
    "人大代表履职能力提升专题培训讲座举办 践行和发展全过程人民民主",
    "上半年江海区计划投资额突破200亿元 多项招商数据居全市第一 以“高新速度”掀起项目建设“夏季攻势”",
    "深圳—江门高新(江海)数据要素服务工作站揭牌成立",
    "外海街道举办“红心向党 翰墨颂情”庆“七一”活动 体验龙溪文化 汲取精神力量",
    "区委常委会会议召开 牢记“三个务必” 走好新的赶考之路",
    "2024,“进”击的江海",
    "江海“村BA”:一群人的篮球梦,乡村发展的生动缩影",
}


def squeezed(text: str | None) -> str | None:
    return None if text is None else "".join(text.split())


class Page:
    """One page with its reading and what a person expects of it."""

    def __init__(self, path: Path) -> None:
        self.expected: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["articles"]
        file = json.loads(path.read_text(encoding="utf-8"))["file"]
        self.text = (HERE.parent / "seeds" / file).read_bytes().decode("utf-8")
        self.reading: PageReading = read_page(self.text)

    def words(self, block: Block) -> str:
        parts = (self.text[start:end] for start, end in block.spans)
        return "".join("".join(part.split()) for part in parts if part.strip("#"))

    def of(self, article: Article, role: Role) -> list[str]:
        return [self.words(block) for block in article.blocks if block.role is role]


@pytest.fixture(scope="module", params=STRUCTURES, ids=[path.stem for path in STRUCTURES])
def page(request: pytest.FixtureRequest) -> Page:
    return Page(request.param)


def test_the_five_structures_are_here() -> None:
    assert len(STRUCTURES) == 5


def test_articles_stand_in_order_with_their_titles(page: Page) -> None:
    found = [squeezed(article.title) for article in page.reading.articles]
    assert found == [squeezed(article["title"]) for article in page.expected]


@pytest.mark.parametrize("key", ["kicker", "byline"])
def test_kickers_and_bylines(page: Page, key: str) -> None:
    found = [squeezed(getattr(article, key)) for article in page.reading.articles]
    assert found == [squeezed(article[key]) for article in page.expected]


def test_only_the_page_with_reports_run_together_is_mixed(page: Page) -> None:
    assert [a.mixed for a in page.reading.articles] == [a["mixed"] for a in page.expected]


@pytest.mark.parametrize(("role", "key"), [(Role.SUBHEAD, "subheads"), (Role.CAPTION, "captions")])
def test_subheads_and_captions(page: Page, role: Role, key: str) -> None:
    found = [page.of(article, role) for article in page.reading.articles]
    assert found == [[squeezed(words) for words in article[key]] for article in page.expected]


def test_paragraphs_are_joined_and_marked(page: Page) -> None:
    for article, expected in zip(page.reading.articles, page.expected, strict=True):
        paragraphs = [block for block in article.blocks if block.role is Role.PARAGRAPH]
        assert len(paragraphs) == len(expected["paragraphs"])
        for block, wanted in zip(paragraphs, expected["paragraphs"], strict=True):
            words = page.words(block)
            assert words.startswith(wanted["starts"])
            assert words.endswith(wanted["ends"])
            marks = (len(block.spans), block.beheaded, block.cut)
            assert marks == (wanted["pieces"], wanted["beheaded"], wanted["cut"]), words[:20]


def test_repeats_point_at_what_they_repeat(page: Page) -> None:
    for article, expected in zip(page.reading.articles, page.expected, strict=True):
        found: Counter[str] = Counter()
        for block in article.blocks:
            if block.role is Role.REPEAT:
                assert block.repeats is not None
                found[page.words(article.blocks[block.repeats])[:12]] += 1
        assert found == {wanted["starts"]: wanted["times"] for wanted in expected["repeats"]}


def test_titles_keep_no_line_breaks_of_the_layout() -> None:
    titles = {article.title for path in STRUCTURES for article in Page(path).reading.articles}
    assert titles >= TITLES


def test_people_and_dates_of_the_bylines() -> None:
    articles = Page(STRUCTURES[4]).reading.articles
    assert articles[0].reporters == ("胡晴晴", "何榕", "陈婵")
    assert articles[0].correspondents == ("周斯佳", "陈晓君", "姚清汝", "钟晓")
    assert [article.dateline for article in articles] == ["1月10日", None, "近日", "近日", "1月7日"]
    assert Page(STRUCTURES[3]).reading.articles[2].reporters == ("陈婵", "刘琼")
