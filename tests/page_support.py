"""Find a browser for the tests of the pages."""

from __future__ import annotations

import os
import shutil

import pytest
from playwright.sync_api import Browser, Error, Playwright

ARGUMENTS = ["--no-sandbox", "--disable-gpu"]


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
