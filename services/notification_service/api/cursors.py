"""Opaque cursors of lists that run from new to old: where the page before ended."""

import base64
import binascii
from datetime import datetime
from uuid import UUID

from service_kit.web.problems import WORDS, FieldError, Problem

from notification_service.store.notices import Cursor


def encode(created_at: datetime, row: UUID) -> str:
    """Return the cursor of the list's last item."""
    return base64.urlsafe_b64encode(f"{created_at.isoformat()}|{row}".encode()).decode().rstrip("=")


def decode(text: str | None) -> Cursor | None:
    """Return where to go on, None for the start; raises the 400 problem naming `cursor`."""
    if text is None:
        return None
    try:
        at, _, row = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition("|")
        created_at = datetime.fromisoformat(at)
        if created_at.tzinfo is None:
            raise ValueError("no zone")
        return created_at, UUID(row)
    except (binascii.Error, ValueError, OverflowError):
        raise Problem(400, "bad-query", WORDS["bad-query"][1], [FieldError("cursor", "Not one of ours.")]) from None
