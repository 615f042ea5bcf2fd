"""A directory of its own for a test, and a visitor who is nobody."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from flask.testing import FlaskClient

from directory_service.app import create_app
from directory_service.settings import load
from service_kit.clock import FrozenClock
from service_kit.db.engine import Database
from support.listings import (
    Directory,
)


@pytest.fixture
def directory(fresh_database: Callable, settings_env: Callable) -> Iterator[Directory]:
    urls = fresh_database("directory")
    settings = load(settings_env("directory", urls))
    made = Directory(worker=Database(urls.worker), web=Database(urls.web), settings=settings)
    made.add_districts()
    with closing(made):
        yield made


@pytest.fixture
def clock(directory: Directory) -> FrozenClock:
    return directory.clock


@pytest.fixture
def visitor(directory: Directory, clock: FrozenClock) -> FlaskClient:
    return create_app(directory.settings, clock=clock, db=directory.web).test_client()
