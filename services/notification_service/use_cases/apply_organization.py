"""Apply an organisation snapshot: store what planning needs; name and phone are left out on purpose."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from notification_service.store import organizations


def apply_organization(session: Session, data: Mapping[str, object]) -> None:
    """Apply a snapshot `directory.organization.changed.v1`, unless one as new is there. Raises KeyError, ValueError."""
    organizations.apply_snapshot(
        session,
        {
            "id": UUID(str(data["organization_id"])),
            "status": str(data["status"]),
            "district": data["district"],
            "deleted": bool(data["deleted"]),
            "version": data["version"],
        },
    )
