"""A running referral service of its own, with more open referrals than one page of the inbox shows."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from conftest import Keys
from support.fresh_databases import FreshDatabases
from support.referrals import running_service as world
from support.referrals.browsers import Desk


@pytest.fixture(scope="module")
def live(fresh_databases: FreshDatabases, keys: Keys) -> Iterator[world.LiveReferral]:
    """The service on a free port, with thirty referrals to Sahaya Trust."""
    with fresh_databases.clone("referral") as urls, world.live_referral(keys, urls) as running:
        running.send(30)
        yield running


@pytest.fixture
def desk(live: world.LiveReferral, chromium: Browser) -> Iterator[Desk]:
    """Browsers, closed after the test."""
    desk = Desk(live, chromium)
    yield desk
    for context in desk.open_contexts:
        context.close()
