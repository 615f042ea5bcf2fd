"""Opaque cursors of lists that run from new to old."""

import base64
import binascii
from datetime import datetime
from uuid import UUID

Cursor = tuple[datetime, UUID]


class BadCursorError(ValueError):
    """The cursor is none of ours."""

    field = "cursor"


def encode(created_at: datetime, row: UUID) -> str:
    """Return the cursor of the list's last item."""
    return base64.urlsafe_b64encode(f"{created_at.isoformat()}|{row}".encode()).decode().rstrip("=")


def decode(text: str | None) -> Cursor | None:
    """Return where to go on, None for the start. Raises BadCursorError."""
    if text is None:
        return None
    try:
        at, _, row = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition("|")
        created_at = datetime.fromisoformat(at)
        if created_at.tzinfo is None:
            raise BadCursorError("Not one of ours.")
        return created_at, UUID(row)
    except (binascii.Error, ValueError, OverflowError):
        raise BadCursorError("Not one of ours.") from None
