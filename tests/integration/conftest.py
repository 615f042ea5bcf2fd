"""A directory of its own for a test, a visitor who is nobody, and the referral service that a process shares."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest
from flask.testing import FlaskClient

from directory_service.settings import load
from service_kit.clock import FrozenClock
from support.fresh_databases import FreshDatabases
from support.lasting_services import Connected, LastingService
from support.listings import (
    Directory,
)
from support.pages.lasting_apps import LastingApp
from support.referral import ReferralService
from support.referrals.app import a_referral_service


@pytest.fixture(scope="session")
def _connected(fresh_databases: FreshDatabases) -> Iterator[Callable[[str], LastingService[Connected]]]:
    lasting: dict[str, LastingService[Connected]] = {}
    with ExitStack() as stack:

        def of(service: str) -> LastingService[Connected]:
            if service not in lasting:
                made = LastingService(fresh_databases, service, Connected.to)
                lasting[service] = stack.enter_context(closing(made))
            return lasting[service]

        yield of


@pytest.fixture
def connected_database(_connected: Callable[[str], LastingService[Connected]]) -> Iterator[Callable[[str], Connected]]:
    """`connected_database("directory")` is empty for this test, and its connections are those of the tests before."""
    with ExitStack() as stack:
        yield lambda service: stack.enter_context(_connected(service).lend())


@pytest.fixture
def directory(connected_database: Callable[[str], Connected], settings_env: Callable) -> Iterator[Directory]:
    database = connected_database("directory")
    settings = load(settings_env("directory", database.urls))
    made = Directory(worker=database.worker, web=database.web, settings=settings)
    made.add_districts()
    with closing(made.indexer):
        yield made


@pytest.fixture(scope="session")
def lasting_app() -> LastingApp:
    """For the one web process of a directory that a test asks most."""
    return LastingApp()


@pytest.fixture
def clock(directory: Directory) -> FrozenClock:
    return directory.clock


@pytest.fixture(scope="session")
def _visited() -> LastingApp:
    return LastingApp()  # not that of `lasting_app`, whose clock may be another


@pytest.fixture
def visitor(directory: Directory, clock: FrozenClock, _visited: LastingApp) -> FlaskClient:
    return _visited.begun(directory.settings, clock=clock, db=directory.web).test_client()


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
