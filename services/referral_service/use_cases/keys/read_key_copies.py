"""Read the copies of a key-encryption key that lie apart from the backup; `copy_keys.py` lays them there.

Promises: whatever else lies beside a copy, under the same name too, is passed over; nothing that was read is quoted.
When not to use it: to believe a key. A copy is sealed to public keys, so anybody may have written it
(`put_keys_back.py`).
"""

import json
from collections.abc import Sequence
from pathlib import Path

from pyrage.x25519 import Identity

from referral_service.outside.keyring_file import KeyEncryptionKey, parse_key
from referral_service.use_cases.keys.copy_keys import copies_of
from service_kit import age
from service_kit.db.backup_manifest import BackupError


class UnusableCopy(BackupError):
    """The key `kek_id` has no copy, or none that is that key."""

    def __init__(self, kek_id: str, sentence: str) -> None:
        super().__init__(f"{sentence} The keyring is as it was.")
        self.kek_id = kek_id


def read_key_copies(folder: Path | None, kek_id: str, identities: Sequence[Identity]) -> Sequence[KeyEncryptionKey]:
    """Each copy that says it is this key, at least one. Raises UnusableCopy, OSError."""
    sealed = [] if folder is None else [path.read_bytes() for path in copies_of(folder, kek_id)]
    read: list[KeyEncryptionKey] = []
    fault = f"The key {kek_id} is neither in the keyring nor in the folder of keys."
    for one in sealed:
        try:
            key = parse_key(json.loads(age.unseal(one, identities)))
        except age.AgeError as error:
            fault = f"The copy of the key {kek_id}: {error}"
        except (ValueError, RecursionError):
            fault = f"The copy of the key {kek_id} is damaged."
        else:
            read.append(key)
    found = [key for key in read if key.id == kek_id]
    if not found:
        raise UnusableCopy(kek_id, f"The copy of the key {kek_id} is another key." if read else fault)
    return found
