"""Identifiers (UUIDv7) and random bytes: the one source of both.

Keys are UUID version 7 (RFC 9562): they sort by the time of making, which keeps B-tree inserts at the
right-hand edge. `random` is for secrets. Passed in like the clock, so that a test can make both
repeatable. Never derive a secret from a UUID: its first 48 bits are the time. Where that must not show, take a
version 4 of the standard library.
"""

import hashlib
import secrets
from typing import Protocol
from uuid import UUID

from uuid_utils.compat import uuid7


class Ids(Protocol):
    """Makes identifiers and random bytes."""

    def uuid(self) -> UUID:
        """A new UUID version 7."""
        ...

    def random(self, n: int) -> bytes:
        """`n` random bytes, fit for secrets."""
        ...


class SystemIds:
    """Identifiers from the clock and the operating system's generator."""

    def uuid(self) -> UUID:
        """A new UUID version 7."""
        return uuid7()

    def random(self, n: int) -> bytes:
        """`n` bytes from the operating system."""
        return secrets.token_bytes(n)


class SeededIds:
    """The same identifiers in the same order for the same seed. For tests only: nothing here is secret."""

    def __init__(self, seed: str) -> None:
        self.reseed(seed)

    def reseed(self, seed: str) -> None:
        """Start again as if made with this seed."""
        self._seed = seed.encode()
        self._made = 0

    def uuid(self) -> UUID:
        """A well-formed UUID version 7, later ones sorting after earlier ones."""
        raw = bytearray(self.random(16))
        raw[:6] = (1_750_000_000_000 + self._made).to_bytes(6, "big")
        raw[6] = 0x70 | raw[6] & 0x0F
        raw[8] = 0x80 | raw[8] & 0x3F
        return UUID(bytes=bytes(raw))

    def random(self, n: int) -> bytes:
        """`n` bytes that depend on the seed and on how often this was called."""
        self._made += 1
        return hashlib.shake_256(self._seed + self._made.to_bytes(8, "big")).digest(n)
