"""Sealing what identifies a person under the referral's own key, and opening it again for the receiver.

Why: rule 5. The sealed text is JSON; table, row and column are bound into it, so it opens at its own place only.
Promises: nothing of it is logged or kept in clear; with the key row destroyed it cannot be opened by anybody.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from service_kit.keyring import Keyring, WrappedKey

_CONTACT: Mapping[str, Any] = {"method": None, "value": None, "hours": []}
_PLACE = {"table": "identity", "column": "sealed"}


def identity_of(body: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What is sealed: the person, the urgent flags, notes, release date, and the record of consent (rule 7).

    `body` as the schema reads it: the contact's number is in E.164.
    """
    person = body["person"]
    contact = {name: person["contact"].get(name, empty) for name, empty in _CONTACT.items()}
    release = body.get("expected_release")
    return {
        "name": (person.get("name") or "").strip() or None,
        "contact": contact,
        "language": person["language"],
        "gender": person.get("gender"),
        "age_band": person["age_band"],
        "preferences": person.get("preferences", []),
        "urgent": body.get("urgent", []),
        "notes": body.get("notes"),
        "expected_release": None if release is None else release.isoformat(),
        "consent": {**body["consent"], "at": now.isoformat()},
    }


def seal(keyring: Keyring, key: WrappedKey, referral_id: UUID, identity: Mapping[str, Any]) -> bytes:
    """The bytes of the `identity` row of this referral."""
    return keyring.seal(key, json.dumps(identity, ensure_ascii=False).encode(), row=str(referral_id), **_PLACE)


def unseal(keyring: Keyring, key: WrappedKey, referral_id: UUID, sealed: bytes) -> dict[str, Any]:
    """The identity again. Raises CannotOpen."""
    opened: dict[str, Any] = json.loads(keyring.open(key, sealed, row=str(referral_id), **_PLACE))
    return opened
