"""The golden journey: a question in, a cited answer out, over real HTTP, exact against the stored text."""

from __future__ import annotations

import re

import httpx
import pytest
from api_support import CITATION_FIELDS, GOLDEN, Json, joined

pytest_plugins = ["api_fixtures"]
PASSAGE_FIELDS = {"id", "rank", "score", "kind", "text", "highlights", "citation"}


def ask(client: httpx.Client, question: str, **fields: object) -> Json:
    response = client.post("/v1/ask", json={"question": question, **fields})
    assert response.status_code == 200, response.text
    answer: Json = response.json()
    return answer


def stored_text(client: httpx.Client, document_id: str) -> str:
    return str(client.get(f"/v1/documents/{document_id}").json()["text"])


def test_the_golden_question_is_answered_with_the_right_sentence_and_citation(client: httpx.Client) -> None:
    answer = ask(client, GOLDEN)
    assert answer["answerable"] is True
    assert "第一批20名培训教师" in answer["answer"]
    cited = [c for c in answer["citations"] if "第一批20名培训教师" in c["quote"]]
    assert cited
    assert cited[0]["file"] == "000_7acb3d7aa04156cd.txt"
    assert cited[0]["published"] == "2023-07"
    assert cited[0]["publication"] == "江门日报"


def test_an_answer_has_every_field_of_the_contract(client: httpx.Client) -> None:
    answer = ask(client, GOLDEN)
    assert set(answer) == {
        "question", "asked", "answer", "answerable", "confidence", "calibrated", "citations", "passages", "answerer",
        "index_version", "took_ms", "notice",
    }  # fmt: skip
    assert answer["question"] == GOLDEN
    assert answer["answerer"] == "extractive"
    assert 0 <= answer["confidence"] <= 1
    assert answer["index_version"] >= 1
    for citation in answer["citations"]:
        assert set(citation) == CITATION_FIELDS | {"marker", "passage_id"}


def test_every_marker_has_its_citation_and_every_citation_its_marker(client: httpx.Client) -> None:
    answer = ask(client, GOLDEN)
    markers = {int(number) for number in re.findall(r"\[(\d+)\]", answer["answer"])}
    assert markers == {citation["marker"] for citation in answer["citations"]}


def test_spans_of_citations_are_exact_in_the_stored_text(client: httpx.Client) -> None:
    answer = ask(client, GOLDEN, top_k=10)
    for citation in [*answer["citations"], *(p["citation"] for p in answer["passages"])]:
        text = stored_text(client, citation["document_id"])
        assert joined(text, citation["spans"]) == citation["quote"]


def test_a_citations_url_leads_to_an_anchor_that_exists(client: httpx.Client) -> None:
    citation = ask(client, GOLDEN)["citations"][0]
    url, anchor = citation["url"].split("#")
    assert anchor == f"p{citation['paragraph']}"
    assert f'id="{anchor}"' in client.get(url).text


def test_the_passage_behind_a_citation_can_be_read(client: httpx.Client) -> None:
    citation = ask(client, GOLDEN)["citations"][0]
    passage = client.get(f"/v1/passages/{citation['passage_id']}").json()
    assert passage["citation"]["document_id"] == citation["document_id"]
    assert "".join(citation["quote"].split()) in "".join(passage["text"].split())


def test_what_the_documents_do_not_hold_is_not_answered(client: httpx.Client) -> None:
    answer = ask(client, "《红楼梦》的作者是谁?")
    assert answer["answerable"] is False
    assert answer["citations"] == []
    assert answer["answer"]
    assert answer["passages"]


def test_a_question_without_an_answer_is_told_so_in_its_own_language(client: httpx.Client) -> None:
    answer = ask(client, "Who wrote the novel Moby Dick?")
    assert answer["answerable"] is False
    assert not re.search(r"[\u4e00-\u9fff]", answer["answer"])


def test_a_search_has_every_field_of_the_contract(client: httpx.Client) -> None:
    found = client.post("/v1/search", json={"query": "  社区党建学院有多少培训教师\n", "top_k": 7}).json()
    assert set(found) == {"query", "asked", "mode", "index_version", "took_ms", "passages"}
    assert found["query"] == "社区党建学院有多少培训教师"
    assert found["mode"] == "hybrid"
    assert [p["rank"] for p in found["passages"]] == list(range(1, 8))
    for passage in found["passages"]:
        assert set(passage) == PASSAGE_FIELDS
        assert set(passage["citation"]) == CITATION_FIELDS
        assert passage["kind"] in ("paragraph", "headline", "caption")
        assert "".join(passage["text"].split()) == "".join(passage["citation"]["quote"].split())
        assert all(0 <= start < end <= len(passage["text"]) for start, end in passage["highlights"])
    scores = [p["score"] for p in found["passages"]]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_every_mode_finds_the_golden_passage(client: httpx.Client, mode: str) -> None:
    found = client.post("/v1/search", json={"query": GOLDEN, "mode": mode, "top_k": 10}).json()
    assert found["mode"] == mode
    assert any("第一批20名培训教师" in p["text"] for p in found["passages"])


@pytest.mark.parametrize("top_k", [1, 50])
def test_top_k_bounds_the_passages(client: httpx.Client, top_k: int) -> None:
    found = client.post("/v1/search", json={"query": "江海区", "top_k": top_k}).json()
    assert len(found["passages"]) == top_k


def test_a_date_filter_keeps_what_overlaps(client: httpx.Client) -> None:
    filters = {"published_from": "2024-01", "published_to": "2024"}
    found = client.post("/v1/search", json={"query": "江海区", "top_k": 20, "filters": filters}).json()
    assert {p["citation"]["published"] for p in found["passages"]} == {"2024-01", "2024-07"}


def test_a_document_filter_keeps_its_documents(client: httpx.Client) -> None:
    wanted = client.get("/v1/documents").json()["documents"][0]["id"]
    body = {"query": "江海区", "filters": {"document_ids": [wanted], "event_from": None}}
    found = client.post("/v1/search", json=body).json()
    assert {p["citation"]["document_id"] for p in found["passages"]} == {wanted}


def test_all_filters_absent_is_the_same_as_none(client: httpx.Client) -> None:
    plain = client.post("/v1/search", json={"query": "江海区"}).json()
    empty = client.post("/v1/search", json={"query": "江海区", "filters": {}}).json()
    null = client.post("/v1/search", json={"query": "江海区", "filters": None}).json()
    assert plain["passages"] == empty["passages"] == null["passages"]


def test_a_known_misprint_has_its_note_and_the_quote_stays_as_printed(client: httpx.Client) -> None:
    found = client.post("/v1/search", json={"query": "聂加伟率队前往恩平市开展交流", "top_k": 10}).json()
    noted = [p["citation"] for p in found["passages"] if p["citation"]["note"]]
    assert any("袁加伟" in c["quote"] and "聂加伟" in c["note"] for c in noted)


@pytest.mark.parametrize("question", ["a" * 1000, "\u200b", "🏀" * 1000, "\u0007", "%s {0} \\ \" ' <b>", "\ufeff江海"])
def test_odd_questions_are_served(client: httpx.Client, question: str) -> None:
    for path, name in (("/v1/search", "query"), ("/v1/ask", "question")):
        assert client.post(path, json={name: question}).status_code == 200
