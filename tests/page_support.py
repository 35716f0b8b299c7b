"""What the tests of the pages share: a browser, a page that tolerates no fault, and the steps of a conversation."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Playwright

ARGUMENTS = ["--no-sandbox", "--disable-gpu"]
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 375, "height": 812}
# When a turn has come to its end: answered, not answered, or failed.
ENDED = ".turn:last-child :is(.copy, .verdict, .fault)"


def browser_or_reason(playwright: Playwright) -> Browser:
    """Launch the browser of the setting, the system's or Playwright's own; without any, skip and say why.

    With `JIANGHAI_QA_REQUIRE_BROWSER=1` the test fails instead of being skipped.
    """
    chosen = os.environ.get("JIANGHAI_QA_TEST_BROWSER") or shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        return playwright.chromium.launch(executable_path=chosen, args=ARGUMENTS)
    except Error as fault:
        reason = (
            f"found no browser that starts ({chosen or 'none on PATH'}: {str(fault).splitlines()[0]}), "
            "expected Chromium; install it, or run `playwright install chromium`, "
            "or set JIANGHAI_QA_TEST_BROWSER"
        )
    if os.environ.get("JIANGHAI_QA_REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def opened(browser: Browser, url: str, **options: Any) -> Iterator[Page]:
    """Open a page; fail for an error in a script, a refused resource or a request to another host."""
    context = browser.new_context(**{"base_url": url, "locale": "zh-CN", "reduced_motion": "reduce"} | options)
    page = context.new_page()
    page.set_default_timeout(10_000)
    faults: list[str] = []
    own = urlsplit(url).netloc

    def logged(message: ConsoleMessage) -> None:
        # The browser itself logs every request that fails; what the page makes of one is a test's business.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            faults.append(message.text)

    page.on("console", logged)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: faults.append(request.url) if urlsplit(request.url).netloc != own else None)
    yield page
    context.close()
    assert faults == []


def ask(page: Page, question: str) -> None:
    """Ask a question of the open page and wait until its turn has ended."""
    turns = page.locator(".turn").count()
    page.fill("#question", question)
    page.keyboard.press("Enter")
    page.wait_for_function("n => document.querySelectorAll('.turn').length > n", arg=turns)
    page.wait_for_selector(ENDED)


def until(page: Page, condition: str) -> None:
    """Wait until a condition in JavaScript holds; the page's policy lets `wait_for_function` look only once."""
    page.evaluate(f"async () => {{ while (!({condition})) await new Promise((done) => setTimeout(done, 10)); }}")


def module(page: Page, name: str, expression: str, given: Any = None) -> Any:
    """Return what a function of one of the page's modules gives, `expression` being written with `it` and `given`."""
    return page.evaluate(
        f"async (given) => {{ const it = await import('/static/{name}.js'); return {expression}; }}", given
    )


@cache
def axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def faults(page: Page) -> list[str]:
    """Return the serious and critical findings of axe-core, with what they are about."""
    if not page.evaluate("Boolean(globalThis.axe)"):
        page.evaluate(axe())
    found: Any = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:120]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
