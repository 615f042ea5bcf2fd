from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from flask.testing import FlaskClient

from directory_service.app import create_app
from directory_service.importing.use_cases.load_sample import load_sample
from directory_service.settings import load
from service_kit.clock import FrozenClock
from service_kit.db.engine import Database
from support.listings import (
    NOON,
    Directory,
)


@pytest.fixture
def sample(fresh_database: Callable, settings_env: Callable) -> Iterator[Directory]:
    """The sample directory."""
    urls = fresh_database("directory")
    made = Directory(Database(urls.worker), Database(urls.web), load(settings_env("directory", urls)))
    with closing(made):
        load_sample(made.worker, NOON)
        made.index()
        yield made


@pytest.fixture
def integrator(sample: Directory) -> FlaskClient:
    app = create_app(sample.settings, clock=FrozenClock(NOON), db=sample.web)
    return app.test_client()
