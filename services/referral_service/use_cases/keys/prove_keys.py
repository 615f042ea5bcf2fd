"""Prove a key-encryption key by the records that lie under its id, as of a key that somebody copied no more is known.

Promises: it tries the first twenty records of each table, since one alone may be damaged; nothing is changed.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.outside.keyring_file import KeyEncryptionKey, KeyringFile
from referral_service.store import keys
from service_kit.keyring import CannotOpen, Keyring, WrappedKey

_FIRST = UUID(int=0)
_TRIED = 20


def find_proven_key(session: Session, kek_id: str, candidates: Iterable[KeyEncryptionKey]) -> KeyEncryptionKey | None:
    """The first of them that opens a record of those under this id."""
    record_keys = _record_keys(session, kek_id)
    return next((key for key in candidates if _opens_any(key, record_keys)), None)


def find_refuted_keys(session: Session, file: KeyringFile) -> Sequence[str]:
    """Ids of those keys of the keyring under which records lie, none of which they open. Raises KeyringUnavailable."""
    lying = [(key, _record_keys(session, key.id)) for key in file.read()]
    return [key.id for key, record_keys in lying if record_keys and not _opens_any(key, record_keys)]


def _record_keys(session: Session, kek_id: str) -> Sequence[WrappedKey]:
    return [
        record_key
        for table in keys.WITH_RECORD_KEYS
        for _row, record_key in keys.record_keys_under(session, table, kek_id, after=_FIRST, limit=_TRIED)
    ]


def _opens_any(key: KeyEncryptionKey, record_keys: Sequence[WrappedKey]) -> bool:
    keyring = Keyring({key.id: key.secret})
    return any(_opens(keyring, record_key) for record_key in record_keys)


def _opens(keyring: Keyring, record_key: WrappedKey) -> bool:
    try:
        keyring.rewrap(record_key)
    except CannotOpen:
        return False
    return True
