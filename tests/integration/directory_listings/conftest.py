from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from builders_editing import OTHER, PLACE, PROVIDER, SERVICE, Headers, somebody
from builders_listings import Directory, Watched
from conftest import Keys
from directory_service.app import create_app
from directory_service.settings import load
from service_kit.clock import FrozenClock
from service_kit.db.engine import Database
from service_kit.web.principal import Principal
from service_kit.web.tokens import SessionTokens


@pytest.fixture
def directory(fresh_database: Callable, settings_env: Callable) -> Iterator[Directory]:
    urls = fresh_database("directory")
    settings = load(settings_env("directory", urls))
    made = Directory(worker=Database(urls.worker), web=Watched(urls.web), settings=settings)
    made.add_districts()
    with closing(made):
        yield made


@pytest.fixture
def visitor(directory: Directory) -> FlaskClient:
    app = create_app(directory.settings, clock=FrozenClock(directory.now), db=directory.web)
    return app.test_client()


@pytest.fixture
def client(directory: Directory) -> FlaskClient:
    directory.save(PROVIDER, OTHER, PLACE, SERVICE)
    directory.forget_events()
    clock = FrozenClock(directory.now + timedelta(hours=1))
    return create_app(directory.settings, clock=clock, db=directory.web).test_client()


@pytest.fixture
def headers(keys: Keys) -> Headers:
    tokens = SessionTokens({"test": keys.session.public_key().public_bytes_raw()}, keys.session.private_bytes_raw())

    def made(seen: str | None = None, who: Principal | None = None, **more: str) -> dict[str, str]:
        found = {"Authorization": f"Bearer {tokens.mint(who or somebody())}", **more}
        return found | ({"If-Match": seen} if seen else {})

    return made
