"""Keyring files with keys that a test knows."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from referral_service.outside.keyring_file import KeyEncryptionKey, KeyringFile


def a_keyring(path: Path, keks: Mapping[str, bytes], *, made_at: datetime | None = None) -> Path:
    """A file with these keys, the first one sealing; made just now unless told otherwise."""
    made_at = made_at or datetime.now(UTC)
    KeyringFile(path).write([KeyEncryptionKey(kek_id, secret, made_at) for kek_id, secret in keks.items()])
    return path
