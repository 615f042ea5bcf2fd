from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from support.fresh_databases import Urls
from support.notices.site import (
    Site,
    a_site,
)


@pytest.fixture
def site(
    chromium: Browser, fresh_database: Callable[[str], Urls], settings_env: Callable[..., dict[str, str]]
) -> Iterator[Site]:
    urls = fresh_database("notification")
    with a_site(chromium, urls, settings_env("notification", urls)) as running:
        yield running
