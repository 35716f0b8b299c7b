"""The fixtures of the page tests: one browser a file, an open chat page, and a server over a document of odd characters."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from api_support import RunningServer, start_server
from page_proxy import Proxy, proxy
from page_support import browser_or_reason, opened
from playwright.sync_api import Browser, Page, sync_playwright

ODD = """# 江海区无人机队成立 <img src=x onerror=alert(1)>

江门日报讯(记者/陈婵)7月19日,😀😀江海区无人机队正式成立,共有<b onclick=alert(1)>120架</b>无人机。

区农业农村局有关负责人表示,😀无人机队将为江海区的农户提供播种、施肥、巡查等服务,提高农业生产的效率。
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser that is there, else a skip that says why."""
    with sync_playwright() as playwright:
        one = browser_or_reason(playwright)
        yield one
        one.close()


@pytest.fixture
def page(browser: Browser, server: RunningServer) -> Iterator[Page]:
    """The chat page of the shared server, in Chinese."""
    with opened(browser, server.url) as one:
        one.goto("/")
        yield one


@pytest.fixture
def slow(server: RunningServer) -> Iterator[Proxy]:
    """A proxy before the shared server that lets an answer through event by event."""
    with proxy(server.url) as one:
        yield one


@pytest.fixture
def slow_page(browser: Browser, slow: Proxy) -> Iterator[Page]:
    """The chat page behind that proxy."""
    with opened(browser, slow.url) as one:
        one.goto("/")
        yield one


@pytest.fixture(scope="module")
def odd_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server over a document with markup in its text and characters that count twice in JavaScript, and a reprint of it."""
    seeds = tmp_path_factory.mktemp("seeds")
    (seeds / "odd.txt").write_text(ODD, encoding="utf-8")
    (seeds / "reprint.txt").write_text("# 区里的无人机\n\n" + ODD.split("\n\n")[2] + "\n", encoding="utf-8")
    running = start_server(tmp_path_factory.mktemp("odd"), settings={"SEEDS_DIR": str(seeds)})
    yield running
    running.stop()


@pytest.fixture
def odd_page(browser: Browser, odd_server: RunningServer) -> Iterator[Page]:
    """The chat page of the server over the odd document."""
    with opened(browser, odd_server.url) as one:
        one.goto("/")
        yield one
