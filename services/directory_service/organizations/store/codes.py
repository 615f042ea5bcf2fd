"""Organisations by the codes that their states gave them."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.organizations.store.tables import Organization


def ids_by_code(session: Session) -> Mapping[str, UUID]:
    """Code → id; a code that two states gave names nobody."""
    found: dict[str, list[UUID]] = {}
    known = select(Organization).where(Organization.code.is_not(None), Organization.deleted_at.is_(None))
    for row in session.scalars(known):
        found.setdefault(row.code or "", []).append(row.id)
    return {code: ids[0] for code, ids in found.items() if len(ids) == 1}
