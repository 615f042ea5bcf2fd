"""What the audit log says of a change of a listing: who, which object, which fields. Never a value."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.editing.use_cases.editable import Editor
from service_kit.db import audit


def audit_editing(
    session: Session, by: Editor, action: str, resource: tuple[str, UUID], now: datetime, **detail: str
) -> None:
    """An entry in the running transaction; `resource` is its type (`service`, `location`, `organization`) and id."""
    audit.record(
        session,
        action=action,
        actor=by.account,
        organization=by.organization,
        object_type=resource[0],
        object_id=str(resource[1]),
        outcome="done",
        at=now,
        detail=detail,
    )
