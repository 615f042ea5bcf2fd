from collections.abc import Callable
from dataclasses import dataclass

import pytest

from support.accounts import House, Person, a_house
from support.lasting_services import Connected
from support.pages.lasting_apps import LastingApp
from support.registry import AIZAWL, Registry, a_registry


@dataclass
class _Fresh:
    house: House
    environment: dict[str, str]


@pytest.fixture
def _fresh(connected_database: Callable[[str], Connected], settings_env: Callable, lasting_app: LastingApp) -> _Fresh:
    database = connected_database("directory")
    made = a_house(settings_env("directory", database.urls), database.web, database.worker, lasting_app.begun)
    return _Fresh(made, settings_env("directory", database.urls, process="worker"))


@pytest.fixture
def house(_fresh: _Fresh) -> House:
    return _fresh.house


@pytest.fixture
def worker_environment(_fresh: _Fresh) -> dict[str, str]:
    """The worker's environment over the same database, for commands."""
    return _fresh.environment


@pytest.fixture
def registry(house: House) -> Registry:
    return a_registry(house)


@pytest.fixture
def data_officer(registry: Registry) -> Person:
    state = registry.house.organization("coordinating_body", district=AIZAWL, name="State's desk")
    return registry.house.person("data_officer", state)
