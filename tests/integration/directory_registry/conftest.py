from collections.abc import Callable, Iterator

import pytest

from support.accounts import House, a_house
from support.registry import Registry, a_registry


@pytest.fixture
def house(fresh_database: Callable, settings_env: Callable) -> Iterator[House]:
    urls = fresh_database("directory")
    made = a_house(settings_env("directory", urls, SETU_TEST_WORKER_URL=urls.worker))
    yield made
    made.web.dispose()
    made.worker.dispose()


@pytest.fixture
def registry(house: House) -> Registry:
    return a_registry(house)
