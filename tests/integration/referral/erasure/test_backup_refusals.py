"""What a backup or a restore refuses leaves everything as it was: the last good backup, the keyring, the copies."""

import resource
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from click.testing import CliRunner, Result
from sqlalchemy import make_url, text

from local_stack.test_servers import free_ports
from referral_service import cli
from referral_service.domain.key_rotation import KEPT_APART
from referral_service.outside.keyring_file import KeyringFile
from referral_service.store.keys import add_key, try_rotation_lock
from referral_service.use_cases.keys.rotate_keys import KeyRotation, rotate_keys
from service_kit import age
from service_kit.clock import SystemClock
from service_kit.db.backup_manifest import BackupPlan, read_manifest
from service_kit.db.dump import dump
from service_kit.db.engine import Database
from support.backups import Vault
from support.keyrings import a_keyring
from support.referral import KEK, ReferralService
from support.referrals.lost_keys import copies_laid

OTHER = {"kek-2": b"2" * 32}


def keyring_of(vault: Vault) -> Path:
    return Path(vault.environment["SETU_KEYRING"])


def in_folder(folder: Path) -> Sequence[tuple[str, bytes]]:
    return sorted((path.name, path.read_bytes()) for path in folder.iterdir())


def test_of_two_backups_at_once_the_second_is_refused_and_the_first_is_whole(
    drilled: ReferralService, vault: Vault
) -> None:
    recipients, refused = age.read_recipients(vault.recipients), []

    def another_begins() -> Mapping[str, str]:
        refused.append(vault.back_up())
        return {}

    dump(drilled.urls.owner, "referral", vault.backup, BackupPlan(), recipients, another_begins)

    assert [(each.exit_code, "Another backup of referral is made just now" in each.output) for each in refused] == (
        [(1, True)] * 2
    )
    assert read_manifest(vault.backup, "referral").service == "referral"


def test_copies_that_cannot_be_written_are_said_of_their_own_folder(vault: Vault) -> None:
    nowhere = vault.secret_file / "keys"

    refused = vault.run("backup", "--recipients", str(vault.recipients), "--keys", str(nowhere))

    words = f"The copies of the keys cannot be written to {nowhere}: "
    assert (refused.exit_code, words in refused.output) == (1, True), refused.output


def test_old_copies_go_from_a_disk_that_is_full_too(drilled: ReferralService, vault: Vault) -> None:
    vault.keys.mkdir()
    old = vault.keys / f"kek-0.{datetime.now(UTC) - KEPT_APART - timedelta(minutes=1):%Y%m%dT%H%M%SZ}.key.age"
    old.touch()
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, usual[1]))
    try:
        refused = vault.back_up()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)

    assert (refused.exit_code, "The copies of the keys cannot be written" in refused.output) == (1, True)
    assert list(vault.keys.iterdir()) == []


def test_a_dump_that_postgresql_breaks_off_leaves_nothing_behind(drilled: ReferralService, vault: Vault) -> None:
    owner = Database(drilled.urls.owner)
    with owner.transaction() as session:  # pg_dump reads no table of which it might see only a part
        session.execute(text("ALTER TABLE task FORCE ROW LEVEL SECURITY"))
    owner.dispose()

    refused = vault.back_up()

    assert (refused.exit_code, "pg_dump failed" in refused.output) == (1, True), refused.output
    assert in_folder(vault.backup) == []


def with_query(url: str, **more: str | Sequence[str]) -> str:
    return make_url(url).update_query_dict(more).render_as_string(hide_password=False)


def test_a_backup_goes_on_to_the_second_host_of_the_databases_address(drilled: ReferralService, vault: Vault) -> None:
    owner = make_url(drilled.urls.owner)
    [away] = free_ports(1)
    hosts = (f"127.0.0.1:{away}", f"{owner.host or owner.query['host']}:{owner.port or 5432}")
    several = with_query(owner.set(host=None, port=None).render_as_string(hide_password=False), host=hosts)

    done = vault.run("backup", *vault.places_of_backup, "--database", several)

    assert done.exit_code == 0, done.output


def test_a_restore_during_a_rotation_is_refused_before_it_touches_the_keyring(
    drilled: ReferralService, vault: Vault
) -> None:
    drilled.sent()
    assert vault.back_up().exit_code == 0
    before = a_keyring(keyring_of(vault), OTHER).read_bytes()
    owner = Database(drilled.urls.owner)  # a rotation's lock is no role's own

    with owner.transaction() as rotating:
        assert try_rotation_lock(rotating)
        refused = vault.restore()
    owner.dispose()

    assert "The keys are rotated just now" in refused.output
    assert keyring_of(vault).read_bytes() == before
    assert vault.restore().exit_code == 0
    assert {key.id for key in KeyringFile(keyring_of(vault)).read()} == {"kek-1", "kek-2"}


def test_a_backup_whose_key_is_too_old_to_be_kept_is_refused_until_it_is_rotated(
    drilled: ReferralService, vault: Vault
) -> None:
    a_keyring(keyring_of(vault), KEK, made_at=datetime.fromtimestamp(0, UTC))  # as taken over from an older release

    refused = vault.back_up()

    assert (refused.exit_code, "Rotate first" in refused.output) == (1, True), refused.output
    assert not vault.keys.exists()
    rotate_keys(KeyRotation(drilled.worker_db, KeyringFile(keyring_of(vault)), SystemClock(), lambda _: None))
    assert vault.back_up().exit_code == 0
    assert len(list(vault.keys.iterdir())) == 1


def test_a_database_that_was_lost_and_begun_anew_is_not_backed_up_before_it_is_restored(
    drilled: ReferralService, vault: Vault
) -> None:
    a_keyring(keyring_of(vault), KEK, made_at=datetime.now(UTC) - timedelta(days=10))  # whose history is empty

    refused = vault.back_up()

    assert (refused.exit_code, "was the database lost? Restore it first." in refused.output) == (1, True)
    assert in_folder(vault.backup) == []
    rotate_keys(KeyRotation(drilled.worker_db, KeyringFile(keyring_of(vault)), SystemClock(), lambda _: None))
    assert vault.back_up().exit_code == 0, "a worker has noted the key"


def test_somebody_elses_file_beside_the_copies_of_the_keys_is_left_alone(vault: Vault) -> None:
    theirs = {vault.keys / name for name in ("notes.key.age", "key.age", ".key.age", "kek-1.2026.key.age")}
    vault.keys.mkdir()
    for file in theirs:
        file.write_text("mine")

    copies_laid(vault)

    assert {file.read_text() for file in theirs} == {"mine"}
    assert set(vault.keys.iterdir()) > theirs


def test_an_old_copy_is_told_by_keys_status_and_goes_with_the_next_backup(vault: Vault) -> None:
    vault.keys.mkdir()
    old = datetime.now(UTC) - KEPT_APART - timedelta(minutes=1)
    copied = vault.keys / f"kek-0.{old:%Y%m%dT%H%M%SZ}.key.age"
    copied.write_text("sealed")

    def status() -> Result:
        return CliRunner().invoke(cli.commands, ["keys", "status", "--copies", str(vault.keys)], env=vault.environment)

    def alone() -> Result:  # in the container of backups, which has no address of a worker
        return CliRunner().invoke(cli.commands, ["keys", "copies", str(vault.keys)], env={})

    for told in (status(), alone()):
        assert (told.exit_code, f"{copied} is older than 30 days" in told.output) == (1, True), told.output
    copies_laid(vault)
    assert not copied.exists()
    assert [status().exit_code, alone().exit_code] == [0, 0]
    for one in vault.keys.iterdir():
        one.unlink()
    for told in (status(), alone()):
        assert (told.exit_code, "No copy of a key lies in" in told.output) == (1, True), told.output


def test_a_keyring_that_was_lost_comes_back_from_the_copies_and_a_key_without_one_is_named(
    drilled: ReferralService, vault: Vault
) -> None:
    drilled.sent()
    copies_laid(vault)
    whole = KeyringFile(keyring_of(vault)).read()
    with drilled.worker_db.transaction() as session:  # as the worker notes what it finds in a keyring
        add_key(session, whole[0].id, whole[0].made_at - KEPT_APART)  # a key that lives is brought back at any age
    keyring_of(vault).unlink()
    places = ["keys", "bring-back", str(vault.keys), "--identity", str(vault.secret_file)]

    def bring_back() -> Result:
        return CliRunner().invoke(cli.commands, places, env=vault.environment)

    done = bring_back()
    assert done.exit_code == 0, done.output
    assert KeyringFile(keyring_of(vault)).read() == whole

    keyring_of(vault).unlink()
    [copied] = vault.keys.iterdir()
    copied.unlink()
    refused = bring_back()
    assert (refused.exit_code, "The key kek-1 " in refused.output) == (1, True), refused.output
    assert not keyring_of(vault).exists()
