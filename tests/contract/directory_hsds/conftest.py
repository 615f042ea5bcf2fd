"""The sample directory: one for all that only read, and one of its own for a test that writes."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager

import pytest
from flask.testing import FlaskClient

from conftest import Keys, environment_of
from directory_service.app import create_app
from directory_service.importing.use_cases.load_sample import load_sample
from directory_service.settings import load
from service_kit.clock import FrozenClock
from service_kit.db.engine import Database
from support.fresh_databases import FreshDatabases, Urls
from support.listings import (
    NOON,
    Directory,
)


@contextmanager
def a_sample(urls: Urls, environment: Mapping[str, str]) -> Iterator[Directory]:
    made = Directory(Database(urls.worker), Database(urls.web), load(environment))
    with closing(made):
        load_sample(made.worker, NOON)
        made.index()
        yield made


@pytest.fixture(scope="session")
def sample(
    fresh_databases: FreshDatabases, keys: Keys, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Directory]:
    """The sample directory, for those who only read."""
    with fresh_databases.clone("directory") as urls:
        environment = environment_of(keys, tmp_path_factory.mktemp("sample"), urls)
        with a_sample(urls, environment) as made:
            yield made


@pytest.fixture
def own_sample(fresh_database: Callable, settings_env: Callable) -> Iterator[Directory]:
    """The sample directory, for a test that writes."""
    urls = fresh_database("directory")
    with a_sample(urls, settings_env("directory", urls)) as made:
        yield made


@pytest.fixture(scope="session")
def integrator(sample: Directory) -> FlaskClient:
    """Somebody without a key, who only reads."""
    app = create_app(sample.settings, clock=FrozenClock(NOON), db=sample.web)
    return app.test_client()
