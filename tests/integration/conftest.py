"""A directory of its own for a test, a visitor who is nobody, and the referral service that a process shares."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from flask.testing import FlaskClient

from directory_service.app import create_app
from directory_service.settings import load
from service_kit.clock import FrozenClock
from service_kit.db.engine import Database
from support.fresh_databases import FreshDatabases
from support.lasting_services import LastingService
from support.listings import (
    Directory,
)
from support.referral import ReferralService, a_referral_service


@pytest.fixture
def directory(fresh_database: Callable, settings_env: Callable) -> Iterator[Directory]:
    urls = fresh_database("directory")
    settings = load(settings_env("directory", urls))
    made = Directory(worker=Database(urls.worker), web=Database(urls.web), settings=settings)
    made.add_districts()
    with closing(made):
        yield made


@pytest.fixture
def clock(directory: Directory) -> FrozenClock:
    return directory.clock


@pytest.fixture
def visitor(directory: Directory, clock: FrozenClock) -> FlaskClient:
    return create_app(directory.settings, clock=clock, db=directory.web).test_client()


@pytest.fixture(scope="session")
def _referral_service(fresh_databases: FreshDatabases) -> Iterator[LastingService[ReferralService]]:
    lasting = LastingService(fresh_databases, "referral", a_referral_service, ReferralService.begin_anew)
    with closing(lasting):
        yield lasting


@pytest.fixture
def setu(_referral_service: LastingService[ReferralService]) -> Iterator[ReferralService]:
    """The referral service at Monday noon, with listings and teams and nothing sent."""
    with _referral_service.lend() as lent:
        yield lent
