from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from conftest import Keys
from service_kit.clock import FrozenClock
from service_kit.identity import Principal
from service_kit.session_tokens import SessionTokens
from support.editing import (
    OTHER,
    PLACE,
    PROVIDER,
    SERVICE,
    Headers,
    somebody,
)
from support.listings import Directory
from support.pages.lasting_apps import LastingApp
from support.uploads import browsers_of, with_services


@pytest.fixture
def client(directory: Directory, lasting_app: LastingApp) -> FlaskClient:
    directory.save(PROVIDER, OTHER, PLACE, SERVICE)
    directory.forget_events()
    clock = FrozenClock(directory.now + timedelta(hours=1))
    return lasting_app.begun(directory.settings, clock=clock, db=directory.web).test_client()


@pytest.fixture
def headers(keys: Keys) -> Headers:
    tokens = SessionTokens({"test": keys.session.public_key().public_bytes_raw()}, keys.session.private_bytes_raw())

    def made(seen: str | None = None, who: Principal | None = None, **more: str) -> dict[str, str]:
        found = {"Authorization": f"Bearer {tokens.mint(who or somebody())}", **more}
        return found | ({"If-Match": seen} if seen else {})

    return made


@pytest.fixture
def ready(directory: Directory) -> Directory:
    """With two services that a file may change."""
    return with_services(directory)


@pytest.fixture
def manager(ready: Directory, keys: Keys, clock: FrozenClock, lasting_app: LastingApp) -> Callable[..., FlaskClient]:
    """Browsers of the provider's manager."""
    return browsers_of(ready, keys, clock, lasting_app.begun)
