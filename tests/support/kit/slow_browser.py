"""A browser that is slow on purpose: what a test looks at too early is never there yet, not once in a hundred runs.

`SETU_SLOW_BROWSER=4 pytest tests/e2e/kit_web`: scripts and styles take four times as long, each request 200 ms more.
"""

import os
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

FACTOR = float(os.environ.get("SETU_SLOW_BROWSER", "1"))
LATENCY = 50 * FACTOR
"""Milliseconds from a request to the first byte of its answer."""


def slow_down(browser: Browser) -> None:
    """Decorate the browser: every page that is opened in it from now on is slow, unless the factor is 1."""
    open_context = browser.new_context

    def new_context(**options: Any) -> BrowserContext:
        context = open_context(**options)
        _slow_pages(context)
        return context

    if FACTOR > 1:
        browser.new_context = new_context  # type: ignore[method-assign]  # an event comes too late for the first page


def _slow_pages(context: BrowserContext) -> None:
    open_page = context.new_page

    def new_page() -> Page:
        page = open_page()
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": FACTOR})
        unlimited = {"downloadThroughput": -1, "uploadThroughput": -1}
        session.send("Network.emulateNetworkConditions", {"offline": False, "latency": LATENCY, **unlimited})
        return page

    context.new_page = new_page  # type: ignore[method-assign]  # likewise
