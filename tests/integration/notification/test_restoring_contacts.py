"""A number that was given up after the backup: a restored service sends nothing there, and waits for the new one."""

from dataclasses import replace
from uuid import uuid4

import psycopg
from sqlalchemy import select, text

from notification_service.store.members import Contact, MembershipSnapshot, apply_snapshot
from notification_service.store.tables import DeliveryRow, MemberRow
from notification_service.use_cases.measure_contacts import measure_contacts
from service_kit import metrics
from service_kit.db.provision import libpq
from service_kit.db.survivors import read_lines
from support.backups import Vault
from support.notices.phones import FORMER, OF_ANOTHER, OWN, Phones, submit_to, tell
from support.notification import (
    NGO,
    OTHER_NGO,
    WORKER,
    Scene,
    membership_of,
)


def lose_and_restore(vault: Vault) -> None:
    vault.log_survivors()
    restored = vault.restore()
    assert restored.exit_code == 0, restored.output


def messages(scene: Scene) -> set[tuple[str, str | None]]:
    """State and error of each SMS."""
    with scene.db.transaction() as session:
        return {(row.state, row.error) for row in session.scalars(select(DeliveryRow).filter_by(channel="sms"))}


def outdated(scene: Scene) -> float:
    """How many people the doctor hears of."""
    measure_contacts(scene.db)
    shown = metrics.exposition().decode().splitlines()
    return next(float(line.split()[-1]) for line in shown if line.startswith("setu_contacts_outdated "))


def test_a_number_given_up_after_the_backup_is_called_no_more_and_the_new_one_once_it_is_told_again(
    restorable: tuple[Scene, Vault], phones: Phones
) -> None:
    scene, vault = restorable
    submit_to(scene, NGO)
    assert vault.back_up().exit_code == 0  # its message waits
    tell(scene, WORKER, OWN, version=7)
    lose_and_restore(vault)
    for team in (NGO, OTHER_NGO):
        submit_to(scene, team)

    assert phones.called() == [OF_ANOTHER]
    assert ("waiting", "contact_outdated") in messages(scene)
    assert outdated(scene) == 1
    with scene.db.transaction() as session:
        assert session.get_one(MemberRow, membership_of(WORKER)).contact is None

    tell(scene, WORKER, OWN, version=7)  # `setu directory republish`
    assert phones.called() == [OF_ANOTHER, OWN, OWN]
    assert messages(scene) == {("sent", None)}
    assert outdated(scene) == 0


def test_a_snapshot_from_before_the_change_that_comes_again_brings_the_former_number_back_to_nobody(
    restorable: tuple[Scene, Vault], phones: Phones
) -> None:
    scene, vault = restorable
    assert vault.back_up().exit_code == 0
    for version, phone in ((5, FORMER), (6, OWN)):
        tell(scene, WORKER, phone, version)
    lose_and_restore(vault)
    submit_to(scene, NGO)

    tell(scene, WORKER, FORMER, version=5)  # `setu directory outbox resend`

    assert phones.called() == []
    tell(scene, WORKER, OWN, version=8)
    assert phones.called() == [OWN]


def test_somebody_of_two_teams_is_not_called_by_way_of_the_other_one(
    restorable: tuple[Scene, Vault], phones: Phones
) -> None:
    scene, vault = restorable
    other = MembershipSnapshot(uuid4(), WORKER, OTHER_NGO, "case_worker", [], active=True, language="en", version=4)
    with scene.db.transaction() as session:  # of which the log lacks the last second
        apply_snapshot(session, other, Contact(phone=FORMER), scene.keyring)
    assert vault.back_up().exit_code == 0
    tell(scene, WORKER, OWN, version=7)
    lose_and_restore(vault)

    submit_to(scene, OTHER_NGO)

    assert phones.called() == [OF_ANOTHER]
    assert outdated(scene) == 1


def test_who_is_told_older_than_the_log_for_good_is_reached_again_by_a_new_membership(
    restorable: tuple[Scene, Vault], phones: Phones
) -> None:
    scene, vault = restorable
    assert vault.back_up().exit_code == 0
    tell(scene, WORKER, OWN, version=7)
    lose_and_restore(vault)
    there = MembershipSnapshot(uuid4(), WORKER, NGO, "case_worker", [], active=True, language="en", version=1)
    ended = replace(there, id=membership_of(WORKER), active=False, version=5)  # a directory that was put back, too
    with scene.db.transaction() as session:
        apply_snapshot(session, ended, Contact(phone=FORMER), scene.keyring)
        apply_snapshot(session, there, Contact(phone=OWN), scene.keyring)

    submit_to(scene, NGO)

    assert phones.called() == [OWN]
    assert outdated(scene) == 0


def test_the_log_says_that_a_contact_changed_and_neither_the_former_nor_the_new_one(
    restorable: tuple[Scene, Vault], phones: Phones
) -> None:
    scene, vault = restorable
    vault.log_survivors()
    began = scene.clock.now()
    tell(scene, WORKER, OWN, version=7)
    vault.log_survivors()

    told = [
        line for line in read_lines(vault.log, [vault.identity], since=began) if line.id == str(membership_of(WORKER))
    ]

    assert {line.table for line in told} == {"contact_version"}
    assert told[-1].row == {"membership_id": str(membership_of(WORKER)), "version": 7}


def test_a_dump_from_before_versions_were_kept_is_restored_as_it_is(
    restorable: tuple[Scene, Vault], phones: Phones
) -> None:
    scene, vault = restorable
    vault.log_survivors()
    with psycopg.connect(libpq(scene.urls.owner)) as database:
        database.execute("DROP TRIGGER member_note_version ON member")
        database.execute("DROP TABLE contact_version")
    assert vault.back_up().exit_code == 0

    lose_and_restore(vault)

    with scene.db.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM member WHERE contact IS NULL")) == 0
