"""What the places of an organisation are called, for somebody who may not know their confidential names."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.store.tables_listings import Location


def hidden_places(session: Session, organization: UUID) -> set[str]:
    """The ids of the organisation's confidential places."""
    theirs = select(Location.id).where(Location.organization_id == organization, Location.confidential)
    return {str(each) for each in session.scalars(theirs)}


def place_names(session: Session, organization: UUID) -> dict[str, str]:
    """Name, or the part of town, by id. A confidential place's record has no name to show."""
    rows = session.execute(select(Location.id, Location.record).where(Location.organization_id == organization))
    return {str(row.id): row.record.get("name") or row.record["area"] for row in rows}
