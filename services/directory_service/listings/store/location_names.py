"""What the places of organisations are called, for somebody who may not know their confidential names."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.listings.store.tables import Location


def hidden_places(session: Session, organization: UUID) -> set[str]:
    """The ids of the organisation's confidential places."""
    theirs = select(Location.id).where(Location.organization_id == organization, Location.confidential)
    return {str(each) for each in session.scalars(theirs)}


def shared_places(session: Session, organization: UUID) -> dict[str, str]:
    """The organisation's copies of places that its publisher has for several: id in documents → id of the copy."""
    shared = Location.record["shared_id"].astext
    theirs = select(shared, Location.id).where(Location.organization_id == organization, shared.is_not(None))
    return {public: str(own) for public, own in session.execute(theirs)}


def place_names(session: Session, organizations: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    """Organisation → place → its name, or the part of town: a confidential place's record has no name to show."""
    wanted = select(Location.organization_id, Location.id, Location.record)
    found: dict[UUID, dict[str, str]] = {each: {} for each in organizations}
    for owner, place, record in session.execute(wanted.where(Location.organization_id.in_(found))):
        found[owner][str(place)] = record.get("name") or record["area"]
    return found
