"""Sealing what identifies a person under the referral's own key, and opening it again for the receiver.

Why: rule 5. The sealed text is JSON; table, row and column are bound into it, so it opens at its own place only.
Promises: nothing of it is logged or kept in clear; with the key row destroyed it cannot be opened by anybody.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from referral_service.domain.submission import Person, Submission
from referral_service.store.sealed import Sealed
from referral_service.use_cases.dependencies import Dependencies
from service_kit.keyring import Keyring, WrappedKey

_PLACE = {"table": "identity", "column": "sealed"}


def identity_of(submission: Submission, person: Person, now: datetime) -> dict[str, Any]:
    """What is sealed: the person, the urgent flags as ticked, notes, and the record of consent (rule 7).

    The release date is not among it: it changes, and flags, priority and lists follow it (`task.release_on`).
    """
    consent = {name: value for name, value in asdict(submission.consent).items() if value is not None}
    return {
        "name": (person.name or "").strip() or None,
        "contact": asdict(person.contact),
        "language": person.language,
        "gender": person.gender,
        "age_band": person.age_band,
        "preferences": person.preferences,
        "urgent": submission.urgent,
        "notes": submission.notes,
        "consent": {**consent, "at": now.isoformat()},
    }


def seal_submission(
    submission: Submission, person: Person, referral_id: UUID, dependencies: Dependencies, now: datetime
) -> Sealed:
    """The person of a new referral under a new key of its own, with the keyed digest of the number."""
    key, number = dependencies.keyring.new_record_key(), person.contact.value
    sealed = seal(dependencies.keyring, key, referral_id, identity_of(submission, person, now))
    return Sealed(key, sealed, None if number is None else dependencies.mac.digest("contact", number.encode()))


def seal(keyring: Keyring, key: WrappedKey, referral_id: UUID, identity: Mapping[str, Any]) -> bytes:
    """The bytes of the `identity` row of this referral."""
    return keyring.seal(key, json.dumps(identity, ensure_ascii=False).encode(), row=str(referral_id), **_PLACE)


def unseal(keyring: Keyring, key: WrappedKey, referral_id: UUID, sealed: bytes) -> dict[str, Any]:
    """The identity again. Raises CannotOpen."""
    opened: dict[str, Any] = json.loads(keyring.open(key, sealed, row=str(referral_id), **_PLACE))
    return opened
