from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from notification_service.store.survivors import SURVIVORS
from support.backups import Vault
from support.lasting_services import Connected
from support.notices.phones import FORMER, OF_ANOTHER, Phones, tell
from support.notices.planned import Begin
from support.notification import OTHER_WORKER, WORKER, Scene, a_scene


@pytest.fixture
def scene(connected_database: Callable[[str], Connected], settings_env: Callable[..., dict[str, str]]) -> Scene:
    database = connected_database("notification")
    return a_scene(database.urls, settings_env("notification", database.urls), web=database.web, worker=database.worker)


@pytest.fixture
def begin(scene: Scene) -> Begin:
    """Transactions of the worker."""
    return scene.db.transaction


@pytest.fixture
def restorable(fresh_database: Callable, settings_env: Callable, tmp_path: Path) -> Iterator[tuple[Scene, Vault]]:
    """A service that is backed up and restored: its processes, and where backup, log and keys lie."""
    urls = fresh_database("notification")
    scene = a_scene(urls, settings_env("notification", urls))
    own = {**settings_env("notification", urls, process="worker"), "SETU_DATABASE_OWNER_URL": urls.owner}
    yield scene, Vault(tmp_path / "vault", "notification", own, (scene.db, scene.web), SURVIVORS)
    scene.db.dispose()
    scene.web.dispose()


@pytest.fixture
def phones(restorable: tuple[Scene, Vault]) -> Phones:
    """Who is reached at a number alone, of two teams: the one has changed nothing since long ago."""
    scene, _ = restorable
    tell(scene, WORKER, FORMER, version=4)
    tell(scene, OTHER_WORKER, OF_ANOTHER, version=4)
    return Phones(scene)
