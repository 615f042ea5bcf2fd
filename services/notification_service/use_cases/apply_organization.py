"""Apply an organisation snapshot: store what planning needs; name, kind and phone are left out on purpose."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from notification_service.store.organizations import OrganizationSnapshot, apply_snapshot
from setu.districts import districts_nearby


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
        oversees=_districts_of_state(data["district"]) if data.get("whole_state") else None,
    )
    apply_snapshot(session, snapshot)


def _districts_of_state(district: int | None) -> list[int] | None:
    return None if district is None else sorted({district, *districts_nearby(district)})
