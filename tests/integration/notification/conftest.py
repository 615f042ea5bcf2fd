from collections.abc import Callable

import pytest

from support.lasting_services import Connected
from support.notices.planned import Begin
from support.notification import (
    Scene,
    a_scene,
)


@pytest.fixture
def scene(connected_database: Callable[[str], Connected], settings_env: Callable[..., dict[str, str]]) -> Scene:
    database = connected_database("notification")
    return a_scene(database.urls, settings_env("notification", database.urls), web=database.web, worker=database.worker)


@pytest.fixture
def begin(scene: Scene) -> Begin:
    """Transactions of the worker."""
    return scene.db.transaction
