"""Bring lost key-encryption keys back into the keyring, from the copies that lie apart from the backup.

Why: a keyring whose disk is lost takes every identity along. Promises: every key that is wanted comes back or none; a
copy is sealed to public keys and proves nothing of who wrote it, so a key that opens none of what lies under it is
refused; the key that was made last is the first, since an older one may be retired. When not to use it: for a keyring
that lies on a disk that is not mounted.
"""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from pyrage.x25519 import Identity
from sqlalchemy.orm import Session

from referral_service.outside.keyring_file import KeyEncryptionKey, KeyringFile, KeyringMissing, parse_key
from referral_service.store import keys
from referral_service.use_cases.keys.copy_keys import copies_of
from service_kit import age
from service_kit.db import audit
from service_kit.db.backup_manifest import BackupError
from service_kit.db.engine import Database
from service_kit.identity import Scope
from service_kit.keyring import CannotOpen, Keyring, WrappedKey

_FIRST = UUID(int=0)
_TRIED = 20  # records of a table: one alone may be damaged


class UnusableCopy(BackupError):
    """The key `kek_id` has no copy, or one that is not that key."""

    def __init__(self, kek_id: str, sentence: str) -> None:
        super().__init__(sentence)
        self.kek_id = kek_id


def bring_lost_keys_back(
    db: Database, file: KeyringFile, folder: Path, identities: Sequence[Identity], now: datetime
) -> Sequence[str]:
    """Put every living key that the keyring lacks back; returns their ids. `db`: as the owner's role.

    Each is in the audit log, and so is the one that could not come back. Raises BackupError, KeyringUnavailable,
    OSError; then the keyring is as it was.
    """
    try:
        with db.transaction() as alone:
            refuse_beside_rotation(alone)
            missing = _missing(file, keys.living_keys(alone))
            found = [_find(folder, kek_id, identities) for kek_id in missing]
            for key in found:
                _refuse_false(alone, key)
                _record(alone, key.id, now)
            _add(file, found)
    except UnusableCopy as error:
        with db.transaction() as session:
            _record(session, error.kek_id, now, outcome="failed")
        raise
    return missing


def bring_wanted_keys_back(
    db: Database, file: KeyringFile, folder: Path | None, identities: Sequence[Identity], wanted: Collection[str]
) -> Sequence[str]:
    """For a database that is about to be replaced: every wanted key that the keyring lacks; returns their ids.

    Raises BackupError, KeyringUnavailable, OSError; then the keyring is as it was.
    """
    with db.transaction() as alone:
        refuse_beside_rotation(alone)
        missing = _missing(file, wanted)
        _add(file, [_find(folder, kek_id, identities) for kek_id in missing])
    return missing


def refuse_beside_rotation(alone: Session) -> None:
    """Let no rotation begin until this transaction ends. Raises BackupError where one runs."""
    if not keys.try_rotation_lock(alone):
        raise BackupError("The keys are rotated just now: stop the worker first. Nothing was changed.")


def find_false_keys(session: Session, file: KeyringFile) -> Sequence[str]:
    """Ids of keys of the keyring that open none of what lies under them. Raises KeyringUnavailable."""
    return [key.id for key in file.read() if _opens_nothing(session, key)]


def remove_keys(file: KeyringFile, ids: Collection[str]) -> None:
    """Take these keys out; where none is left, the keyring is missing again. Raises KeyringUnavailable, OSError."""
    if not ids:
        return
    left = [key for key in file.read() if key.id not in ids]
    if left:
        file.write(left)
    else:
        file.path.unlink()


def _missing(file: KeyringFile, wanted: Collection[str]) -> Sequence[str]:
    try:
        present = file.keks()
    except KeyringMissing:
        present = {}
    return sorted(kek_id for kek_id in wanted if kek_id not in present)


def _add(file: KeyringFile, found: Sequence[KeyEncryptionKey]) -> None:
    if not found:
        return
    file.require_folder()
    try:
        present = list(file.read())
    except KeyringMissing:
        present = []
    file.write(sorted([*present, *found], key=lambda key: key.made_at, reverse=True))


def _find(folder: Path | None, kek_id: str, identities: Sequence[Identity]) -> KeyEncryptionKey:
    copies = [] if folder is None else copies_of(folder, kek_id)
    if not copies:
        raise UnusableCopy(kek_id, f"The key {kek_id} is neither in the keyring nor in the folder of keys.")
    try:
        key = parse_key(json.loads(age.unseal(copies[0].read_bytes(), identities)))
    except age.AgeError as error:
        raise UnusableCopy(kek_id, f"The copy of the key {kek_id}: {error}") from None
    except ValueError:
        key = None  # never quoted: whatever it is, it may hold a key
    if key is None or key.id != kek_id:
        raise UnusableCopy(kek_id, f"The copy of the key {kek_id} is damaged. Nothing was changed.")
    return key


def _refuse_false(session: Session, key: KeyEncryptionKey) -> None:
    if _opens_nothing(session, key):
        raise UnusableCopy(key.id, f"The copy of the key {key.id} is not that key. Nothing was changed.")


def _opens_nothing(session: Session, key: KeyEncryptionKey) -> bool:
    lying = [
        record_key
        for table in keys.WITH_RECORD_KEYS
        for _row, record_key in keys.record_keys_under(session, table, key.id, after=_FIRST, limit=_TRIED)
    ]
    keyring = Keyring({key.id: key.secret})
    return bool(lying) and not any(_opens(keyring, record_key) for record_key in lying)


def _opens(keyring: Keyring, record_key: WrappedKey) -> bool:
    try:
        keyring.rewrap(record_key)
    except CannotOpen:
        return False
    return True


def _record(session: Session, kek_id: str, now: datetime, *, outcome: str = "done") -> None:
    audit.record(session, "referral.key.bring-back", ("key", kek_id), Scope(), now, outcome=outcome)
