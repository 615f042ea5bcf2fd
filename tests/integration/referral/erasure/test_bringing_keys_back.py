"""A keyring that was lost: its keys come back from their copies, or are given up, and each way is in the log."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner, Result
from sqlalchemy import select

from referral_service import cli
from referral_service.domain.key_rotation import KEPT_APART
from referral_service.outside.keyring_file import KeyEncryptionKey, KeyringFile
from referral_service.use_cases.keys.rotate_keys import KeyRotation, rotate_keys
from service_kit.clock import SystemClock
from service_kit.db.tables import audit_entry
from support.backups import Vault
from support.referral import ReferralService


def keyring_of(vault: Vault) -> KeyringFile:
    return KeyringFile(Path(vault.environment["SETU_KEYRING"]))


def typed(vault: Vault, *words: str, **more: str) -> Result:
    """`setu referral keys …`."""
    return CliRunner().invoke(cli.commands, ["keys", *words], env={**vault.environment, **more})


def bring_back(vault: Vault, **more: str) -> Result:
    return typed(vault, "bring-back", str(vault.keys), "--identity", str(vault.secret_file), **more)


def told(result: Result) -> tuple[int, str]:
    assert isinstance(result.exception, SystemExit | None), result.exception
    return result.exit_code, result.output


def rotation_of(drilled: ReferralService, vault: Vault) -> KeyRotation:
    return KeyRotation(drilled.worker_db, keyring_of(vault), SystemClock(), lambda _: None)


def rotated(drilled: ReferralService, vault: Vault) -> str:
    """The worker makes a new key and destroys the old one; the new one's id."""
    assert rotate_keys(rotation_of(drilled, vault), after=timedelta(0))
    [key] = keyring_of(vault).read()
    return key.id


def logged(drilled: ReferralService) -> Sequence[tuple[str, str, str]]:
    query = select(audit_entry.c.action, audit_entry.c.object_id, audit_entry.c.outcome)
    with drilled.worker_db.transaction() as session:
        rows = session.execute(query.order_by(audit_entry.c.position)).all()
    return [(row.action, row.object_id, row.outcome) for row in rows if row.action == "referral.key.bring-back"]


def test_a_key_of_more_than_30_days_that_only_opens_holds_up_no_backup(drilled: ReferralService, vault: Vault) -> None:
    file, now = keyring_of(vault), SystemClock().now()
    [present] = file.read()
    old = KeyEncryptionKey("kek-0", b"0" * 32, now - KEPT_APART - timedelta(days=3))
    file.write([present, old])  # as after a base backup of before the last rotation, and `bring-back`

    done = vault.back_up()

    assert done.exit_code == 0, done.output
    assert set(json.loads((vault.backup / "referral.json").read_text())["keys"]) == {present.id}
    assert [path.name.partition(".")[0] for path in vault.keys.iterdir()] == [present.id]
    assert "has no copy" not in told(typed(vault, "status", "--copies", str(vault.keys)))[1]
    assert vault.restore().exit_code == 0
