"""Envelope encryption: one key a record, wrapped by a key-encryption key that rotates.

AES-256-GCM throughout. Each sealed value is bound to its table, row and column, so a ciphertext that is
moved to another place does not open. Destroying a record's wrapped key makes everything sealed under it
unreadable at once (crypto-shredding). The first key-encryption key is the primary; older ones only open,
until `rewrap` has moved every record and they are removed. Key-encryption keys come from a setting or
from a source that is asked at each use, so that a process sees a key that was added or removed meanwhile;
they never lie in a database or in the same backup as what they protect.
"""

import base64
import binascii
import hmac
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_KEY = 32
_NONCE = 12


class CannotOpen(Exception):
    """The value was not sealed with this key for this place, or it was changed."""


@dataclass(frozen=True)
class WrappedKey:
    """A record's own key, encrypted under the key-encryption key `kek_id`. Safe to store beside the record."""

    kek_id: str
    wrapped: bytes


class RecordKey:
    """A record's own key while it is used; `stored` is what may be stored of it."""

    def __init__(self, key: bytes, stored: WrappedKey, random: Callable[[int], bytes]) -> None:
        self._cipher, self.stored, self._random = AESGCM(key), stored, random

    def __repr__(self) -> str:
        return f"RecordKey({self.stored.kek_id})"

    def seal(self, plaintext: bytes, *, table: str, row: str, column: str) -> bytes:
        """Nonce and ciphertext, to be stored at exactly this table, row and column."""
        nonce = self._random(_NONCE)
        return nonce + self._cipher.encrypt(nonce, plaintext, _place(table, row, column))

    def open(self, sealed: bytes, *, table: str, row: str, column: str) -> bytes:
        """What was sealed at this table, row and column. Raises CannotOpen."""
        return _decrypt(self._cipher, sealed, _place(table, row, column))


Keks = Mapping[str, bytes]
"""Key-encryption keys by id, 32 bytes each, the primary first."""


class Keyring:
    """Makes, wraps and unwraps the keys of records.

    `keks`: the keys, or a function that is asked for them at each use and gives the same mapping while nothing changed.
    """

    def __init__(self, keks: Keks | Callable[[], Keks], *, random: Callable[[int], bytes] = os.urandom) -> None:
        self._source: Callable[[], Keks] = keks if callable(keks) else lambda: keks
        self._made: tuple[Keks, Mapping[str, AESGCM]] = ({}, {})  # once, and as one: threads pair no new keys with old
        self._random = random
        if not callable(keks):
            self._keks()

    @classmethod
    def from_setting(cls, setting: str) -> "Keyring":
        """From `kid:base64,kid2:base64`, the primary first. Raises ValueError in plain words."""
        return cls(named_keys(setting, length=_KEY))

    def __repr__(self) -> str:
        return f"Keyring({', '.join(self._made[1])})"

    @property
    def primary(self) -> str:
        """The id of the key under which new record keys are wrapped."""
        return next(iter(self._keks()))

    @property
    def ids(self) -> frozenset[str]:
        """The ids of its keys."""
        return frozenset(self._keks())

    def new_record_key(self) -> RecordKey:
        """A fresh key for one record, wrapped under the primary."""
        key = self._random(_KEY)
        return RecordKey(key, self._wrap(key), self._random)

    def unwrap(self, key: WrappedKey) -> RecordKey:
        """The key of a stored record. Raises CannotOpen."""
        return RecordKey(self._unwrap(key), key, self._random)

    def rewrap(self, key: WrappedKey) -> WrappedKey:
        """The same record key under the primary; what is sealed stays as it is. Raises CannotOpen."""
        return self._wrap(self._unwrap(key))

    def _wrap(self, record_key: bytes) -> WrappedKey:
        nonce = self._random(_NONCE)
        primary, kek = next(iter(self._keks().items()))
        return WrappedKey(primary, nonce + kek.encrypt(nonce, record_key, primary.encode()))

    def _unwrap(self, key: WrappedKey) -> bytes:
        kek = self._keks().get(key.kek_id)
        if kek is None:
            raise CannotOpen(f"the key-encryption key {key.kek_id!r} is not in the keyring")
        return _decrypt(kek, key.wrapped, key.kek_id.encode())

    def _keks(self) -> Mapping[str, AESGCM]:
        keks = self._source()
        made_of, ciphers = self._made
        if keks is not made_of or not keks:
            if not keks:
                raise ValueError("a keyring needs at least one key")
            if any(len(kek) != _KEY for kek in keks.values()):
                raise ValueError("a key-encryption key has 32 bytes")
            ciphers = {kid: AESGCM(kek) for kid, kek in keks.items()}
            self._made = keks, ciphers
        return ciphers


class MacKey:
    """Keyed digests (HMAC-SHA256) for look-ups by a secret that must not be stored.

    Each purpose gets a key of its own, so equal inputs under two purposes cannot be matched up.
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) < _KEY:
            raise ValueError("a MAC key has at least 32 bytes")
        self._secret = secret
        self._begun: dict[str, hmac.HMAC] = {}  # by purpose; purposes are constants of the code, so there are few

    def __repr__(self) -> str:
        return "MacKey(…)"

    def digest(self, purpose: str, data: bytes) -> bytes:
        """32 bytes."""
        begun = self._begun.get(purpose)
        if begun is None:
            purpose_key = hmac.digest(self._secret, purpose.encode(), "sha256")
            begun = self._begun[purpose] = hmac.new(purpose_key, digestmod="sha256")
        mac = begun.copy()
        mac.update(data)
        return mac.digest()


def named_keys(setting: str, *, length: int) -> dict[str, bytes]:
    """`kid:base64,kid2:base64` as a mapping in that order. Raises ValueError in plain words, never quoting a key."""
    keys: dict[str, bytes] = {}
    for part in filter(None, (part.strip() for part in setting.split(","))):
        kid, colon, encoded = part.partition(":")
        if not colon or not kid:
            raise ValueError("must read id:base64,id2:base64")
        if kid in keys:
            raise ValueError(f"names the key {kid!r} twice")
        keys[kid] = decode_key(encoded, length=length)
    if not keys:
        raise ValueError("names no key")
    return keys


def decode_key(encoded: str, *, length: int) -> bytes:
    """The bytes of a base64 key of exactly `length` bytes. Raises ValueError without quoting the key."""
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raise ValueError("is not base64") from None
    if len(key) != length:
        raise ValueError(f"must hold {length} bytes, holds {len(key)}")
    return key


def _place(table: str, row: str, column: str) -> bytes:
    if "|" in table + row + column:
        raise ValueError("a place may not contain '|'")
    return f"{table}|{row}|{column}".encode()


def _decrypt(key: AESGCM, sealed: bytes, place: bytes) -> bytes:
    try:
        return key.decrypt(sealed[:_NONCE], sealed[_NONCE:], place)
    except (InvalidTag, ValueError):
        raise CannotOpen("sealed with another key, for another place, or changed") from None
