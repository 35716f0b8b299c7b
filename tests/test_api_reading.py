"""Laying out a document: nothing is lost, marks are exact, every passage has one anchor."""

from __future__ import annotations

import re

import httpx
import pytest
from api_support import Json

from api.reading import Piece, lay_out, read_marks
from qa.records import ArticleRecord, BlockRecord, Kind, PassageRecord, Role, Span

pytest_plugins = ["api_fixtures"]

TEXT = "题 目\n江海区有 LED lights\n企业。后来又\n有20家。"


def article(*blocks: BlockRecord) -> ArticleRecord:
    return ArticleRecord(1, "d", 1, "题目", None, None, (), (), None, None, False, blocks)


def passage(paragraph: int, *spans: Span, note: str | None = None) -> PassageRecord:
    quote = "".join(TEXT[start:end] for start, end in spans)
    return PassageRecord(f"p{paragraph}", "d", 1, paragraph, Kind.PARAGRAPH, spans, quote, quote, note, False, False)


def pieces(block: BlockRecord, passages: list[PassageRecord], marks: list[Span]) -> tuple[Piece, ...]:
    return lay_out(TEXT, [article(block)], passages, marks)[0].blocks[0].pieces


def test_blanks_of_the_layout_are_repaired() -> None:
    block = BlockRecord(Role.PARAGRAPH, ((4, len(TEXT)),))
    assert "".join(piece.text for piece in pieces(block, [], [])) == "江海区有LED lights企业。后来又有20家。"


def test_the_first_block_of_each_page_says_which_page_begins() -> None:
    starts = (0, 4, 10, TEXT.index("后来"))
    blocks = [BlockRecord(Role.PARAGRAPH, (span,)) for span in zip(starts, (3, 9, 12, len(TEXT)), strict=True)]
    for pages, expected in (
        ((0, 4, TEXT.index("后来")), [1, 2, None, 3]),
        ((0,), [None] * 4),
        (None, [None] * 4),
    ):
        shown = lay_out(TEXT, [article(*blocks)], [], [], pages)[0].blocks
        assert [block.page for block in shown] == expected


def test_a_mark_begins_and_ends_exactly() -> None:
    start, end = TEXT.index("LED"), TEXT.index("后来")
    block = BlockRecord(Role.PARAGRAPH, ((4, len(TEXT)),))
    shown = pieces(block, [passage(1, (4, len(TEXT)))], [(start, end)])
    assert [(piece.text, piece.marked) for piece in shown] == [
        ("江海区有", False),
        ("LED lights企业。", True),
        ("后来又有20家。", False),
    ]


def test_a_passage_in_several_blocks_has_one_anchor() -> None:
    first, second = BlockRecord(Role.PARAGRAPH, ((4, 10),)), BlockRecord(Role.PARAGRAPH, ((10, len(TEXT)),))
    blocks = lay_out(TEXT, [article(first, second)], [passage(7, (4, len(TEXT)), note="n")], [])[0].blocks
    anchors = [piece.anchor for block in blocks for piece in block.pieces]
    assert [anchor for anchor in anchors if anchor] == [7]
    assert [block.notes for block in blocks] == [("n",), ()]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        (None, ()),
        ("", ()),
        ("3-5", ((3, 5),)),
        ("3-5,9-12", ((3, 5), (9, 12))),
        ("x", None),
        ("3-", None),
        ("-1-2", None),
    ],
)
def test_marks_are_read_or_refused(text: str | None, spans: tuple[Span, ...] | None) -> None:
    assert read_marks(text) == spans


def shown_text(page: str) -> str:
    body = re.sub(r"<[^>]+>", "", page[page.index("<article>") :])
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&#34;", '"'), ("&#39;", "'"), ("&amp;", "&")):
        body = body.replace(entity, character)
    return "".join(body.split())


def test_the_reading_page_shows_every_block_and_anchors_every_passage(client: httpx.Client) -> None:
    for listed in client.get("/v1/documents").json()["documents"]:
        document: Json = client.get(f"/v1/documents/{listed['id']}").json()
        page = client.get(f"/documents/{listed['id']}").text
        text = shown_text(page)
        for one in document["articles"]:
            for block in one["blocks"]:
                stored = "".join(document["text"][start:end] for start, end in block["spans"])
                assert "".join(stored.split()).lstrip("#") in text
            for inside in one["passages"]:
                assert page.count(f'id="p{inside["paragraph"]}"') == 1


def test_marks_on_the_reading_page_are_what_was_cited(client: httpx.Client) -> None:
    found = client.post("/v1/search", json={"query": "社区党建学院培训教师", "top_k": 5}).json()
    for hit in found["passages"]:
        citation = hit["citation"]
        marks = ",".join(f"{start}-{end}" for start, end in citation["spans"])
        page = client.get(f"/documents/{citation['document_id']}", params={"mark": marks}).text
        marked = "".join("".join(text.split()) for text in re.findall(r"<mark>(.*?)</mark>", page, re.S))
        assert marked == "".join(citation["quote"].split()).lstrip("#")


def test_the_page_speaks_the_readers_language(client: httpx.Client) -> None:
    url = client.get("/v1/documents").json()["documents"][0]["url"]
    chinese = client.get(url, headers={"accept-language": "zh-CN,zh;q=0.9"})
    english = client.get(url, headers={"accept-language": "en-GB,en;q=0.9"})
    assert '<html lang="zh-CN">' in chinese.text
    assert "刊于" in chinese.text
    assert '<html lang="en">' in english.text
    assert "Published" in english.text
    assert chinese.headers["vary"] == "Accept-Language"
    assert '<html lang="en">' in client.get(url + "?lang=en", headers={"accept-language": "zh"}).text


def test_an_unknown_document_is_a_page_that_says_so(client: httpx.Client) -> None:
    response = client.get("/documents/none", headers={"accept-language": "en"})
    assert response.status_code == 404
    assert "No such document" in response.text


def test_a_bad_mark_is_told(client: httpx.Client) -> None:
    url = client.get("/v1/documents").json()["documents"][0]["url"]
    response = client.get(url, params={"mark": "<script>"})
    assert response.status_code == 422
    assert "expected spans as START-END" in response.json()["error"]["message"]
