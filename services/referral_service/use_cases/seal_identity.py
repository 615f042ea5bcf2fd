"""Sealing what identifies a person under the referral's own key, and opening it again for the receiver.

Why: rule 5. The sealed text is JSON; table, row and column are bound into it, so it opens at its own place only.
Promises: nothing of it is logged or kept in clear; with the key row destroyed it cannot be opened by anybody.
"""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from referral_service.store.sealed import Sealed
from referral_service.use_cases.dependencies import Dependencies
from service_kit.keyring import Keyring, WrappedKey

_PLACE = {"table": "identity", "column": "sealed"}


def seal_new_identity(
    identity: Mapping[str, Any], number: str | None, referral_id: UUID, dependencies: Dependencies
) -> Sealed:
    """The identity of a new referral under a new key of its own, with the keyed digest of the phone number."""
    key = dependencies.keyring.new_record_key()
    sealed = seal(dependencies.keyring, key, referral_id, identity)
    return Sealed(key, sealed, None if number is None else dependencies.mac.digest("contact", number.encode()))


def seal(keyring: Keyring, key: WrappedKey, referral_id: UUID, identity: Mapping[str, Any]) -> bytes:
    """The bytes of the `identity` row of this referral."""
    return keyring.seal(key, json.dumps(identity, ensure_ascii=False).encode(), row=str(referral_id), **_PLACE)


def unseal(keyring: Keyring, key: WrappedKey, referral_id: UUID, sealed: bytes) -> dict[str, Any]:
    """The identity again. Raises CannotOpen."""
    opened: dict[str, Any] = json.loads(keyring.open(key, sealed, row=str(referral_id), **_PLACE))
    return opened
