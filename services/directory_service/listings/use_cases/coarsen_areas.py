"""Coarsen the part of town of places that were hidden before it was looked at: it may repeat the name or the street.

Promises: a place changes in one transaction with what the public sees of its organisation; where nothing repeats,
nothing is written. What is hidden from now on comes coarse into the directory (`save_listing.fill_location`).
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from directory_service.listings.domain.confidential_locations import with_coarse_area
from directory_service.listings.domain.fields import LOCATION_FIELDS
from directory_service.listings.store.tables import Location, LocationConfidential
from directory_service.listings.use_cases.publish_listing import publish_listing
from directory_service.listings.use_cases.save_listing import write_location_row
from directory_service.organizations.store.tables import Organization
from service_kit.db.engine import Database

_HIDDEN = (
    select(Location.id, Location.organization_id, Location.record, LocationConfidential.exact)
    .join(LocationConfidential, LocationConfidential.location_id == Location.id)
    .where(Location.confidential)
)


def coarsen_areas(db: Database, now: datetime) -> int:
    """How many places were changed. `db` sees all rows; `now` is aware."""
    with db.transaction() as session:
        rows = session.execute(_HIDDEN.execution_options(yield_per=500))
        telling = [(row.id, row.organization_id) for row in rows if _is_telling({**row.record, **row.exact})]
    for place, organization in telling:
        _coarsen(db, place, organization, now)
    return len(telling)


def _is_telling(record: dict[str, object]) -> bool:
    place = LOCATION_FIELDS.load(record)
    return with_coarse_area(place) is not place


def _coarsen(db: Database, place: UUID, organization: UUID, now: datetime) -> None:
    with db.transaction() as session:
        owner = session.get_one(Organization, organization, with_for_update=True)
        row = session.execute(_HIDDEN.where(Location.id == place)).one_or_none()
        if row is None or not _is_telling({**row.record, **row.exact}):
            return
        write_location_row(session, LOCATION_FIELDS.load({**row.record, **row.exact}), now)
        if owner.deleted_at is None:
            publish_listing(session, owner, now)
