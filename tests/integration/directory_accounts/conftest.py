from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import psycopg
import pytest

from support.accounts import (
    House,
    a_house,
)
from support.lasting_services import Connected
from support.pages.lasting_apps import LastingApp


@dataclass
class _Fresh:
    house: House
    superuser: str
    environment: dict[str, str]


@pytest.fixture
def _fresh(connected_database: Callable[[str], Connected], settings_env: Callable, lasting_app: LastingApp) -> _Fresh:
    database = connected_database("directory")
    urls = database.urls
    made = a_house(settings_env("directory", urls), database.web, database.worker, lasting_app.begun)
    return _Fresh(made, urls.superuser, settings_env("directory", urls, process="worker"))


@pytest.fixture
def house(_fresh: _Fresh) -> House:
    return _fresh.house


@pytest.fixture
def fresh_superuser(_fresh: _Fresh) -> Callable[[], AbstractContextManager[psycopg.Connection]]:
    """Opens the same database as a superuser, to do what no code of ours could."""
    return lambda: psycopg.connect(_fresh.superuser)


@pytest.fixture
def fresh_environment(_fresh: _Fresh) -> dict[str, str]:
    """The worker's environment over the same database, for commands."""
    return _fresh.environment
