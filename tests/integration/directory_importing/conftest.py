"""A directory into which much is imported and of which little is read."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from directory_service.app import create_app
from support.importing import Following, LazilyIndexed
from support.listings import Directory


@pytest.fixture
def directory(directory: Directory) -> Iterator[LazilyIndexed]:
    made = LazilyIndexed(worker=directory.worker, web=directory.web, settings=directory.settings)
    yield made
    made.indexer.close()


@pytest.fixture
def visitor(directory: LazilyIndexed) -> FlaskClient:
    app = create_app(directory.settings, clock=directory.clock, db=directory.web)
    app.test_client_class = Following
    made = app.test_client()
    assert isinstance(made, Following)
    made.directory = directory
    return made
