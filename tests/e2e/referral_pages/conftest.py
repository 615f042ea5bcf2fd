"""A running referral service and a browser for the journeys of officers and case workers."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from conftest import Keys
from support.fresh_databases import FreshDatabases
from support.referrals import running_service as world
from support.referrals.browsers import Desk


@pytest.fixture(scope="session")
def live(fresh_databases: FreshDatabases, keys: Keys) -> Iterator[world.LiveReferral]:
    """The service on a free port, with a database of its own."""
    with fresh_databases.clone("referral") as urls, world.live_referral(keys, urls) as running:
        yield running


@pytest.fixture
def desk(live: world.LiveReferral, chromium: Browser) -> Iterator[Desk]:
    """Browsers, closed after the test."""
    desk = Desk(live, chromium)
    yield desk
    for context in desk.open_contexts:
        context.close()
