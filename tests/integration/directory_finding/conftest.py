from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from conftest import Keys
from directory_service.app import create_app
from support.directories_for_readers import a_directory_for_readers
from support.fresh_databases import FreshDatabases
from support.kit.cached_responses import Counting, a_counting_client, a_filled
from support.listings import NOON, Directory


@pytest.fixture
def directory(directory: Directory) -> Directory:
    """With an index from the beginning, as a worker makes it."""
    directory.index()
    return directory


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
        made.save(*request.module.STOCK)
        yield made


@pytest.fixture(scope="module")
def _reading(stocked: Directory) -> Flask:
    return create_app(stocked.settings, clock=stocked.clock, db=stocked.web)


@pytest.fixture
def reader(stocked: Directory, _reading: Flask) -> FlaskClient:
    """Somebody who only reads there, at noon."""
    stocked.clock.set(NOON)
    return _reading.test_client()
