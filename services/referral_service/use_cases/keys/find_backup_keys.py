"""Find the keys that a backup needs and the keyring lacks, before a database is replaced by it.

Why: a database that is restored without its keys has no identities. Promises: nothing is written; a backup is refused
that lacks a copy of a key, or whose keys are destroyed. The copies are proven once the records are there
(`put_keys_back.py`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from pyrage.x25519 import Identity

from referral_service.outside.keyring_file import KeyEncryptionKey, KeyringFile
from referral_service.use_cases.keys.copy_keys import refuse_destroyed
from referral_service.use_cases.keys.put_keys_back import refuse_beside_rotation
from referral_service.use_cases.keys.read_key_copies import read_key_copies
from service_kit.db.engine import Database


def find_backup_keys(
    db: Database,
    file: KeyringFile,
    folder: Path | None,
    identities: Sequence[Identity],
    made_at: Mapping[str, str],
    now: datetime,
) -> Mapping[str, Sequence[KeyEncryptionKey]]:
    """The copies of each, by id. `made_at`: a manifest's keys. `db`: as the owner's role, before it is replaced.

    Raises BackupError, KeyringUnavailable, OSError.
    """
    refuse_destroyed(made_at, now)
    with db.transaction() as alone:
        refuse_beside_rotation(alone)
    lost = sorted(file.lacking(made_at))
    if lost:
        file.require_folder()
    return {kek_id: read_key_copies(folder, kek_id, identities) for kek_id in lost}
