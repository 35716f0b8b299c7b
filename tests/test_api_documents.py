"""Documents over HTTP: what the library holds can be read whole and adds up, letter for letter."""

from __future__ import annotations

import hashlib
from urllib.parse import unquote

import httpx
import pytest
from api_support import CITATION_FIELDS, SEEDS, Json, joined

from api.documents import attachment

pytest_plugins = ["api_fixtures"]
SUMMARY_FIELDS = {
    "id", "file", "media_type", "encoding", "converter", "pages", "sha256", "size", "added_at", "updated_at", "publication",
    "section", "published", "published_basis", "errata", "url",
}  # fmt: skip


@pytest.fixture
def documents(client: httpx.Client) -> list[Json]:
    return [client.get(f"/v1/documents/{d['id']}").json() for d in client.get("/v1/documents").json()["documents"]]


def test_the_list_has_every_document_once_in_order_of_id(client: httpx.Client) -> None:
    listed = client.get("/v1/documents").json()
    assert listed["next_cursor"] is None
    ids = [document["id"] for document in listed["documents"]]
    assert ids == sorted(ids)
    assert len(ids) == len(list(SEEDS.glob("*.txt")))
    assert all(set(document) == SUMMARY_FIELDS for document in listed["documents"])


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_the_pages_of_the_list_are_the_list(client: httpx.Client, limit: int) -> None:
    whole = client.get("/v1/documents").json()["documents"]
    paged: list[Json] = []
    cursor: str | None = None
    while True:
        page = client.get("/v1/documents", params={"limit": limit} | ({"cursor": cursor} if cursor else {})).json()
        assert len(page["documents"]) <= limit
        paged += page["documents"]
        if (cursor := page["next_cursor"]) is None:
            break
    assert paged == whole


def test_a_document_has_every_field(documents: list[Json]) -> None:
    for document in documents:
        assert set(document) == SUMMARY_FIELDS | {"articles", "text"}
        for article in document["articles"]:
            assert set(article) == {
                "position", "title", "kicker", "byline", "reporters", "correspondents", "dateline",
                "event_date", "mixed", "passages", "blocks",
            }  # fmt: skip
            for passage in article["passages"]:
                assert set(passage) == {
                    "id", "paragraph", "kind", "spans", "text", "quote", "note", "beheaded", "cut", "event_date", "dates",
                }  # fmt: skip
                assert all(set(named) == {"span", "first", "last"} for named in passage["dates"])


def test_a_document_says_how_its_date_is_known_and_what_is_misprinted(documents: list[Json]) -> None:
    page = next(document for document in documents if document["file"].startswith("001_"))
    assert page["published"] == "2023-07"
    assert page["published_basis"]
    assert page["errata"][0]["printed"] == "袁加伟"
    assert page["errata"][0]["read"] == "聂加伟"


def test_a_passage_says_when_it_happened_and_which_dates_it_names(documents: list[Json]) -> None:
    page = next(document for document in documents if document["file"].startswith("000_"))
    lead = next(p for a in page["articles"] for p in a["passages"] if p["text"].startswith("3月15日至17日"))
    named = [(page["text"][slice(*d["span"])], d["first"], d["last"]) for d in lead["dates"]]
    assert named == [("3月15日至17日", "2023-03-15", "2023-03-17")]
    assert lead["event_date"] == "2023-03"


def test_every_passage_is_exact_and_numbered_through_its_document(documents: list[Json]) -> None:
    for document in documents:
        passages = [passage for article in document["articles"] for passage in article["passages"]]
        assert sorted(passage["paragraph"] for passage in passages) == list(range(1, len(passages) + 1))
        for passage in passages:
            assert joined(document["text"], passage["spans"]) == passage["quote"]


def test_every_non_blank_code_point_is_in_exactly_one_block(documents: list[Json]) -> None:
    for document in documents:
        covered = [0] * len(document["text"])
        for article in document["articles"]:
            for block in article["blocks"]:
                for start, end in block["spans"]:
                    for offset in range(start, end):
                        covered[offset] += 1
        solid = [count for count, c in zip(covered, document["text"], strict=True) if not c.isspace()]
        assert set(solid) == {1}


def test_the_original_is_the_file_byte_for_byte(client: httpx.Client, documents: list[Json]) -> None:
    for document in documents:
        response = client.get(f"/v1/documents/{document['id']}/original")
        assert response.content == (SEEDS / document["file"]).read_bytes()
        assert hashlib.sha256(response.content).hexdigest() == document["sha256"]
        assert len(response.content) == document["size"]
        assert response.headers["content-type"].startswith("text/plain")
        assert response.headers["x-content-type-options"] == "nosniff"
        assert document["file"] in response.headers["content-disposition"]


def test_a_passage_is_the_documents_passage(client: httpx.Client, documents: list[Json]) -> None:
    document = documents[0]
    article = document["articles"][0]
    for inside in article["passages"]:
        alone = client.get(f"/v1/passages/{inside['id']}").json()
        assert set(alone) == {"id", "kind", "text", "beheaded", "cut", "citation"}
        assert set(alone["citation"]) == CITATION_FIELDS
        assert alone["citation"]["spans"] == inside["spans"]
        assert alone["citation"]["title"] == article["title"]


@pytest.mark.parametrize("file", ["页面 1.txt", 'a"b;c.txt', "a\r\nb.txt", "%41.txt", "plain.txt"])
def test_a_download_keeps_its_name_in_any_script(file: str) -> None:
    header = attachment(file)
    assert header.isascii()
    assert header.isprintable()
    assert unquote(header.split("filename*=UTF-8''")[1]) == file
