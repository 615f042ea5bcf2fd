"""Give up a key-encryption key that nobody has any more: what lies under it cannot be opened, and holds up nothing.

Why: while records lie under a key that the keyring lacks, keys do not rotate and no month is frozen, since the keyring
may be an older copy. Promises: an entry in the audit log; the records stay, and open if the key turns up after all;
where the keyring itself is lost, as somebody has to say, and every living key was given up, the worker makes a new one.
When not to use it: while a copy of the keyring, or of the key beside a backup, may exist, or its disk is not mounted.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from referral_service.outside.keyring_file import KeyringFile, KeyringMissing
from referral_service.store import keys
from referral_service.use_cases.keys.rotate_keys import KeyRotation
from service_kit.db import audit
from service_kit.identity import Scope


def give_up_key(rotation: KeyRotation, kek_id: str, *, keyring_is_lost: bool = False) -> bool:
    """Note it as destroyed; False where nothing waits for it. Raises KeyringUnavailable.

    `keyring_is_lost`: also where there is no keyring; an empty mount point looks the same.
    """
    with rotation.db.transaction() as session:
        keys.wait_for_rotation_lock(session)
        waited_for = keys.keys_needed(session) | keys.living_keys(session)
        if kek_id not in waited_for.difference(_present(rotation.file, keyring_is_lost=keyring_is_lost)):
            return False
        keys.lock_key(session, kek_id)
        note_given_up(session, kek_id, rotation.clock.now())
    return True


def note_given_up(session: Session, kek_id: str, now: datetime) -> None:
    """Nothing waits for it from this commit on. Call `lock_key` first."""
    if kek_id not in keys.history(session):
        keys.add_key(session, kek_id, now)
    if keys.history(session)[kek_id].retired_at is None:
        keys.retire_key(session, kek_id, now)
    keys.note_destroyed(session, kek_id, now)
    audit.record(session, "referral.key.give-up", ("key", kek_id), Scope(), now, outcome="done")


def _present(file: KeyringFile, *, keyring_is_lost: bool) -> Collection[str]:
    try:
        return file.keks().keys()
    except KeyringMissing:
        if not keyring_is_lost:
            raise
        file.require_folder()
        return ()
