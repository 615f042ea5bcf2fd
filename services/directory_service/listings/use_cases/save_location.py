"""Create or change a place of an organisation, and publish what that changes for the public."""

from datetime import datetime

from sqlalchemy.orm import Session

from directory_service.listings.domain import records
from directory_service.listings.store.tables import Location
from directory_service.listings.use_cases.publish_listing import publish_listing
from directory_service.listings.use_cases.save_listing import (
    Outcome,
    write_location_row,
)
from directory_service.listings.use_cases.save_service import (
    NoSuchOrganization,
    lock_organization,
)


def save_place(session: Session, record: records.Location, now: datetime) -> Outcome:
    """Raises NoSuchOrganization. Turning `confidential` on takes the address out of every answer at once."""
    row = lock_organization(session, record.organization_id)
    stored = session.get(Location, record.id)
    if stored is not None and stored.organization_id != record.organization_id:
        raise NoSuchOrganization(str(record.organization_id))
    outcome = write_location_row(session, record, now)
    if outcome is not Outcome.UNCHANGED:
        publish_listing(session, row, now)
    return outcome
