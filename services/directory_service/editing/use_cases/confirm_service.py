"""A provider says that a listing is still right: the day is shown, and the clock of reminders begins anew."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.editing.use_cases.edit_resource import (
    EditResult,
    edit_resource,
)
from directory_service.editing.use_cases.editable import (
    Editor,
    Stale,
    lock_provider,
)
from directory_service.editing.use_cases.own_services import (
    SERVICES,
    own_service,
)
from setu.india import day_in_india


def confirm_service(session: Session, service: UUID, editor: Editor, now: datetime, *, seen: str) -> EditResult:
    """Raises NotThere, Removed, Stale: nobody confirms what they have not seen. It never waits for a coordinator."""
    lock_provider(session, editor.organization)
    own = own_service(session, editor.organization, service)
    if seen != own.tag:
        raise Stale(own.tag)
    confirmed = replace(own.record, assured_date=day_in_india(now))
    return edit_resource(session, SERVICES, confirmed, editor, now, seen=None)
