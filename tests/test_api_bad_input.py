"""Bad input: each fault has its status, its code and a message of found and expected; never a 500."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from api_support import RunningServer, error_of

pytest_plugins = ["api_fixtures"]
JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("fields", "field", "found", "expected"),
    [
        ({"query": ""}, "query", '""', "text of 1 to 1000 characters"),
        ({"query": " \n\u3000 "}, "query", '" \\n\u3000 "', "text of 1 to 1000 characters"),
        ({"query": "字" * 1001}, "query", "(1001 characters)", "text of 1 to 1000 characters"),
        ({"query": None}, "query", "null", "text of 1 to 1000 characters"),
        ({"query": 7}, "query", "7", "text of 1 to 1000 characters"),
        ({"query": ["a"]}, "query", "a list", "text of 1 to 1000 characters"),
        ({"query": "a\x00b"}, "query", "a NUL character at position 1", "text without NUL"),
        ({"top_k": 0}, "top_k", "0", "a whole number from 1 to 50"),
        ({"top_k": -1}, "top_k", "-1", "a whole number from 1 to 50"),
        ({"top_k": 51}, "top_k", "51", "a whole number from 1 to 50"),
        ({"top_k": 10**9}, "top_k", "1000000000", "a whole number from 1 to 50"),
        ({"top_k": 10**400}, "top_k", "1000", "a whole number from 1 to 50"),
        ({"top_k": "5"}, "top_k", '"5"', "a whole number from 1 to 50"),
        ({"top_k": 1.5}, "top_k", "1.5", "a whole number from 1 to 50"),
        ({"top_k": True}, "top_k", "true", "a whole number from 1 to 50"),
        ({"top_k": None}, "top_k", "null", "a whole number from 1 to 50"),
        ({"mode": "soft"}, "mode", '"soft"', "hybrid, dense or lexical"),
        ({"mode": "HYBRID"}, "mode", '"HYBRID"', "hybrid, dense or lexical"),
        ({"mode": 1}, "mode", "1", "hybrid, dense or lexical"),
        ({"topk": 5}, "topk", "an unknown field", "only the fields that /docs lists"),
        ({"filters": []}, "filters", "a list", "an object of filters"),
        ({"filters": {"from": "2023"}}, "filters.from", "an unknown field", "only the fields"),
        ({"filters": {"document_ids": "x"}}, "filters.document_ids", '"x"', "a list of document ids"),
        ({"filters": {"document_ids": ["x", 3]}}, "filters.document_ids[1]", "3", "a text"),
        ({"filters": {"published_from": "2023-02-30"}}, "filters.published_from", "02-30", "a real date"),
        ({"filters": {"published_to": "2023-13"}}, "filters.published_to", '"2023-13"', "a real date"),
        ({"filters": {"event_from": "0000"}}, "filters.event_from", '"0000"', "a real date"),
        ({"filters": {"event_to": "23-07-01"}}, "filters.event_to", '"23-07-01"', "a real date"),
        ({"filters": {"event_to": "2023-7"}}, "filters.event_to", '"2023-7"', "a real date"),
        ({"filters": {"event_to": "２０２３"}}, "filters.event_to", '"２０２３"', "a real date"),
        ({"filters": {"event_to": "2023\n"}}, "filters.event_to", '"2023\\n"', "a real date"),
        ({"filters": {"event_to": 2023}}, "filters.event_to", "2023", "a date as YYYY"),
        ({"filters": {"include_undated": "yes"}}, "filters.include_undated", '"yes"', "true or false"),
        (
            {"filters": {"published_from": "2024", "published_to": "2023-12"}},
            "filters",
            "published_from 2024 after published_to 2023-12",
            "published_from not after published_to",
        ),
    ],
)  # fmt: skip
def test_a_bad_field_is_named_with_what_was_found_and_expected(
    client: httpx.Client, fields: dict[str, object], field: str, found: str, expected: str
) -> None:
    response = client.post("/v1/search", content=json.dumps({"query": "江海", **fields}), headers=JSON)
    message = error_of(response, 422, "invalid_request")
    assert message.startswith(f"{field}: found ")
    assert found in message
    assert f"expected {expected}" in message
    detail = response.json()["error"]["details"][0]
    assert detail["field"] == field
    assert found in detail["found"]
    assert detail["expected"].startswith(expected)


def test_all_faults_are_told_at_once(client: httpx.Client) -> None:
    response = client.post("/v1/search", json={"question": "x", "top_k": 0, "mode": "best"})
    error_of(response, 422, "invalid_request")
    fields = {detail["field"] for detail in response.json()["error"]["details"]}
    assert fields == {"query", "question", "top_k", "mode"}


@pytest.mark.parametrize("path", ["/v1/search", "/v1/ask"])
@pytest.mark.parametrize(
    ("body", "status", "code", "part"),
    [
        (b"", 422, "invalid_request", "body: found nothing, expected a JSON object"),
        (b"{", 400, "invalid_json", "expected well-formed JSON"),
        (b"{'query': 'x'}", 400, "invalid_json", "at character 1"),
        (b"[]", 422, "invalid_request", "body: found a list, expected a JSON object"),
        (b'"text"', 422, "invalid_request", 'body: found "text", expected a JSON object'),
        (b"null", 422, "invalid_request", "expected a JSON object"),
        (b"NaN", 422, "invalid_request", "expected a JSON object"),
        (b"\xff\xfe\x00", 400, "invalid_request", "not JSON in UTF-8"),
        ('{"query":"江海"}'.encode("gb18030"), 400, "invalid_request", "not JSON in UTF-8"),
        (b"[" * 100_000, 400, "invalid_request", "not JSON in UTF-8"),
        (b'{"query":' + b"9" * 5000 + b"}", 400, "invalid_request", "not JSON in UTF-8"),
        (b"\x00" * 100, 400, "invalid_json", "expected well-formed JSON"),
    ],
)
def test_a_body_that_is_no_json_object_is_told(
    client: httpx.Client, path: str, body: bytes, status: int, code: str, part: str
) -> None:
    assert part in error_of(client.post(path, content=body, headers=JSON), status, code)


@pytest.mark.parametrize("text", [r'{"query": "\ud800"}', r'{"query": "江\udfff海"}', r'{"query": "a", "\ud800": 1}'])
def test_lone_surrogates_are_told(client: httpx.Client, text: str) -> None:
    response = client.post("/v1/search", content=text, headers=JSON)
    assert "expected text of whole Unicode characters" in error_of(response, 422, "invalid_request")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_numbers_that_json_does_not_know_are_told(client: httpx.Client, value: str) -> None:
    response = client.post("/v1/search", content=f'{{"query": "a", "top_k": {value}}}', headers=JSON)
    assert "expected a whole number from 1 to 50" in error_of(response, 422, "invalid_request")


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"history": [{"role": "user", "content": "x" * 20_001}]}, "history[0].content: found"),
        (
            {"history": [{"role": "user", "content": "x"}] * 101},
            "history: found 101 in the list, expected at most 100 earlier",
        ),
        ({"history": [{"role": "user", "content": "a\x00b"}]}, "a NUL character at position 1"),
        ({"history": "x"}, "expected a list of earlier turns"),
        ({"stream": 1}, "expected true or false"),
        ({"mode": "hybrid"}, "mode: found an unknown field"),
    ],
)
def test_what_ask_does_not_take_is_told(client: httpx.Client, fields: dict[str, object], part: str) -> None:
    response = client.post("/v1/ask", json={"question": "江海", **fields})
    assert part in error_of(response, 422, "invalid_request")


def test_an_empty_history_and_stream_false_are_taken(client: httpx.Client) -> None:
    assert client.post("/v1/ask", json={"question": "江海", "history": [], "stream": False}).status_code == 200


def test_a_body_over_the_limit_is_refused(client: httpx.Client) -> None:
    response = client.post("/v1/search", content=b'{"query":"' + b"x" * 10_000_000 + b'"}', headers=JSON)
    message = error_of(response, 413, "too_large")
    assert message.startswith("found a request body of more than 1000000 bytes, expected at most")


def test_a_body_without_a_stated_length_is_limited_too(client: httpx.Client) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 100_000

    error_of(client.post("/v1/search", content=parts(), headers=JSON), 413, "too_large")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_another_content_type_is_refused(client: httpx.Client, content_type: str) -> None:
    response = client.post("/v1/ask", content=b'{"question": "x"}', headers={"content-type": content_type})
    message = error_of(response, 415, "unsupported_media_type")
    assert f"found the content type {content_type or 'none'}, expected application/json" in message


@pytest.mark.parametrize(
    "path",
    [
        "/v1/documents/none",
        "/v1/documents/none/original",
        "/v1/passages/none",
        "/v1/documents/%00",
        "/v1/passages/%FF%FE",
    ],
)
def test_unknown_ids_are_not_found(client: httpx.Client, path: str) -> None:
    message = error_of(client.get(path), 404, "not_found")
    assert "id" in message


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/v1",
        "/v1/search/",
        "/v1/documents/",
        "/static/",
        "/static/none.js",
        "/static/..%2Fexamples.json",
        "/%00",
    ],
)
def test_unknown_paths_are_not_found(client: httpx.Client, path: str) -> None:
    assert error_of(client.get(path), 404, "not_found").startswith("found no such path: ")


def test_a_very_long_path_is_not_found_and_not_repeated(client: httpx.Client) -> None:
    response = client.get("/v1/" + "x" * 30_000)
    assert len(error_of(response, 404, "not_found")) < 300
    assert len(error_of(client.get("/v1/documents/" + "x" * 30_000), 404, "not_found")) < 1000


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/search", "POST"),
        ("GET", "/v1/ask", "POST"),
        ("PUT", "/v1/status", "GET"),
        ("POST", "/", "GET"),
    ],
)
def test_a_wrong_method_is_told_the_right_one(client: httpx.Client, method: str, path: str, allowed: str) -> None:
    response = client.request(method, path)
    message = error_of(response, 405, "method_not_allowed")
    assert f"found the method {method}, expected {allowed}" in message
    assert response.headers["allow"] == allowed


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("limit=0", "limit: found \"0\", expected a whole number from 1 to 100"),
        ("limit=101", "expected a whole number from 1 to 100"),
        ("limit=x", "expected a whole number from 1 to 100"),
        ("limit=1.5", "expected a whole number from 1 to 100"),
        ("cursor=" + "x" * 201, "cursor: found "),
    ],
)  # fmt: skip
def test_bad_paging_is_told(client: httpx.Client, query: str, part: str) -> None:
    assert part in error_of(client.get(f"/v1/documents?{query}"), 422, "invalid_request")


@pytest.mark.parametrize("request_line", [b"GARBAGE", b"GET /%zz HTTP/1.1", b"GET " + b"x" * 100_000 + b" HTTP/1.1"])
def test_what_is_no_http_request_gets_no_fault_of_the_server(server: RunningServer, request_line: bytes) -> None:
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as one:
        one.sendall(request_line + b"\r\nHost: x\r\nConnection: close\r\n\r\n")
        status = one.recv(100).split(b" ")[1]
    assert status in (b"400", b"404")
