"""A browser, and one whole demo for the tests that need one; each is started when the first of them runs."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from local_stack.layout import CHECKOUT, Layout
from support.demo_stack import (
    Demo,
    free_base,
)
from support.kit.slow_browser import slow_down

LIGHTER = Path("/usr/bin/chromium-headless-shell")
"""The same browser without its windows, where the system has it."""
CHROMIUM = os.environ.get("SETU_CHROMIUM", str(LIGHTER) if LIGHTER.exists() else "/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--in-process-gpu",  # what is drawn is handed to no further process
    "--disable-site-isolation-trials",  # nor does a page get one for each site: all are ours
    "--renderer-process-limit=1",  # a first page stays in the process in which it was made, and needs no other
    "--js-flags=--no-opt --no-maglev",  # no page lives long enough to be worth compiling its scripts a second time
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

expect.set_options(timeout=30_000)  # milliseconds: as long as a click waits; a machine that is busy is no fault


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One headless browser for the process (Playwright allows one at a time); in CI it must be there."""
    if not Path(CHROMIUM).exists():
        reason = f"no browser at {CHROMIUM}; SETU_CHROMIUM names another"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        slow_down(browser)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A running demo; `test_demo.py` ends and forgets it, so whatever else needs it stands in a module before that."""
    folder = tmp_path_factory.mktemp("demo")
    for part in (folder, folder.parent):
        part.chmod(0o755)
    demo = Demo(Layout(CHECKOUT, free_base(), folder / "var"), folder / "output")
    demo.start()
    yield demo
    if demo.layout.stack.exists():
        demo.setu("clean", check=False)
