"""Keyring file: the key-encryption keys of identities, on a disk of the operator's choice.

Why: keys in the database, or in the environment that is backed up with it, would let an old backup read what was
erased since. Promises: mode 0600, and a file that others can read is refused; a write is atomic, so a process that
dies or a full disk leaves the old keys; each use looks whether the file was replaced, so web and worker processes see a
new key without a restart. Several machines share one file on a disk without cached attributes. When not to use it: to
decide when keys come and go (`use_cases/keys/rotate_keys.py`).
"""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from service_kit import failpoints
from service_kit.whole_file import write_whole

KEYRING_WRITTEN_NOT_RENAMED = "keyring-written-not-renamed"
_LENGTH = 32
_FOR_OTHERS = 0o077
_WAY_BACK = "What is lost comes back from the copies beside the backups: setu referral keys bring-back."
_Seen = tuple[int, int, int]  # inode, size, nanoseconds: a file that was replaced differs in one of them


class KeyringUnavailable(Exception):
    """The keyring cannot be read or written; `sentence` says why to the operator, the message names no path."""

    def __init__(self, sentence: str) -> None:
        super().__init__("The keys of identities are not at hand. Try again later.")
        self.sentence = sentence


class KeyringMissing(KeyringUnavailable):
    """There is no such file."""


@dataclass(frozen=True)
class KeyEncryptionKey:
    """One key of the file: 32 bytes, and when it was made (UTC)."""

    id: str
    secret: bytes = field(repr=False)
    made_at: datetime


class _Held(NamedTuple):
    """What the file held when it looked so."""

    seen: _Seen
    keys: Sequence[KeyEncryptionKey]
    keks: Mapping[str, bytes]


class KeyringFile:
    """The file at `path`; the first key is the one that new record keys are wrapped under."""

    def __init__(self, path: Path) -> None:
        """A link is followed once: a write that replaced the link would leave a destroyed key where it led to."""
        self.path = path.resolve()
        self._held: _Held | None = None  # as one: threads keep no old keys under the mark of a new file

    def read(self) -> Sequence[KeyEncryptionKey]:
        """The keys, the newest first; read again where the file was replaced. Raises KeyringUnavailable."""
        return self._read().keys

    def keks(self) -> Mapping[str, bytes]:
        """The same for `service_kit.keyring.Keyring`. Raises KeyringUnavailable."""
        return self._read().keks

    def lacking(self, ids: Iterable[str]) -> set[str]:
        """Those of these ids that the file does not have, or a missing one. Raises KeyringUnavailable."""
        try:
            return set(ids).difference(self.keks())
        except KeyringMissing:
            return set(ids)

    def _read(self) -> "_Held":
        try:
            found, held = self.path.stat(), self._held
            seen = (found.st_ino, found.st_size, found.st_mtime_ns)
            if held is not None and seen == held.seen:
                return held
            if found.st_mode & _FOR_OTHERS:
                raise KeyringUnavailable(f"The keyring {self.path} can be read by others: chmod 600 {self.path}")
            told = self.path.read_bytes()
        except FileNotFoundError:
            words = f"There is no keyring at {self.path}. Is its disk mounted? {_WAY_BACK}"
            raise KeyringMissing(words) from None
        except OSError as error:
            raise KeyringUnavailable(f"The keyring {self.path} cannot be read: {error.strerror}.") from None
        keys = _parse(told, self.path)
        self._held = held = _Held(seen, keys, {key.id: key.secret for key in keys})
        return held

    def require_folder(self) -> None:
        """Raises KeyringMissing where not even its folder is there: a disk that is not mounted would hide a new one."""
        if not self.path.parent.is_dir():
            words = f"There is no folder {self.path.parent} for the keyring. Is its disk mounted? Nothing was changed."
            raise KeyringMissing(words)

    def add(self, keys: Sequence[KeyEncryptionKey]) -> None:
        """Write these beside what it has, the one made last first. Raises KeyringUnavailable as `write` does."""
        if not keys:
            return
        try:
            present = self.read()
        except KeyringMissing:
            present = ()
        self.write(sorted([*present, *keys], key=lambda key: key.made_at, reverse=True))

    def write(self, keys: Sequence[KeyEncryptionKey]) -> None:
        """Replace the file by one with these keys. Raises KeyringUnavailable; then the old one is as it was."""
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with write_whole(self.path) as file:
                file.write(_serialize(keys).encode())
                failpoints.reach(KEYRING_WRITTEN_NOT_RENAMED)
        except OSError as error:
            words = f"The keyring {self.path} cannot be written: {error.strerror}. What it held is unchanged."
            raise KeyringUnavailable(words) from None


def _serialize(keys: Sequence[KeyEncryptionKey]) -> str:
    return json.dumps({"keys": [tell_key(key) for key in keys]}, indent=1)


def tell_key(key: KeyEncryptionKey) -> Mapping[str, str]:
    """One key as JSON has it, in this file and in its copies apart."""
    return {"id": key.id, "made_at": key.made_at.isoformat(), "key": base64.b64encode(key.secret).decode()}


def parse_key(told: Any) -> KeyEncryptionKey:
    """The key that `tell_key` told. Raises ValueError, which quotes nothing."""
    try:
        secret, made_at = base64.b64decode(told["key"], validate=True), datetime.fromisoformat(told["made_at"])
        key = KeyEncryptionKey(str(told["id"]), secret, made_at)
    except (ValueError, KeyError, TypeError):
        raise ValueError("is no key") from None
    if len(secret) != _LENGTH or made_at.tzinfo is None:
        raise ValueError("is no key")
    return key


def _parse(told: bytes, path: Path) -> Sequence[KeyEncryptionKey]:
    try:
        keys = [parse_key(one) for one in json.loads(told)["keys"]]
    except (ValueError, KeyError, TypeError):
        keys = []  # never quoted: whatever it is, it may hold a key
    if not keys:
        raise KeyringUnavailable(f"The keyring {path} is damaged: move it away. {_WAY_BACK}")
    return keys
