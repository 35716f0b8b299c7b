"""Whatever is sent, no response is a 500: small, repeatable fuzz runs over real HTTP."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import httpx
from api_support import RunningServer
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
