"""Whatever is sent, no response is a 500: small, repeatable fuzz runs over real HTTP."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from api_support import RunningServer, start_server
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest_plugins = ["api_fixtures"]

RUN = settings(
    derandomize=True,
    max_examples=80,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TEXT = st.text(st.characters(exclude_categories=()), max_size=30)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
DATE = st.from_regex(r"[0-9]{4}(-[0-9]{2}){0,2}", fullmatch=True)
NAMES = ["document_ids", "published_from", "published_to", "event_from", "event_to", "include_undated"]
FILTERS = st.dictionaries(st.sampled_from(NAMES), DATE | st.booleans() | st.lists(TEXT, max_size=2) | VALUE, max_size=3)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "query": TEXT | VALUE,
        "question": TEXT | VALUE,
        "top_k": st.integers(-1, 51) | VALUE,
        "mode": st.sampled_from(["hybrid", "dense", "lexical", "soft"]) | VALUE,
        "filters": FILTERS | VALUE,
        "stream": VALUE,
        "history": VALUE,
    },
)
PATHS = st.sampled_from(["/v1/search", "/v1/ask"])


def check(response: httpx.Response) -> None:
    assert response.status_code < 500, response.text
    if response.status_code >= 400 and response.content and "json" in response.headers["content-type"]:
        assert set(response.json()["error"]) == {"code", "message", "details"}


@RUN
@given(path=PATHS, body=FIELDS | VALUE)
def test_no_json_body_is_a_fault_of_the_server(client: httpx.Client, path: str, body: Any) -> None:
    check(client.post(path, content=json.dumps(body).encode(), headers={"content-type": "application/json"}))


MESSAGES = st.lists(
    st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant", "system"]) | TEXT, "content": TEXT | VALUE})
    | VALUE,
    max_size=3,
)
COMPARED = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["eq", "in", "gte", "and"]) | VALUE,
        "key": st.sampled_from(["file", "published"]) | VALUE,
        "value": DATE | VALUE,
        "filters": st.lists(VALUE, max_size=2),
        "conditions": st.lists(VALUE, max_size=2),
    },
)
SPOKEN = st.fixed_dictionaries(
    {},
    optional={
        "model": st.just("jianghai-qa") | VALUE,
        "knowledge_id": st.just("jianghai") | VALUE,
        "messages": MESSAGES | VALUE,
        "stream": st.booleans() | VALUE,
        "stream_options": VALUE,
        "query": TEXT | VALUE,
        "input": TEXT | st.lists(TEXT, max_size=3) | VALUE,
        "filters": COMPARED | VALUE,
        "metadata_condition": COMPARED | VALUE,
        "retrieval_setting": VALUE,
    },
)
DIALECTS = st.sampled_from(
    ["/v1/chat/completions", "/v1/vector_stores/jianghai/search", "/v1/embeddings", "/retrieval", "/mcp"]
)


@settings(RUN, max_examples=150)
@given(path=DIALECTS, body=SPOKEN | VALUE)
def test_no_body_in_a_dialect_is_a_fault_of_the_server(client: httpx.Client, path: str, body: Any) -> None:
    headers = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
    response = client.post(path, content=json.dumps(body).encode(), headers=headers)
    assert response.status_code < 500, response.text
    if response.status_code >= 400:
        assert {"error", "error_code"} & set(response.json())


@RUN
@given(path=PATHS, query=TEXT, top_k=st.integers(1, 50), filters=st.none() | FILTERS)
def test_nearly_right_requests_are_served_or_refused(
    client: httpx.Client, path: str, query: str, top_k: int, filters: dict[str, Any] | None
) -> None:
    name = "query" if path == "/v1/search" else "question"
    body = json.dumps({name: query, "top_k": top_k, "filters": filters})
    check(client.post(path, content=body.encode(), headers={"content-type": "application/json"}))


@RUN
@given(path=PATHS, body=st.binary(max_size=60), content_type=st.sampled_from(["application/json", "text/plain"]))
def test_no_bytes_are_a_fault_of_the_server(client: httpx.Client, path: str, body: bytes, content_type: str) -> None:
    check(client.post(path, content=body, headers={"content-type": content_type}))


@RUN
@given(
    start=st.sampled_from(
        ["/", "/v1/", "/v1/documents/", "/v1/passages/", "/documents/", "/static/", "/v1/documents?"]
    ),
    rest=st.binary(max_size=20),
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]),
)
def test_no_path_is_a_fault_of_the_server(client: httpx.Client, start: str, rest: bytes, method: str) -> None:
    check(client.request(method, start + quote(rest)))


@RUN
@given(mark=TEXT | st.from_regex(r"[0-9]{1,12}-[0-9]{1,12}(,[0-9]{1,9}-[0-9]{1,9})?", fullmatch=True), lang=TEXT)
def test_no_mark_is_a_fault_of_the_reading_page(
    server: RunningServer, client: httpx.Client, mark: str, lang: str
) -> None:
    document = client.get("/v1/documents?limit=1").json()["documents"][0]["id"]
    params = {
        "mark": mark.encode("utf-8", "replace").decode(),
        "lang": lang.encode("utf-8", "replace").decode(),
    }
    check(client.get(f"/documents/{document}", params=params))


@pytest.fixture(scope="module")
def writable(seeded_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server of its own, whose documents change."""
    server = start_server(Path(shutil.copytree(seeded_dir, tmp_path_factory.mktemp("fuzzed") / "data")))
    with httpx.Client(base_url=server.url, timeout=60, trust_env=False) as client:
        yield client
    server.stop()


FACTS = st.dictionaries(st.sampled_from(["published", "publication", "errata", "section"]), DATE | VALUE, max_size=3)
NEW = st.fixed_dictionaries({}, optional={"name": TEXT | VALUE, "text": TEXT | VALUE, "metadata": FACTS | VALUE})
STARTS = [
    b"",
    b"# ",
    b"<html><p>",
    b"%PDF-1.7\n",
    b"PK\x03\x04",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xfe",
    b"{\\rtf",
    b"---\ntitle: ",
]
ENDS = ["", ".txt", ".md", ".html", ".pdf", ".docx", ".epub", ".png", ".toml", "catalog.toml", "questions.jsonl"]


@RUN
@given(body=NEW | VALUE, method=st.sampled_from(["POST", "PUT"]))
def test_no_document_as_json_is_a_fault_of_the_server(writable: httpx.Client, body: Any, method: str) -> None:
    path = "/v1/documents" if method == "POST" else f"/v1/documents/{some_id(writable)}"
    content = json.dumps(body).encode()
    check(writable.request(method, path, content=content, headers={"content-type": "application/json"}))


@settings(RUN, max_examples=40)
@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=40), name=TEXT, end=st.sampled_from(ENDS), facts=FACTS)
def test_no_file_is_a_fault_of_the_server(
    writable: httpx.Client, start: bytes, rest: bytes, name: str, end: str, facts: dict[str, Any]
) -> None:
    name = name.encode("utf-8", "replace").decode() + end
    stated = {"metadata": json.dumps(facts)} if facts else {}
    check(writable.post("/v1/documents", files={"file": (name or "a", start + rest)}, data=stated))


def some_id(client: httpx.Client) -> str:
    return str(client.get("/v1/documents?limit=1").json()["documents"][0]["id"])
