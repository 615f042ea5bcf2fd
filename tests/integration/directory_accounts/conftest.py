from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

import psycopg
import pytest

from support.accounts import (
    House,
    a_house,
)


@dataclass
class _Fresh:
    house: House
    superuser: str
    environment: dict[str, str]


@pytest.fixture
def _fresh(fresh_database: Callable, settings_env: Callable) -> Iterator[_Fresh]:
    urls = fresh_database("directory")
    made = a_house(settings_env("directory", urls, SETU_TEST_WORKER_URL=urls.worker))
    yield _Fresh(made, urls.superuser, settings_env("directory", urls, process="worker"))
    made.web.dispose()
    made.worker.dispose()


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
