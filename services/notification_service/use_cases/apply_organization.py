"""Apply an organisation snapshot: store what planning needs; name, kind and phone are left out on purpose."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from notification_service.store.organizations import OrganizationSnapshot, apply_snapshot


def apply_organization(session: Session, data: Mapping[str, Any]) -> None:
    """Apply a snapshot `directory.organization.changed.v1`, unless one as new is there. Raises KeyError, ValueError."""
    snapshot = OrganizationSnapshot(
        id=UUID(str(data["organization_id"])),
        status=str(data["status"]),
        district=data["district"],
        deleted=bool(data["deleted"]),
        version=data["version"],
        staffed=data.get("staffed"),
        stands_in_for=data.get("stands_in_for"),
    )
    apply_snapshot(session, snapshot)
