from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from conftest import Keys, environment_of
from notification_service.store.survivors import SURVIVORS
from support.backups import Vault
from support.fresh_databases import FreshDatabases, Urls
from support.lasting_services import Connected, LastingService
from support.notices.phones import FORMER, OF_ANOTHER, Phones, tell
from support.notices.planned import Begin
from support.notification import OTHER_WORKER, WORKER, Scene, a_scene


@pytest.fixture(scope="session")
def _scene(
    fresh_databases: FreshDatabases, keys: Keys, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LastingService[Scene]]:
    def build(urls: Urls) -> Scene:
        environment = environment_of(keys, tmp_path_factory.mktemp("notification"), urls)
        database = Connected.to(urls)
        return a_scene(urls, environment, web=database.web, worker=database.worker)

    with closing(LastingService(fresh_databases, "notification", build, Scene.begin_anew)) as made:
        yield made


@pytest.fixture
def scene(_scene: LastingService[Scene]) -> Iterator[Scene]:
    """The service at noon, with people of every role and nothing told."""
    with _scene.lend() as lent:
        yield lent


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
