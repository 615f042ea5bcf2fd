"""Two releases' workers log one database's survivors: what one of them does not know is not lost to a restore."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete

from notification_service import settings as configuration
from notification_service.store.survivors import SURVIVORS
from service_kit.db.survivors import Survivor, read_lines
from service_kit.db.tables import survivor_change
from service_kit.survivor_logging import SurvivorLogging
from support.backups import Vault
from support.notices.phones import FORMER, OWN, Phones, submit_to, tell
from support.notification import NGO, WORKER, Scene, membership_of

KNOWN_BEFORE = [each for each in SURVIVORS if each.table != "contact_version"]
WorkerOf = Callable[[list[Survivor]], SurvivorLogging]


@pytest.fixture
def worker_of(restorable: tuple[Scene, Vault]) -> WorkerOf:
    """The loop of a worker that knows these survivors."""
    scene, vault = restorable
    places = {"SETU_SURVIVORS": str(vault.log.parent), "SETU_BACKUP_RECIPIENTS": str(vault.recipients)}
    settings = configuration.load({**vault.environment, **places})
    return lambda known: SurvivorLogging(scene.db, settings, scene.clock, known)


def forget_as_release_0_1_0(scene: Scene) -> None:
    """Its worker logs what it knows of, and deletes each note that it has read, also of tables that it knows not."""
    with scene.db.transaction() as session:
        session.execute(delete(survivor_change))


def versions_told(scene: Scene, vault: Vault) -> list[int]:
    """Of the case worker's contact, in the order of the log."""
    lines = read_lines(vault.log, [vault.identity], since=scene.clock.now() - timedelta(days=1))
    mine = [line.row for line in lines if line.table == "contact_version" and line.id == str(membership_of(WORKER))]
    return [row["version"] for row in mine if row]


def test_what_an_older_worker_does_not_know_waits_for_the_newer_one(
    restorable: tuple[Scene, Vault],
    phones: Phones,
    worker_of: WorkerOf,
) -> None:
    scene, vault = restorable
    older, newer = worker_of(KNOWN_BEFORE), worker_of(list(SURVIVORS))
    newer.run()
    assert vault.back_up().exit_code == 0
    tell(scene, WORKER, OWN, version=7)
    older.run()
    newer.run()
    restored = vault.restore()
    assert restored.exit_code == 0, restored.output

    submit_to(scene, NGO)

    assert FORMER not in phones.called()


def test_what_the_worker_of_the_first_release_forgot_is_logged_when_the_newer_one_starts(
    restorable: tuple[Scene, Vault],
    phones: Phones,
    worker_of: WorkerOf,
) -> None:
    scene, vault = restorable
    assert vault.back_up().exit_code == 0
    tell(scene, WORKER, OWN, version=7)
    forget_as_release_0_1_0(scene)
    worker_of(list(SURVIVORS)).run()
    restored = vault.restore()
    assert restored.exit_code == 0, restored.output

    submit_to(scene, NGO)

    assert FORMER not in phones.called()


def test_one_that_goes_on_beside_the_newer_worker_loses_nothing_for_more_than_a_minute(
    restorable: tuple[Scene, Vault],
    phones: Phones,
    worker_of: WorkerOf,
) -> None:
    scene, vault = restorable
    newer = worker_of(list(SURVIVORS))
    newer.run()
    tell(scene, WORKER, OWN, version=7)
    forget_as_release_0_1_0(scene)
    newer.run()
    assert versions_told(scene, vault) == [4]

    scene.clock.advance(timedelta(minutes=1))
    newer.run()

    assert versions_told(scene, vault) == [4, 7]
    scene.clock.advance(timedelta(minutes=1))
    newer.run()
    assert versions_told(scene, vault) == [4, 7], "once, while nobody forgets"
