"""Apply a membership snapshot: unseal its contact with this service's key, seal it under its keyring.

Between the two the contact is in memory only. It is never logged, and an error says no more than that it happened.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from notification_service.store.members import Contact, MembershipSnapshot, apply_snapshot
from service_kit import sealed_box
from service_kit.keyring import CannotOpen, Keyring
from setu.languages import SCREEN_LANGUAGES

TYPE = "directory.member.changed.v1"


def apply_member(session: Session, data: Mapping[str, Any], *, private_key: str, keyring: Keyring) -> None:
    """Apply a snapshot, unless one as new is there. Raises KeyError, ValueError, TypeError or CannotOpen."""
    membership = UUID(str(data["membership_id"]))
    contact, language = _unseal(str(data["sealed"]), membership, private_key)
    districts = data["districts"]
    if not isinstance(districts, list):
        raise TypeError("districts is not a list")
    snapshot = MembershipSnapshot(
        id=membership,
        account_id=UUID(str(data["account_id"])),
        organization_id=UUID(str(data["organization_id"])),
        role=str(data["role"]),
        districts=districts,
        active=bool(data["active"]),
        language=language,
        version=data["version"],
    )
    apply_snapshot(session, snapshot, contact, keyring)


def _unseal(sealed: str, membership: UUID, private_key: str) -> tuple[Contact, str]:
    info = f"{TYPE}|{membership}".encode()
    try:
        opened = json.loads(sealed_box.open(private_key, base64.b64decode(sealed, validate=True), info))
    except (binascii.Error, ValueError):
        raise CannotOpen("the contact could not be read") from None
    language = opened.get("language")
    contact = Contact(mail=opened.get("mail") or None, phone=opened.get("phone") or None)
    return contact, language if language in SCREEN_LANGUAGES else "en"
