"""One backup, and all that a restore of it can be refused for: a clear sentence, and everything stays as it was."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyrage.x25519 import Identity
from sqlalchemy import func, make_url, select

from conftest import Keys, environment_of
from referral_service.outside.keyring_file import tell_key
from referral_service.store.tables import task
from service_kit import age
from service_kit.db.backup_manifest import BackupError, BackupPlan, read_manifest
from service_kit.db.restore import restore
from support.backups import Vault
from support.fresh_databases import FreshDatabases
from support.keyrings import a_keyring
from support.referral import ReferralService
from support.referrals.drills import a_drilled_service, a_vault
from support.referrals.lost_keys import keyring_of, told

OTHER = {"kek-2": b"2" * 32}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the keyring, the backup and all else that a restore reads."""
    return tmp_path_factory.mktemp("backed-up") / "here"


@pytest.fixture(scope="module")
def drilled(fresh_databases: FreshDatabases, folder: Path) -> Iterator[ReferralService]:
    with fresh_databases.clone("referral") as urls:
        yield a_drilled_service(urls, folder)


@pytest.fixture(scope="module")
def backed_up(drilled: ReferralService, keys: Keys, folder: Path) -> Vault:
    """With one referral; another was sent since, so a restore would show."""
    vault = a_vault(drilled, environment_of(keys, folder, drilled.urls, "worker"), folder)
    drilled.sent()
    assert vault.back_up().exit_code == 0
    drilled.sent()
    shutil.copytree(folder, folder.with_name("sound"))
    return vault


def put_back(folder: Path) -> None:
    """As it was before a test spoilt it."""
    shutil.rmtree(folder)
    shutil.copytree(folder.with_name("sound"), folder)


@pytest.fixture
def vault(backed_up: Vault, drilled: ReferralService, folder: Path) -> Iterator[Vault]:
    """The backup, whole and for this test alone; whatever it does, nothing is restored."""
    put_back(folder)
    yield backed_up
    assert sent_rows(drilled) == 2


def sent_rows(drilled: ReferralService) -> int:
    with drilled.worker_db.transaction() as session:
        return session.scalar(select(func.count()).select_from(task)) or 0


def manifest_of(vault: Vault) -> Path:
    return vault.backup / "referral.json"


def dump_of(vault: Vault) -> Path:
    return vault.backup / "referral.sql.gz.age"


def _says(**more: Any) -> Callable[[Vault], object]:
    """Somebody has written this into the manifest."""

    def rewrite(vault: Vault) -> object:
        return manifest_of(vault).write_text(json.dumps(json.loads(manifest_of(vault).read_text()) | more))

    return rewrite


def _with_hash(vault: Vault) -> None:
    _says(sha256=hashlib.sha256(dump_of(vault).read_bytes()).hexdigest())(vault)


def _cut(vault: Vault) -> None:
    dump_of(vault).write_bytes(dump_of(vault).read_bytes()[:-100])


def _tamper_with_hash(vault: Vault) -> None:
    spoilt = bytearray(dump_of(vault).read_bytes())
    spoilt[-200] ^= 1
    dump_of(vault).write_bytes(spoilt)
    _with_hash(vault)


def _cut_with_hash(vault: Vault) -> None:
    _cut(vault)
    _with_hash(vault)


def _another_identity(vault: Vault) -> None:
    vault.secret_file.write_text(f"{Identity.generate()}\n")
    for line in vault.log.glob("*"):
        line.unlink()


def _of_31_days_ago(vault: Vault) -> None:
    """Also refused by whoever still has its keys: they lie in the keyring."""
    _says(keys={"kek-1": (datetime.now(UTC) - timedelta(days=30, minutes=1)).isoformat()})(vault)


DAMAGED = "or its manifest is damaged."
SPOILT = (
    (_cut, "was changed or cut: its hash is not the manifest's."),
    (_tamper_with_hash, "it was sealed for another key, or it was changed or cut."),
    (_cut_with_hash, "it was sealed for another key, or it was changed or cut."),
    (_another_identity, "it was sealed for another key, or it was changed or cut."),
    (_of_31_days_ago, "The keys of this backup are older than 30 days"),
    (lambda vault: manifest_of(vault).unlink(), "holds no whole backup of referral."),
    (lambda vault: manifest_of(vault).write_text("{"), DAMAGED),
    (_says(keys={"kek-1": "yesterday"}), DAMAGED),
    (_says(keys={"kek-1": "2026-11-30T00:00:00"}), DAMAGED),
    (_says(keys=["kek-1"]), DAMAGED),
    (_says(taken_at="2026-11-30T00:00:00"), DAMAGED),
    (lambda vault: vault.secret_file.write_text("AGE-SECRET-KEY-1X"), "holds a line that is no age secret key"),
    (lambda vault: vault.log.rename(vault.log.with_name("gone")), "There is no survivor log of referral in"),
)


def test_what_is_wrong_with_a_backup_is_said_and_the_database_stays(
    drilled: ReferralService, vault: Vault, folder: Path
) -> None:
    for spoil, words in SPOILT:
        put_back(folder)
        spoil(vault)

        refused = vault.restore()

        assert (refused.exit_code, words in refused.output) == (1, True), refused.output
        assert "AGE-SECRET-KEY-1" not in refused.output.replace("(AGE-SECRET-KEY-1…)", "")
        assert sent_rows(drilled) == 2


def test_a_restore_that_fails_has_not_touched_the_keyring(vault: Vault) -> None:
    vault.log_survivors()
    keyring_of(vault).path.unlink()
    _cut_with_hash(vault)

    code, words = told(vault.restore())

    assert (code, "it was changed or cut. Nothing was changed." in words) == (1, True), words
    assert not keyring_of(vault).path.exists()


def test_what_postgresql_says_of_a_long_restore_is_told(vault: Vault) -> None:
    vault.stop_processes()
    owner, manifest = vault.environment["SETU_DATABASE_OWNER_URL"], read_manifest(vault.backup, "referral")
    refused = BackupPlan(begin=("SELECT nothing", *["SELECT 1"] * 100_000))  # more than a pipe holds after the fault

    with pytest.raises(BackupError, match='column "nothing" does not exist Nothing was changed'):
        restore(owner, vault.backup, manifest, refused, age.read_identities(vault.secret_file), [])


def test_what_the_databases_address_asks_for_holds_for_the_programs_of_postgresql(
    drilled: ReferralService, vault: Vault
) -> None:
    vault.stop_processes()
    careful = make_url(drilled.urls.owner).update_query_dict({"options": "-c default_transaction_read_only=on"})

    refused = vault.run("restore", *vault.places, "--database", careful.render_as_string(hide_password=False))

    assert (refused.exit_code, "in a read-only transaction" in refused.output) == (1, True), refused.output


def test_a_restore_that_is_refused_beside_running_processes_has_not_touched_the_keyring(
    drilled: ReferralService, vault: Vault
) -> None:
    before = a_keyring(keyring_of(vault).path, OTHER).read_bytes()

    with drilled.worker_db.engine.connect():
        refused = vault.run("restore", *vault.places)

    assert "Web or worker processes of referral are connected" in refused.output
    assert keyring_of(vault).path.read_bytes() == before


def test_a_copy_of_a_key_that_is_none_is_refused_and_the_keyring_stays_whole(vault: Vault) -> None:
    [copied] = vault.keys.iterdir()
    [key] = keyring_of(vault).read()
    short = json.dumps({**tell_key(key), "key": "AAAA"})
    before = a_keyring(keyring_of(vault).path, OTHER).read_bytes()

    for junk in (short, "[" * 200_000):
        copied.write_bytes(age.seal(junk.encode(), age.read_recipients(vault.recipients)))
        refused = vault.restore()

        words = "The copy of the key kek-1 is damaged. The keyring is as it was. Nothing was restored."
        assert (refused.exit_code, words in refused.output) == (1, True), refused.output
        assert keyring_of(vault).path.read_bytes() == before


def test_a_moment_that_the_log_has_forgotten_is_named_as_such(vault: Vault) -> None:
    vault.stop_processes()
    moment = datetime.now(UTC) - timedelta(days=32)

    refused = vault.run("restore", *vault.places, "--since", moment.strftime("%Y-%m-%dT%H:%M:%S%z"))

    assert (refused.exit_code, "The moment of --since is older than 31 days" in refused.output) == (1, True)


def test_a_second_backup_into_the_same_folder_is_refused_and_the_first_stays_whole(vault: Vault) -> None:
    first = [(path.name, path.read_bytes()) for path in sorted(vault.backup.iterdir())]

    refused = vault.back_up()

    assert (refused.exit_code, "holds a backup of referral already" in refused.output) == (1, True), refused.output
    assert [(path.name, path.read_bytes()) for path in sorted(vault.backup.iterdir())] == first
