from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from support.fresh_databases import Urls
from support.notification_site import (
    Site,
    a_browser,
    a_site,
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = a_browser(playwright)
        yield running
        running.close()


@pytest.fixture
def site(
    browser: Browser, fresh_database: Callable[[str], Urls], settings_env: Callable[..., dict[str, str]]
) -> Iterator[Site]:
    urls = fresh_database("notification")
    with a_site(browser, urls, settings_env("notification", urls)) as running:
        yield running
