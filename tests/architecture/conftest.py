"""A service's application as its web process makes it, without a database behind it."""

from collections.abc import Callable
from importlib import import_module

import pytest
from flask import Flask

from support.fresh_databases import Urls

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


@pytest.fixture
def new_app_of(settings_env: Callable[..., dict[str, str]], monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Flask]:
    """`new_app_of("referral")` makes that service's application, without a database behind it."""

    def build(service: str) -> Flask:
        environment = settings_env(service, Urls(NOWHERE, NOWHERE, NOWHERE, NOWHERE))
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        application: Flask = import_module(f"{service}_service.app").create_app()
        return application

    return build


@pytest.fixture(scope="session")
def _made() -> dict[str, Flask]:
    return {}


@pytest.fixture
def app_of(_made: dict[str, Flask], new_app_of: Callable[[str], Flask]) -> Callable[[str], Flask]:
    """The same, one for all tests of a process: to make one takes longer than to look at it."""

    def made(service: str) -> Flask:
        if service not in _made:
            _made[service] = new_app_of(service)
        return _made[service]

    return made
