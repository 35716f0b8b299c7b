"""The checks over every sentence of the pages: a true one passes, one with something put in its place does not."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

import pytest
from support import CUTTER, embedded

from qa.answering.checking import Checker, Fault
from qa.answering.evidence import Evidence
from qa.answering.likeness import Likeness
from qa.answering.support import supporting
from qa.records import CitedHit
from qa.sentences import statements
from qa.service import Service

PEOPLE = ("王大伟", "张小明", "李建国", "陈志强", "欧阳文", "赵一鸣")
PLACES = ("佛山市", "东莞", "南湖街道", "白云区", "长沙", "厚街镇")
LIKENESS = Likeness(embedded())
Change = Callable[[str, random.Random], str | None]


@pytest.fixture(scope="module")
def told(service: Service) -> list[tuple[CitedHit, str]]:
    """Each sentence of many passages, with its passage."""
    queries = (
        "江海区",
        "会议 主任 书记",
        "企业 投资 亿元",
        "学校 学位",
        "龙舟 篮球 足球",
        "社区 街道",
        "医院 床位",
        "2023年7月",
    )
    hits = {hit.id: hit for query in queries for hit in service.search(query, top_k=30).passages}
    return [(hit, hit.text[s:e]) for hit in hits.values() for s, e in statements(hit.text)]


def fault(hit: CitedHit, sentence: str) -> Fault | None:
    return Checker({1: Evidence(hit)}, LIKENESS, CUTTER).fault(f"{sentence}[1]")


def another_number(text: str, chance: random.Random) -> str | None:
    found = list(re.finditer(r"\d+(?:\.\d+)?", text))
    if not found:
        return None
    one = chance.choice(found)
    return text[: one.start()] + str(int(float(one[0])) + 70_000) + text[one.end() :]


def another(names: Sequence[str], pattern: str) -> Change:
    def change(text: str, chance: random.Random) -> str | None:
        found = re.search(pattern, text)
        return None if found is None else text[: found.start(1)] + chance.choice(names) + text[found.end(1) :]

    return change


def test_nearly_every_sentence_of_the_pages_passes(told: list[tuple[CitedHit, str]]) -> None:
    refused = [(text, reason) for hit, text in told if (reason := fault(hit, text))]
    assert len(told) > 200
    assert len(refused) <= len(told) // 100, refused


@pytest.mark.parametrize(
    ("change", "least"),
    [
        (another_number, 60),
        (
            another(
                PEOPLE,
                r"(?:书记|主任|区长|主席|介绍|记者)(聂加伟|余志坚|郑丹辉|邹德昌|[陈梁李黄]\w{2})(?=[、,率主表说])",
            ),
            7,
        ),
        (another(PLACES, r"(江海区|外海街道|礼乐街道|江南街道|江门市|恩平市?|蓬江区?|香港)"), 40),
    ],
    ids=["a number", "a person", "a place"],
)
def test_no_sentence_passes_with_something_else_in_its_place(
    told: list[tuple[CitedHit, str]], change: Change, least: int
) -> None:
    chance = random.Random(7)
    changed = [(hit, other) for hit, text in told if (other := change(text, chance))]
    assert len(changed) >= least
    assert [other for hit, other in changed if fault(hit, other) is None] == []


def test_hardly_a_sentence_passes_with_another_passage(told: list[tuple[CitedHit, str]]) -> None:
    chance = random.Random(7)
    pairs = [(chance.choice(told)[0], text) for hit, text in told]
    passed = [text for other, text in pairs if text not in other.text and fault(other, text) is None]
    assert len(passed) <= len(told) // 50, passed


def test_the_proof_of_a_sentence_is_that_sentence(told: list[tuple[CitedHit, str]], service: Service) -> None:
    texts = {document.id: document.text for document in service.library.documents()}
    for hit, text in told:
        found = supporting(text, Evidence(hit), LIKENESS)
        assert "".join(texts[found.document_id][s:e] for s, e in found.spans) == found.quote
        assert "".join(text.split()) in "".join(found.quote.split())
