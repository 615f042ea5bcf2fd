"""Argon2id hashes (RFC 9106) of passwords and slip codes typed by people.

Promises: verifying takes as long for an unknown account as for a known one, because a dummy hash of the same cost is
verified instead. Not for random codes of 60 bits and more: a keyed digest is enough there.
"""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# RFC 9106 §4, second recommended option scaled to small servers: 19 MiB, 2 passes (OWASP's floor).
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_DUMMY = _HASHER.hash(secrets.token_urlsafe(24))


def hash_password(password: str) -> str:
    """An encoded Argon2id hash with its own salt."""
    return _HASHER.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Whether `password` is the one of `stored`; with None the same time passes and the answer is False."""
    try:
        return _HASHER.verify(stored or _DUMMY, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Whether the cost has been raised since `stored` was made."""
    return _HASHER.check_needs_rehash(stored)
