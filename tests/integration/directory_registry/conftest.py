"""Two states with their bodies and coordinators: made once in a process, and as they were made for each test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace

import pytest

from conftest import Keys, environment_of
from support.accounts import House, Person, a_house
from support.fresh_databases import FreshDatabases, Urls
from support.lasting_services import Connected, LastingService
from support.pages.lasting_apps import LastingApp
from support.registry import AIZAWL, Registry, a_registry


@dataclass(frozen=True)
class _States:
    connected: Connected
    made: Registry


@dataclass
class _Fresh:
    house: House
    environment: dict[str, str]
    made: Registry | None = None


@pytest.fixture(scope="session")
def _two_states(
    fresh_databases: FreshDatabases, keys: Keys, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LastingService[_States]]:
    def build(urls: Urls) -> _States:
        connected = Connected.to(urls)
        environment = environment_of(keys, tmp_path_factory.mktemp("states"), urls)
        return _States(connected, a_registry(a_house(environment, connected.web, connected.worker)))

    with closing(LastingService(fresh_databases, "directory", build)) as lasting:
        yield lasting


@pytest.fixture
def _fresh(
    request: pytest.FixtureRequest,
    connected_database: Callable[[str], Connected],
    _two_states: LastingService[_States],
    settings_env: Callable,
    lasting_app: LastingApp,
) -> Iterator[_Fresh]:
    """With the two states for a test that asks for them, else empty."""
    with ExitStack() as stack:
        states = stack.enter_context(_two_states.lend()) if "registry" in request.fixturenames else None
        database = states.connected if states else connected_database("directory")
        house = a_house(settings_env("directory", database.urls), database.web, database.worker, lasting_app.begun)
        made = replace(states.made, house=house) if states else None
        yield _Fresh(house, settings_env("directory", database.urls, process="worker"), made)


@pytest.fixture
def house(_fresh: _Fresh) -> House:
    return _fresh.house


@pytest.fixture
def worker_environment(_fresh: _Fresh) -> dict[str, str]:
    """The worker's environment over the same database, for commands."""
    return _fresh.environment


@pytest.fixture
def registry(_fresh: _Fresh) -> Registry:
    assert _fresh.made is not None
    return _fresh.made


@pytest.fixture
def data_officer(registry: Registry) -> Person:
    state = registry.house.organization("coordinating_body", district=AIZAWL, name="State's desk")
    return registry.house.person("data_officer", state)
