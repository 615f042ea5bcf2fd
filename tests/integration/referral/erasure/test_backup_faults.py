"""Backup and restore when something is wrong: a clear sentence, nothing half-done, and never an erased person back."""

import base64
import json
import os
import resource
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from referral_service.domain.key_rotation import ROTATE_AFTER
from referral_service.outside.keyring_file import KeyringFile
from referral_service.store.sealed_identities import Sealed, find_sealed
from referral_service.use_cases.keys.copy_keys import copy_keys
from referral_service.use_cases.keys.rotate_keys import KeyRotation, rotate_keys
from referral_service.use_cases.seal_identity import unseal
from service_kit import age
from service_kit.clock import FrozenClock
from service_kit.db import survivors
from service_kit.db.dump import DUMPED_WITHOUT_MANIFEST
from service_kit.db.restore import RESTORED_NOT_COMMITTED
from service_kit.keyring import CannotOpen, Keyring
from support.backups import Vault
from support.referral import OFFICER, ReferralService


def killed_at(vault: Vault, place: str, command: str, *arguments: str) -> int:
    environment = {**os.environ, **vault.environment, "SETU_FAILPOINT": place}
    line = [sys.executable, "-m", "setu_cli", "referral", command, str(vault.backup), *arguments]
    return subprocess.run(line, env=environment, check=False, timeout=120).returncode


def test_31_days_later_nothing_that_an_administrator_holds_gives_the_person_back(
    drilled: ReferralService, vault: Vault, tmp_path: Path
) -> None:
    erased, living = drilled.sent(), drilled.sent()
    assert vault.back_up().exit_code == 0
    with drilled.worker_db.transaction() as session:
        in_backup = find_sealed(session, UUID(erased.id))
    assert isinstance(in_backup, Sealed)
    drilled.withdraw_by_code(erased.card_code)
    vault.log_survivors()
    file = KeyringFile(Path(vault.environment["SETU_KEYRING"]))
    recipients = age.read_recipients(vault.recipients)
    now = datetime.now(UTC)
    for day in range(1, 32):  # daily: the worker looks at its key, and a backup lays keys apart and drops old ones
        clock = FrozenClock(now + timedelta(days=day))
        rotate_keys(KeyRotation(drilled.worker_db, file, clock, lambda _: None))
        copy_keys(file, vault.keys, recipients, clock.now())
        survivors.forget_old_lines(vault.log, clock.now())

    held = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    identities = age.read_identities(vault.secret_file)
    keks = dict(file.keks())
    for sealed in held:
        if sealed.startswith(b"age-encryption.org"):
            opened = age.unseal(sealed, identities)
            keks |= {} if opened[:1] != b"{" else {json.loads(opened)["id"]: age_key(opened)}
    assert len(keks) == 1
    with pytest.raises(CannotOpen):
        unseal(Keyring(keks), in_backup.key, UUID(erased.id), in_backup.sealed)
    with drilled.worker_db.transaction() as session:
        found = find_sealed(session, UUID(living.id))
    assert found is not None
    assert unseal(Keyring(keks), found.key, UUID(living.id), found.sealed).name == "Rafiq"
    assert list(vault.log.glob("*")) == []
    assert timedelta(days=30) > ROTATE_AFTER


def age_key(opened: bytes) -> bytes:
    """The key of an opened copy."""
    return base64.b64decode(json.loads(opened)["key"])


def test_keys_beside_the_backup_are_refused(vault: Vault) -> None:
    inside = vault.backup / "keys"

    refused = vault.run("backup", "--recipients", str(vault.recipients), "--keys", str(inside))

    assert "Name a place for the keys with --keys" in refused.output
    assert not vault.backup.exists()


def test_without_the_keyring_nothing_is_backed_up(drilled: ReferralService, vault: Vault) -> None:
    drilled.sent()
    drilled.rotation.file.path.unlink()

    refused = vault.back_up()

    assert (refused.exit_code, "There is no keyring at" in refused.output) == (1, True)
    assert list(vault.backup.iterdir()) == []


def test_a_disk_that_is_full_leaves_no_half_backup(drilled: ReferralService, vault: Vault) -> None:
    drilled.sent()
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, usual[1]))
    try:
        refused = vault.back_up()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)

    assert refused.exit_code == 1
    assert "cannot be written to" in refused.output
    assert list(vault.backup.iterdir()) == []


def test_killed_at_its_last_statement_a_restore_has_changed_nothing_and_can_be_run_again(
    drilled: ReferralService, vault: Vault
) -> None:
    kept = drilled.sent()
    assert vault.back_up().exit_code == 0
    drilled.withdraw_by_code(kept.card_code)
    vault.log_survivors()
    was = drilled.get(OFFICER, "/api/referrals").data
    vault.stop_processes()

    assert killed_at(vault, RESTORED_NOT_COMMITTED, "restore", *vault.places) == -signal.SIGKILL

    assert drilled.get(OFFICER, "/api/referrals").data == was
    assert vault.restore().exit_code == 0
    assert drilled.get(OFFICER, "/api/referrals").data == was


def test_killed_before_its_manifest_a_dump_is_no_backup(drilled: ReferralService, vault: Vault) -> None:
    drilled.sent()
    places = ("--recipients", str(vault.recipients), "--keys", str(vault.keys))
    assert killed_at(vault, DUMPED_WITHOUT_MANIFEST, "backup", *places) == -signal.SIGKILL

    assert "holds no whole backup of referral." in vault.restore().output
    assert vault.back_up().exit_code == 0


def test_the_survivor_log_says_nothing_to_whoever_finds_it_and_repeats_what_a_dead_worker_had_not_finished(
    drilled: ReferralService,
    vault: Vault,
) -> None:
    referral = drilled.sent()
    began = datetime.now(UTC) - timedelta(minutes=1)
    with drilled.worker_db.transaction() as session:
        noted = session.execute(select(survivors.survivor_change)).all()
    vault.log_survivors()
    with drilled.worker_db.transaction() as session:  # as if it had died before it forgot what it had written
        for row in noted:
            session.execute(survivors.survivor_change.insert().values(table_name=row.table_name, row_id=row.row_id))
    [path] = vault.log.iterdir()
    with path.open("ab") as file:
        file.write(b"\n4000 half a li")
    vault.log_survivors()

    assert path.stat().st_mode & 0o777 == 0o600
    said = path.read_text()
    assert not any(word in said for word in (referral.id, referral.reference, "referral_sent", "submitted_at"))
    lines = list(survivors.read_lines(vault.log, age.read_identities(vault.secret_file), since=began))
    assert {line.table for line in lines} == {"referral_sent", "referrer_view", "task", "team_member"} - {"team_member"}
    assert all("needs" not in (line.row or {}) for line in lines if line.table == "task")
