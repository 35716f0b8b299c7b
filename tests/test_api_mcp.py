"""The MCP tools, called by the official client over standard input and output and over HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Literal

import anyio
import httpx
import pytest
from api_support import GOLDEN, ROOT, Json, RunningServer, environment, error_of
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp_types import CallToolResult, TextContent
from starlette.requests import Request

from api.app import create_app
from api.errors import Forbidden
from api.guard import refuse_foreign_pages
from qa.service import Service
from qa.settings import Settings

pytest_plugins = ["api_fixtures"]


def structured(result: CallToolResult) -> Json:
    """Return the structured content, which the text content repeats as JSON."""
    assert not result.is_error
    first = result.content[0]
    assert isinstance(first, TextContent)
    assert json.loads(first.text) == result.structured_content
    content: Json = json.loads(first.text)
    return content


async def check_declarations(client: Client) -> None:
    """The three tools only read, and declare what they return."""
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert {name: set(tool.input_schema["properties"]) for name, tool in tools.items()} == {
        "search": {"query"},
        "fetch": {"id"},
        "ask": {"question"},
    }
    for tool in tools.values():
        assert tool.output_schema is not None
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is True
        assert tool.annotations.open_world_hint is False


async def check_answers(client: Client, address: str = "https://news.example") -> None:
    """Search, fetch and ask answer the golden question."""
    results = structured(await client.call_tool("search", {"query": GOLDEN}))["results"]
    assert all(set(one) == {"id", "title", "url", "text"} for one in results)
    hit = next(one for one in results if "第一批20名培训教师" in one["text"])
    assert hit["url"].startswith(f"{address}/documents/")
    fetched = structured(await client.call_tool("fetch", {"id": hit["id"]}))
    assert set(fetched) == {"id", "title", "text", "url", "metadata"}
    assert (fetched["text"], fetched["title"]) == (hit["text"], hit["title"])
    assert fetched["metadata"]["published"] == "2023-07"
    answer = structured(await client.call_tool("ask", {"question": GOLDEN}))
    assert answer["answerable"]
    assert "第一批20名培训教师" in answer["answer"]


async def check_faults(client: Client) -> None:
    """Faults are told to the client, and only what is meant for it."""
    for tool, arguments, part in (
        ("fetch", {"id": "none"}, 'found no passage with the id "none"'),
        ("fetch", {}, "id"),
        ("search", {"query": "  "}, "query"),
        ("ask", {"question": "字" * 1001}, "1000"),
    ):
        result = await client.call_tool(tool, arguments)
        assert result.is_error
        assert isinstance(result.content[0], TextContent)
        assert part in result.content[0].text
        assert "Traceback" not in result.content[0].text


def test_the_tools_serve_an_mcp_client(server: RunningServer) -> None:
    async def run() -> None:
        settings = environment(server.data_dir, {"PUBLIC_URL": "https://news.example"})
        command = StdioServerParameters(
            command=sys.executable, args=["-m", "api.mcp_stdio"], env=settings, cwd=str(ROOT)
        )
        async with Client(command) as client:
            for check in (check_declarations, check_answers, check_faults):
                await check(client)

    anyio.run(run)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_tools_serve_an_mcp_client_over_http(server: RunningServer, mode: Literal["auto", "legacy"]) -> None:
    async def run() -> None:
        async with Client(f"{server.url}/mcp", mode=mode) as client:
            await check_declarations(client)
            await check_answers(client, server.url)
            await check_faults(client)

    anyio.run(run)


CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "search", "arguments": {"query": GOLDEN}}}
ACCEPT = {"accept": "application/json, text/event-stream"}


def test_a_call_needs_no_session_and_is_answered_as_json(client: httpx.Client) -> None:
    response = client.post("/mcp", json=CALL, headers=ACCEPT)
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.json()["result"]["structuredContent"]["results"]
    assert 'route="/mcp",status="200"' in client.get("/metrics").text


def test_a_proxys_prefix_stands_in_the_links(client: httpx.Client) -> None:
    headers = ACCEPT | {"x-forwarded-prefix": "/qa", "x-forwarded-for": "9.9.9.9"}
    for path in ("/mcp", "/qa/mcp"):  # a proxy may take its prefix away or leave it
        results = client.post(path, json=CALL, headers=headers).json()["result"]["structuredContent"]["results"]
        assert results[0]["url"].startswith(f"{str(client.base_url).rstrip('/')}/qa/documents/")


@pytest.mark.parametrize(
    ("headers", "part"),
    [
        ({"host": "evil.example"}, 'found a request for the host "evil.example", expected this service'),
        ({"origin": "https://evil.example"}, "found a request of another site's page"),
        ({"origin": "null"}, "found a request of another site's page"),
    ],
)
def test_pages_of_other_sites_are_refused(client: httpx.Client, headers: dict[str, str], part: str) -> None:
    assert part in error_of(client.post("/mcp", json=CALL, headers=ACCEPT | headers), 403, "forbidden")


@pytest.mark.parametrize(
    ("bound", "public_url", "headers", "served"),
    [
        ("127.0.0.1", "", {"host": "localhost:8000"}, True),
        ("127.0.0.1", "", {"host": "[::1]:8000"}, True),
        ("127.0.0.1", "", {"host": "evil.example"}, False),
        ("127.0.0.1", "https://qa.example", {"host": "qa.example"}, True),
        ("127.0.0.1", "", {"host": "127.0.0.1:8000", "origin": "http://127.0.0.1:8000"}, True),
        ("127.0.0.1", "", {"host": "127.0.0.1:8000", "origin": "http://evil.example"}, False),
        ("0.0.0.0", "", {"host": "qa:8000"}, True),
        ("0.0.0.0", "https://qa.example", {"host": "qa:8000"}, True),  # a program in the same network
        ("0.0.0.0", "https://qa.example", {"host": "evil.example", "origin": "http://evil.example"}, False),
        ("0.0.0.0", "https://qa.example", {"host": "qa.example", "origin": "https://qa.example"}, True),
    ],
)
def test_names_that_are_not_the_services_own_are_told_from_those_that_are(
    service: Service, settings: Settings, bound: str, public_url: str, headers: dict[str, str], served: bool
) -> None:
    app = create_app(service, replace(settings, host=bound, public_url=public_url))
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    request = Request({"type": "http", "app": app, "headers": raw, "client": ("127.0.0.1", 1)})
    with nullcontext() if served else pytest.raises(Forbidden, match="found a request"):
        refuse_foreign_pages(request)


def test_only_post_is_taken(client: httpx.Client) -> None:
    for method in ("GET", "DELETE"):
        response = client.request(method, "/mcp", headers=ACCEPT)
        assert f"found the method {method}, expected POST" in error_of(response, 405, "method_not_allowed")
        assert response.headers["allow"] == "POST"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b'{"jsonrpc":"2.0"}', b'{"method":7,"id":1}'])
def test_what_is_no_message_is_refused(client: httpx.Client, body: bytes) -> None:
    response = client.post("/mcp", content=body, headers=ACCEPT | {"content-type": "application/json"})
    assert 400 <= response.status_code < 500
    assert "Traceback" not in response.text


def test_help_answers_and_a_bad_setting_is_told(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "api.mcp_stdio"]
    settings = environment(tmp_path, {"PORT": "x"})
    told = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, timeout=60)
    assert told.returncode == 2
    assert told.stdout == ""
    assert "JIANGHAI_QA_PORT is 'x', expected a whole number" in told.stderr
    helped = subprocess.run([*command, "--help"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert helped.returncode == 0
    assert "MCP" in helped.stdout
