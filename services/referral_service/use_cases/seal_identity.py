"""Sealing what identifies a person under the referral's own key, and opening it again for the receiver.

Why: rule 5. The sealed text is JSON; table, row and column are bound into it, so it opens at its own place only.
Promises: nothing of it is logged or kept in clear; with the key row destroyed it cannot be opened by anybody.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from referral_service.domain.identity import Identity
from referral_service.domain.matching_facts import MatchingFacts
from referral_service.store.sealed_identities import Sealed
from referral_service.use_cases.dependencies import Dependencies
from service_kit.keyring import Keyring, MacKey, RecordKey, WrappedKey

_IDENTITY = {"table": "identity", "column": "sealed"}
_FACTS = {"table": "identity", "column": "fit"}


def seal_new_identity(identity: Identity, referral_id: UUID, dependencies: Dependencies) -> Sealed:
    """The identity of a new referral and its facts for matching, each under a new key of its own referral.

    With the keyed digest of the phone number, by which `possibly_same_as` finds others.
    """
    key = dependencies.keyring.new_record_key()
    return _seal_both(key, dependencies.mac, referral_id, identity, identity.matching_facts())


def reseal_identity(
    found: Sealed,
    referral_id: UUID,
    identity: Identity,
    needs: Sequence[str],
    dependencies: Dependencies,
    now: datetime,
) -> Sealed:
    """A corrected identity under the referral's own key, with what follows from it, and the needs as they are now."""
    facts = replace(identity.matching_facts(), needs=needs)
    key = dependencies.keyring.unwrap(found.key)
    return _seal_both(key, dependencies.mac, referral_id, identity, facts, corrected_at=now)


def seal_copy(source: UUID, found: Sealed, referral_id: UUID, dependencies: Dependencies) -> Sealed:
    """What stands on another record of the chain, under a new key of this one. Raises CannotOpen."""
    keyring = dependencies.keyring
    identity = unseal(keyring, found.key, source, found.sealed)
    facts = unseal_matching_facts(keyring, source, found)
    key = keyring.new_record_key()
    return _seal_both(key, dependencies.mac, referral_id, identity, facts, corrected_at=found.corrected_at)


def _seal_both(
    key: RecordKey,
    mac: MacKey,
    referral_id: UUID,
    identity: Identity,
    facts: MatchingFacts,
    *,
    corrected_at: datetime | None = None,
) -> Sealed:
    sealed = _seal(key, referral_id, identity.as_json(), _IDENTITY)
    fit = _seal(key, referral_id, facts.as_json(), _FACTS)
    return Sealed(key.stored, sealed, contact_hint(identity, mac), fit, corrected_at)


def contact_hint(identity: Identity, mac: MacKey) -> bytes | None:
    """The keyed digest of the contact's number, by which two identities are compared; None where there is no number."""
    number = identity.contact.value
    return None if number is None else mac.digest("contact", number.encode())


def unseal(keyring: Keyring, key: WrappedKey, referral_id: UUID, sealed: bytes) -> Identity:
    """The identity again. Raises CannotOpen."""
    return Identity.from_json(_open(keyring, key, referral_id, sealed, _IDENTITY))


def unseal_matching_facts(keyring: Keyring, referral_id: UUID, found: Sealed) -> MatchingFacts:
    """What decides who fits. Raises CannotOpen. A referral of an older release has it in the identity alone."""
    if found.fit is None:
        return unseal(keyring, found.key, referral_id, found.sealed).matching_facts()
    return MatchingFacts(**_open(keyring, found.key, referral_id, found.fit, _FACTS))


def _seal(key: RecordKey, referral_id: UUID, value: Mapping[str, Any], place: Mapping[str, str]) -> bytes:
    text = json.dumps(value, ensure_ascii=False)
    return key.seal(text.encode(), row=str(referral_id), **place)


def _open(
    keyring: Keyring, key: WrappedKey, referral_id: UUID, sealed: bytes, place: Mapping[str, str]
) -> dict[str, Any]:
    opened: dict[str, Any] = json.loads(keyring.unwrap(key).open(sealed, row=str(referral_id), **place))
    return opened
