"""Publish separated copies of shared places once more, some hours later, so that no time tells from which place.

Why: where an organisation hides a place, the copies of others are separated in the same transaction. Until something
else changes, their answers have the time of that moment and the next numbers of the feed: whoever looks later for what
changed along with a hidden place would find its copies, whose address is public. Whoever watched at that moment had
read the address before. Promises: each separated copy is published again once, after a random time of hours.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, undefer

from directory_service.listings.store.tables import Location, LocationCopy, Service
from directory_service.listings.use_cases.publish_listing import publish_listing
from directory_service.organizations.store.tables import Organization
from service_kit.db.engine import Database

CHANCE = 0.02
"""Of a copy to be published in a round; with a round each ten minutes it takes eight hours in the mean."""
_AT_ONCE = 200


def scatter_separated_copies(db: Database, now: datetime, *, chance: float = CHANCE) -> int:
    """How many copies were published again, each in a transaction of its own. `now` is aware; `db` sees all rows."""
    separated = (Location.record["shared_id"].astext.is_(None), ~LocationCopy.told_again, func.random() < chance)
    copies = select(LocationCopy.id, LocationCopy.organization_id, LocationCopy.location_id)
    due = copies.join(Location, Location.id == LocationCopy.location_id).where(*separated).limit(_AT_ONCE)
    with db.transaction() as session:
        found = session.execute(due).all()
    for copy, organization, location in found:
        with db.transaction() as session:
            _publish_again(session, organization, location, now)
            session.execute(update(LocationCopy).where(LocationCopy.id == copy).values(told_again=True))
    return len(found)


def _publish_again(session: Session, organization: UUID, location: UUID, now: datetime) -> None:
    owner = session.get_one(Organization, organization, with_for_update=True, options=[undefer(Organization.snapshot)])
    if owner.deleted_at is not None:
        return
    given_there = Service.record.contains({"places": [str(location)]})
    theirs = (Service.organization_id == organization, Service.deleted_at.is_(None), given_there)
    for row in (owner, *session.scalars(select(Service).where(*theirs))):
        row.fingerprint = b""  # answers that differ from none
    publish_listing(session, owner, now)
