"""The service as a process: status, health, figures, headers, addresses, start and stop."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from api_support import GOLDEN, ROOT, SEEDS, RunningServer, environment, error_of, start_server

pytest_plugins = ["api_fixtures"]


def run_api(*options: str, data_dir: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "api", *options]
    return subprocess.run(command, cwd=ROOT, env=environment(data_dir), capture_output=True, text=True, timeout=60)


def test_the_status_says_what_is_served(client: httpx.Client) -> None:
    status = client.get("/v1/status").json()
    assert status["counts"]["documents"] == len(list(SEEDS.glob("*.txt")))
    assert status["counts"]["passages"] > status["counts"]["articles"] > 0
    assert status["index_version"] >= 1
    assert status["encoder"]["dimensions"] > 0
    assert status["encoder"]["fingerprint"]
    assert status["settings"]["max_request_bytes"] == 1_000_000
    assert (status["calibrated"], status["fitted"]) == (True, "shipped")
    assert status["version"]
    assert str(ROOT) not in str(status)


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_health_is_told(client: httpx.Client, path: str) -> None:
    assert client.get(path).json() == {"status": "ok"}


def test_the_figures_count_requests_by_route_and_status(client: httpx.Client) -> None:
    client.get("/v1/documents/unknown-one")
    client.get("/nowhere")
    client.post("/v1/search", json={"query": "江海"})
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=")
    text = response.text
    assert 'jianghai_qa_requests_total{method="GET",route="/v1/documents/{document_id}",status="404"}' in text
    assert 'jianghai_qa_requests_total{method="GET",route="unknown",status="404"}' in text
    assert 'jianghai_qa_request_seconds_bucket{le="+Inf",route="/v1/search"}' in text
    assert "jianghai_qa_documents 5.0" in text
    assert "jianghai_qa_index_version " in text
    assert "unknown-one" not in text


@pytest.mark.parametrize("path", ["/", "/docs", "/openapi.json", "/v1/status", "/static/page.css", "/v1/nothing"])
def test_every_response_has_the_security_headers(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "server" not in headers


@pytest.mark.parametrize("path", ["/", "/docs", "/v1/status", "/livez", "/static/chat.js", "/v1/nothing"])
def test_head_is_get_without_a_body(client: httpx.Client, path: str) -> None:
    head, get = client.head(path), client.get(path)
    assert head.status_code == get.status_code
    assert head.content == b""
    assert head.headers["content-type"] == get.headers["content-type"]


def test_static_files_are_not_sent_again_when_unchanged(client: httpx.Client) -> None:
    first = client.get("/static/page.css")
    again = client.get("/static/page.css", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert first.headers["cache-control"] == again.headers["cache-control"] == "no-cache"


def cited_url(client: httpx.Client, **headers: str) -> str:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    found = client.post("/v1/search", json={"query": GOLDEN, "top_k": 1}, headers=sent).json()
    return str(found["passages"][0]["citation"]["url"])


def test_urls_are_on_the_address_that_was_asked(client: httpx.Client, server: RunningServer) -> None:
    assert cited_url(client).startswith(f"{server.url}/documents/")
    assert cited_url(client, host="pages.example:81").startswith("http://pages.example:81/documents/")


def test_a_trusted_proxys_scheme_host_and_prefix_are_part_of_urls(client: httpx.Client) -> None:
    url = cited_url(
        client,
        x_forwarded_proto="https",
        x_forwarded_host="a.example",
        x_forwarded_prefix="/qa/",
        x_forwarded_for="9.9.9.9",
    )
    assert url.startswith("https://a.example/qa/documents/")


@pytest.mark.parametrize("host", ['"><script>', "a b", "[::1", "evil.example/path", "user@evil.example", "例子", ""])
def test_a_strange_host_header_does_not_get_into_urls(client: httpx.Client, server: RunningServer, host: str) -> None:
    response = client.post("/v1/search", json={"query": GOLDEN, "top_k": 1}, headers={b"host": host.encode()})
    if response.status_code == 200:
        assert response.json()["passages"][0]["citation"]["url"].startswith(f"{server.url}/documents/")
    else:
        assert response.status_code == 400


@pytest.mark.parametrize("prefix", ["javascript:x", "//evil.example", "/a b", "/<script>"])
def test_a_strange_prefix_is_not_believed(client: httpx.Client, server: RunningServer, prefix: str) -> None:
    assert cited_url(client, x_forwarded_prefix=prefix).startswith(f"{server.url}/documents/")


def test_no_origin_is_allowed_unless_set(client: httpx.Client) -> None:
    response = client.get("/v1/status", headers={"origin": "https://other.example"})
    assert "access-control-allow-origin" not in response.headers


@pytest.fixture
def data_dir(server: RunningServer, tmp_path: Path) -> Path:
    """A copy of the shared server's library and index, for a server of the test's own."""
    return Path(shutil.copytree(server.data_dir, tmp_path / "library"))


def test_the_settings_reach_the_server(data_dir: Path) -> None:
    settings = {
        "PUBLIC_URL": "https://news.example/ask/", "CORS_ORIGINS": "https://a.example, https://b.example",
        "MAX_REQUEST_BYTES": "2000", "LOG_QUESTIONS": "on",
    }  # fmt: skip
    server = start_server(data_dir, settings=settings)
    try:
        with httpx.Client(base_url=server.url, trust_env=False) as client:
            assert cited_url(client).startswith("https://news.example/ask/documents/")
            assert client.get("/ask/readyz").status_code == 200
            allowed = client.get("/v1/status", headers={"origin": "https://b.example"})
            assert allowed.headers["access-control-allow-origin"] == "https://b.example"
            error_of(client.post("/v1/search", json={"query": "x", "more": "y" * 2000}), 413, "too_large")
    finally:
        code, rest = server.stop()
    assert code == 0
    assert GOLDEN in rest


def test_a_first_start_says_what_it_does_and_a_second_is_quick_and_quiet(tmp_path: Path) -> None:
    first = start_server(tmp_path)
    assert "importing 5 pages" in first.said
    assert "building the index" in first.said
    with httpx.Client(base_url=first.url, trust_env=False) as client:
        client.post("/v1/ask", json={"question": GOLDEN})
    code, rest = first.stop(signal.SIGTERM)
    assert code == 0
    assert rest == "stopped\n"
    began = time.monotonic()
    second = start_server(tmp_path)
    # About two seconds on one free core; the bound is against a server that hangs. A rebuild would be said.
    assert time.monotonic() - began < 20
    assert second.said == f"ready on {second.url}\n"
    assert second.stop(signal.SIGINT) == (0, "stopped\n")


def test_a_port_in_use_is_one_clear_message(server: RunningServer, tmp_path: Path) -> None:
    port = server.url.rpartition(":")[2]
    run = run_api("--port", port, data_dir=tmp_path / "new")
    assert run.returncode == 2
    assert run.stdout == ""
    assert run.stderr == (
        f"python -m api: found 127.0.0.1 port {port} not to be had (Address already in use), expected a free "
        "port of this machine; choose another with --port or --host, or stop what uses it\n"
    )
    assert not (tmp_path / "new").exists()


def test_a_port_that_is_taken_but_silent_is_told_too(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = run_api("--port", str(taken.getsockname()[1]), data_dir=tmp_path)
    assert run.returncode == 2
    assert "not to be had" in run.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--host", "no.such.host.invalid"), "found no.such.host.invalid port 8000 not to be had"),
        (("--port", "x"), "JIANGHAI_QA_PORT is 'x', expected a whole number from 0 to 65535"),
        (
            ("--port", "0", "--log-level", "loud"),
            "found the log level 'loud', expected one of critical, error",
        ),
    ],
)
def test_an_impossible_setting_is_one_clear_message(tmp_path: Path, options: tuple[str, ...], message: str) -> None:
    run = run_api(*options, data_dir=tmp_path)
    assert run.returncode == 2
    assert message in run.stderr
    assert len(run.stderr.splitlines()) == 1


def test_help_names_every_setting_and_answers_at_once(tmp_path: Path) -> None:
    began = time.monotonic()
    run = run_api("--help", data_dir=tmp_path)
    assert run.returncode == 0
    assert "JIANGHAI_QA_PUBLIC_URL" in run.stdout
    assert "--port" in run.stdout
    assert time.monotonic() - began < 2  # a tenth of that on a free core


def test_a_damaged_library_is_an_error_at_the_start(tmp_path: Path) -> None:
    library = tmp_path / "library.sqlite"
    library.write_bytes(b"garbage" * 1000)
    run = run_api("--port", "0", data_dir=tmp_path)
    assert run.returncode == 2
    assert "Traceback" not in run.stderr
    assert str(library) in run.stderr
    assert library.read_bytes() == b"garbage" * 1000


def test_a_library_that_is_damaged_under_a_server_is_a_503(data_dir: Path) -> None:
    server = start_server(data_dir)
    try:
        (data_dir / "library.sqlite").write_bytes(b"garbage" * 1000)
        with httpx.Client(base_url=server.url, trust_env=False) as client:
            for path in ("/readyz", "/v1/documents", "/v1/status"):
                response = client.get(path)
                assert response.status_code in (200, 503)
                assert str(data_dir) not in response.text
            asked = client.post("/v1/ask", json={"question": GOLDEN})
            assert asked.status_code in (200, 503)
            assert "Traceback" not in asked.text
    finally:
        server.stop()
