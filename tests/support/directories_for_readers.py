"""A directory that the tests of a module share, because they only read it; and one of its own with an index.

The fixtures are for the `conftest.py` of a folder, which takes the names that it wants and brings `stocked`.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from conftest import Keys, environment_of
from directory_service.app import create_app
from directory_service.settings import load
from service_kit.db.engine import Database
from support.fresh_databases import FreshDatabases
from support.listings import NOON, Directory


@contextmanager
def a_directory_for_readers(databases: FreshDatabases, keys: Keys, folder: Path) -> Iterator[Directory]:
    """A directory with its districts, in a database of its own; the caller fills it once."""
    with databases.clone("directory") as urls:
        settings = load(environment_of(keys, folder, urls))
        with closing(Directory(Database(urls.worker), Database(urls.web), settings)) as made:
            made.add_districts()
            yield made


@pytest.fixture
def indexed(directory: Directory) -> Directory:
    """With an index from the beginning, as a worker makes it; a folder calls it `directory`."""
    directory.index()
    return directory


@pytest.fixture(scope="module")
def application_for_readers(stocked: Directory) -> Flask:
    """Over the folder's `stocked`."""
    return create_app(stocked.settings, clock=stocked.clock, db=stocked.web)


@pytest.fixture
def reader(stocked: Directory, application_for_readers: Flask) -> FlaskClient:
    """Somebody who only reads there, at noon."""
    stocked.clock.set(NOON)
    return application_for_readers.test_client()
