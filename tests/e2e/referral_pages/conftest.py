"""A running referral service and a browser for the journeys of officers and case workers."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser

import builders_referral_pages as world
from builders_referral_desk import Desk
from conftest import Keys
from fresh_databases import FreshDatabases
from service_kit.web.tokens import SessionTokens


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def live(fresh_databases: FreshDatabases, keys: Keys) -> Iterator[world.LiveReferral]:
    """The service on a free port, with a database of its own."""
    tokens = SessionTokens({"test": keys.session.public_key().public_bytes_raw()}, keys.session.private_bytes_raw())
    with ExitStack() as stack:
        urls = stack.enter_context(fresh_databases.clone("referral"))
        environment = {
            **keys.environment(),
            "SETU_DATABASE_URL": urls.web,
            "SETU_COOKIE_SECURE": "false",
            "SETU_PSEUDO_LANGUAGE": "1",
        }
        yield stack.enter_context(world.live_referral(environment, urls.worker, tokens, _free_port()))


@pytest.fixture
def desk(live: world.LiveReferral, chromium: Browser) -> Iterator[Desk]:
    """Browsers, closed after the test."""
    desk = Desk(live, chromium)
    yield desk
    for context in desk.open_contexts:
        context.close()
