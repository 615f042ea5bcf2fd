"""A provider takes one of its services out of the directory. That is never held up, not even for a new provider."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.editing.use_cases.audit_editing import audit_editing
from directory_service.editing.use_cases.decide_change import take_back_change
from directory_service.editing.use_cases.provider_service import (
    Editor,
    Stale,
    lock_provider,
    own_service,
)
from directory_service.listings.use_cases.remove_listing import remove_service


def remove_own_service(
    session: Session, service: UUID, editor: Editor, now: datetime, *, seen: str, publish: bool = True
) -> None:
    """A tombstone stays; a service that only waits to be put in is taken back. `publish` as in `edit_service`.

    Raises NotThere, Removed, Stale.
    """
    lock_provider(session, editor.organization)
    own = own_service(session, editor.organization, service)
    if seen != own.tag:
        raise Stale(own.tag)
    if not own.live:
        take_back_change(session, editor, service, now)
        return
    remove_service(session, service, now, publish=publish)
    audit_editing(session, editor, "listing.remove", ("service", service), now)
