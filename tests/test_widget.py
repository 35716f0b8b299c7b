"""The chat in other sites' pages, from the server's side: who may frame it, and the script that they load."""

from __future__ import annotations

import httpx
import pytest
from api_support import ROOT, RunningServer
from host_site import HostSite

from qa.errors import SettingsError
from qa.settings import Settings

pytest_plugins = ["api_fixtures", "widget_fixtures"]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors {}"
)


def test_origins_are_read_in_the_form_that_browsers_compare() -> None:
    raw = " https://WWW.Example.org , http://localhost:8080,https://*.example.org,https://江海.example,https://www.example.org,"
    assert Settings.read({"JIANGHAI_QA_WIDGET_ORIGINS": raw}).widget_origins == (
        "https://www.example.org", "http://localhost:8080", "https://*.example.org", "https://xn--9sw6w.example",
    )  # fmt: skip
    assert Settings.read({"JIANGHAI_QA_WIDGET_ORIGINS": " * "}).widget_origins == ("*",)
    assert Settings.read({}).widget_origins == ()


@pytest.mark.parametrize(
    ("origin", "reason"),
    [
        ("www.example.org", "no http:// or https://"),
        ("null", "no http:// or https://"),
        ("ftp://example.org", "neither http nor https"),
        ("https://example.org/", "something after the host"),
        ("https://example.org/a/page", "something after the host"),
        ("https://example.org?x", "something after the host"),
        ("https://user@example.org", "a user's name"),
        ("https://example.org:0", "no port"),
        ("https://example.org:99999", "no port"),
        ("https://[::1]:8000", "an IPv6 address"),
        ("https://", "no name of a host"),
        ("https://*", "no name of a host"),
        ("https://a.*.org", "no name of a host"),
        ("https://a.org; script-src *", "no name of a host"),
        ("https://a.org\r\nx: y", "no name of a host"),
        ("https://a.org https://b.org", "something after the host"),
        ("*, https://example.org", "'*' (beside others)"),
    ],
)
def test_an_origin_that_is_none_is_told_with_what_is_wrong(origin: str, reason: str) -> None:
    with pytest.raises(SettingsError) as told:
        Settings.read({"JIANGHAI_QA_WIDGET_ORIGINS": origin})
    message = str(told.value)
    assert message.startswith("JIANGHAI_QA_WIDGET_ORIGINS is ")
    assert "expected origins like https://www.example.org" in message
    assert reason in message.split("; found ")[-1]


def test_every_faulty_origin_is_told_at_once() -> None:
    with pytest.raises(SettingsError) as told:
        Settings.read({"JIANGHAI_QA_WIDGET_ORIGINS": "a.org, https://good.org, https://b.org/x"})
    found = str(told.value).split("; found ")[1]
    assert found.startswith("'a.org' (no http:// or https://), 'https://b.org/x' (something after the host")
    assert "good.org" not in found


def policy_of(server: RunningServer, path: str) -> str:
    return httpx.get(server.url + path, trust_env=False).headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    ["/", "/?embed=0", "/?embed=", "/?embed=11", "/docs?embed=1", "/documents/none?embed=1", "/v1/status?embed=1"],
)
def test_nothing_but_the_embedded_chat_may_be_framed(open_server: RunningServer, path: str) -> None:
    assert policy_of(open_server, path) == POLICY.format("'none'")


def test_the_embedded_chat_may_be_framed_by_the_sites_of_the_setting(
    open_server: RunningServer, site: HostSite
) -> None:
    expected = POLICY.format(f"{site.origin} https://*.example.org")
    assert policy_of(open_server, "/?embed=1") == expected
    assert policy_of(open_server, "/?embed=1&lang=en&theme=dark") == expected


def test_without_the_setting_nobody_may_frame_the_chat(server: RunningServer) -> None:
    assert policy_of(server, "/?embed=1") == POLICY.format("'none'")


def test_the_script_may_be_kept_for_an_hour_and_loaded_by_any_page(client: httpx.Client) -> None:
    first = client.get("/widget.js")
    assert first.status_code == 200
    assert first.headers["content-type"] == "text/javascript; charset=utf-8"
    assert first.headers["cache-control"] == "public, max-age=3600"
    assert first.headers["cross-origin-resource-policy"] == "cross-origin"
    assert first.headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in first.headers
    for known in (first.headers["etag"], f'"other", W/{first.headers["etag"]}'):
        again = client.get("/widget.js", headers={"if-none-match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    assert client.get("/widget.js", headers={"if-none-match": '"other"'}).status_code == 200


def test_the_script_weighs_under_8_kb() -> None:
    assert (ROOT / "api" / "static" / "widget.js").stat().st_size < 8000
