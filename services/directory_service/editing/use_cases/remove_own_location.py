"""A provider takes one of its places away. The services stay, without it; nobody has to agree."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.editing.use_cases.audit_editing import audit_editing
from directory_service.editing.use_cases.provider_location import own_place
from directory_service.editing.use_cases.provider_service import (
    Editor,
    Stale,
    lock_provider,
)
from directory_service.listings.use_cases.remove_listing import remove_place


def remove_own_place(session: Session, place: UUID, editor: Editor, now: datetime, *, seen: str) -> None:
    """Its own history goes with it. Raises NotThere, Stale."""
    lock_provider(session, editor.organization)
    own = own_place(session, editor.organization, place)
    if seen != own.tag:
        raise Stale(own.tag)
    remove_place(session, place, now)
    audit_editing(session, editor, "place.remove", ("location", place), now)
