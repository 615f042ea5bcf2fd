from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from conftest import Keys
from directory_service.app import create_app
from support.directories_for_readers import a_directory_for_readers
from support.fresh_databases import FreshDatabases
from support.listings import Directory


@pytest.fixture
def directory(directory: Directory) -> Directory:
    """With an index from the beginning, as a worker makes it."""
    directory.index()
    return directory


@pytest.fixture(scope="module")
def stocked(
    request: pytest.FixtureRequest,
    fresh_databases: FreshDatabases,
    keys: Keys,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Directory]:
    """One directory for the tests of a module that only read, filled by the module's `fill`."""
    fill: Callable[[Directory], None] = request.module.fill
    with a_directory_for_readers(fresh_databases, keys, tmp_path_factory.mktemp("stocked")) as made:
        made.index()  # from the beginning, as above
        fill(made)
        yield made


@pytest.fixture(scope="module")
def _reading(stocked: Directory) -> Flask:
    return create_app(stocked.settings, clock=stocked.clock, db=stocked.web)


@pytest.fixture
def reader(_reading: Flask) -> FlaskClient:
    """Somebody who only reads there."""
    return _reading.test_client()
