from collections.abc import Iterator

import pytest

from conftest import Keys
from support import directories_for_readers
from support.directories_for_readers import a_directory_for_readers
from support.fresh_databases import FreshDatabases
from support.kit.cached_responses import Counting, a_counting_client, a_filled
from support.listings import Directory

directory = directories_for_readers.indexed
application_for_readers = directories_for_readers.application_for_readers
reader = directories_for_readers.reader


@pytest.fixture
def filled(directory: Directory) -> Directory:
    """With services whose answers may be cached."""
    return a_filled(directory)


@pytest.fixture
def client(filled: Directory) -> Counting:
    """A client that knows how often the application was entered."""
    return a_counting_client(filled)


@pytest.fixture(scope="module")
def stocked(
    request: pytest.FixtureRequest,
    fresh_databases: FreshDatabases,
    keys: Keys,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Directory]:
    """One directory for the tests of a module that only read, with what the module names in `STOCK`."""
    with a_directory_for_readers(fresh_databases, keys, tmp_path_factory.mktemp("stocked")) as made:
        made.save_together(*request.module.STOCK)
        yield made
