from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from support.accounts import House, a_house
from support.registry import Registry, a_registry


@dataclass
class _Fresh:
    house: House
    environment: dict[str, str]


@pytest.fixture
def _fresh(fresh_database: Callable, settings_env: Callable) -> Iterator[_Fresh]:
    urls = fresh_database("directory")
    made = a_house(settings_env("directory", urls, SETU_TEST_WORKER_URL=urls.worker))
    yield _Fresh(made, settings_env("directory", urls, process="worker"))
    made.web.dispose()
    made.worker.dispose()


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
