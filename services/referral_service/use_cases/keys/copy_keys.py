"""Copy key-encryption keys apart from the backup; `read_key_copies.py` and `put_keys_back.py` are the way back.

Why: a backup without its keys restores no identity, and keys that are kept for ever undo every erasure. Promises: a
file a key, sealed to the backup's recipients, with the time of its making in its name; copies of keys that are older
than 30 days are deleted at each run; a backup whose keys are older is refused, also where somebody still has them.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pyrage.x25519 import Recipient

from referral_service.domain.key_rotation import KEPT_APART
from referral_service.outside.keyring_file import KeyEncryptionKey, KeyringFile, tell_key
from service_kit import age
from service_kit.db.backup_manifest import BackupError
from service_kit.whole_file import write_whole

_MADE = "%Y%m%dT%H%M%SZ"


def copy_keys(file: KeyringFile, folder: Path, recipients: Sequence[Recipient], now: datetime) -> Mapping[str, str]:
    """Drop old copies and lay a sealed one of each key into the folder; returns ids with their times of making.

    A key that only opens and is older than 30 days is passed over: the rotation that it waits for lets it go.
    Raises KeyringUnavailable; BackupError where the folder cannot be written, or the key that seals is so old that its
    copy would go at once.
    """
    sealing, *others = file.read()
    if not _is_kept(sealing, now):
        raise BackupError(
            f"The key {sealing.id} is older than {KEPT_APART.days} days, and its copy would not be kept: this backup"
            " could never be restored. Rotate first: setu referral keys rotate."
        )
    keys = [sealing, *(key for key in others if _is_kept(key, now))]
    try:
        _lay_apart(folder, keys, recipients, now)
    except OSError as error:
        raise BackupError(f"The copies of the keys cannot be written to {folder}: {error.strerror}.") from None
    return {key.id: key.made_at.isoformat() for key in keys}


def _lay_apart(folder: Path, keys: Sequence[KeyEncryptionKey], recipients: Sequence[Recipient], now: datetime) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in find_old_copies(folder, now):  # first, since they have to go from a disk that is full, too
        path.unlink(missing_ok=True)
    for key in keys:
        with write_whole(folder / _name(key)) as file:
            file.write(_seal(key, recipients))


def find_old_copies(folder: Path, now: datetime) -> Sequence[Path]:
    """Copies of keys that were made more than 30 days ago: the next backup deletes them."""
    dated = [(path, _made_at(path)) for path in sorted(folder.glob("*.key.age"))]
    return [path for path, made_at in dated if made_at is not None and made_at + KEPT_APART < now]


def copies_of(folder: Path, kek_id: str) -> Sequence[Path]:
    """The copies of this key."""
    return sorted(path for path in folder.glob("*.key.age") if path.name.startswith(f"{kek_id}."))


def find_uncopied(keys: Sequence[KeyEncryptionKey], folder: Path, now: datetime) -> Sequence[str]:
    """Ids of those keys that have no copy in the folder, but for keys so old that none would be kept."""
    return [key.id for key in keys if _is_kept(key, now) and not copies_of(folder, key.id)]


def find_outlived(keys: Sequence[KeyEncryptionKey], now: datetime) -> Sequence[str]:
    """Ids of those keys that only open and are so old that no copy of them is kept; the first key seals."""
    return [key.id for key in keys[1:] if not _is_kept(key, now)]


def refuse_destroyed(keys: Mapping[str, str], now: datetime) -> None:
    """Raises BackupError where a backup's keys (id → when it was made) are so old that they are destroyed."""
    if any(datetime.fromisoformat(made_at) + KEPT_APART < now for made_at in keys.values()):
        raise BackupError(
            f"The keys of this backup are older than {KEPT_APART.days} days and are destroyed, so that what was"
            " erased since stays erased. Restore a newer backup."
        )


def _is_kept(key: KeyEncryptionKey, now: datetime) -> bool:
    return key.made_at + KEPT_APART >= now


def _seal(key: KeyEncryptionKey, recipients: Sequence[Recipient]) -> bytes:
    return age.seal(json.dumps(tell_key(key)).encode(), recipients)


def _name(key: KeyEncryptionKey) -> str:
    return f"{key.id}.{key.made_at.astimezone(UTC).strftime(_MADE)}.key.age"


def _made_at(path: Path) -> datetime | None:
    """From the name; None where somebody else's file lies there."""
    try:
        return datetime.strptime(path.name.split(".")[-3], _MADE).replace(tzinfo=UTC)
    except ValueError:
        return None
