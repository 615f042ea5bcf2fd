"""A keyring that is lost, forged or put back, as an operator has it before him."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner, Result
from sqlalchemy import select

from referral_service import cli
from referral_service.outside.keyring_file import KeyEncryptionKey, KeyringFile, tell_key
from referral_service.use_cases.keys.copy_keys import copy_keys
from referral_service.use_cases.keys.rotate_keys import KeyRotation, rotate_keys
from service_kit import age
from service_kit.clock import SystemClock
from service_kit.db.tables import audit_entry
from support.backups import Vault
from support.referral import ReferralService


def keyring_of(vault: Vault) -> KeyringFile:
    """The file that the vault's service seals under."""
    return KeyringFile(Path(vault.environment["SETU_KEYRING"]))


def typed(vault: Vault, *words: str, **more: str) -> Result:
    """`setu referral keys …`."""
    return CliRunner().invoke(cli.commands, ["keys", *words], env={**vault.environment, **more})


def bring_back(vault: Vault, **more: str) -> Result:
    """`setu referral keys bring-back`."""
    return typed(vault, "bring-back", str(vault.keys), "--identity", str(vault.secret_file), **more)


def told(result: Result) -> tuple[int, str]:
    """Exit code and words of a command that ended as one does."""
    assert isinstance(result.exception, SystemExit | None), result.exception
    return result.exit_code, result.output


def rotation_of(drilled: ReferralService, vault: Vault) -> KeyRotation:
    """The worker's, by the real clock, which backups go by."""
    return KeyRotation(drilled.worker_db, keyring_of(vault), SystemClock(), lambda _: None)


def rotated(drilled: ReferralService, vault: Vault) -> str:
    """The worker makes a new key and destroys the old one; the new one's id."""
    assert rotate_keys(rotation_of(drilled, vault), after=timedelta(0))
    [key] = keyring_of(vault).read()
    return key.id


def logged(drilled: ReferralService) -> Sequence[tuple[str, str, str]]:
    """What the audit log has of keys that came back, or could not, or were given up: action, id, outcome."""
    query = select(audit_entry.c.action, audit_entry.c.object_id, audit_entry.c.outcome)
    with drilled.worker_db.transaction() as session:
        rows = session.execute(query.where(audit_entry.c.object_type == "key").order_by(audit_entry.c.position)).all()
    shown = {"referral.key.bring-back": "bring-back", "referral.key.give-up": "give-up"}
    return [(shown[row.action], row.object_id, row.outcome) for row in rows if row.action in shown]


def copies_laid(vault: Vault) -> None:
    """What a backup does for the keys; that it does so, `test_a_key_that_no_backup_has_copied_yet_…` shows."""
    copy_keys(keyring_of(vault), vault.keys, age.read_recipients(vault.recipients), SystemClock().now())


def lay_copy(vault: Vault, key: KeyEncryptionKey, name: str) -> Path:
    """As whoever may write where the copies lie can: they know the public keys."""
    path = vault.keys / name
    path.write_bytes(age.seal(json.dumps(tell_key(key)).encode(), age.read_recipients(vault.recipients)))
    return path


def forge(vault: Vault, kek_id: str) -> None:
    """A key of somebody's own takes the place of this key's copy."""
    [copied] = vault.keys.glob(f"{kek_id}.*")
    lay_copy(vault, replace(key_of(vault, kek_id), secret=b"f" * 32), copied.name)


def key_of(vault: Vault, kek_id: str) -> KeyEncryptionKey:
    """This key, as the keyring has it."""
    [key] = [key for key in keyring_of(vault).read() if key.id == kek_id]
    return key
