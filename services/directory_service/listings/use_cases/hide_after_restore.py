"""Complete what a restore has hidden: scrub it as an edit does, and work out what the public sees of its organisations.

A restore applies flags and empties public answers in its own transaction (`store/survivors.py`); what takes the rules
of listings is done here, before any process starts. Promises: an organisation whose answers are empty is finished, in
one transaction each, so that a run that dies is finished by the next; whoever never runs it shows too little.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, undefer

from directory_service.listings.domain.fields import LOCATION_FIELDS
from directory_service.listings.store.tables import Location, Service
from directory_service.listings.use_cases.publish_listing import publish_listing
from directory_service.listings.use_cases.remove_listing import write_tombstone
from directory_service.listings.use_cases.save_listing import write_location_row
from directory_service.organizations.store.tables import Organization
from service_kit.db.engine import Database

_SHUT = (Organization.fingerprint == b"", or_(Organization.deleted_at.is_(None), Organization.record != {}))


def hide_after_restore(db: Database, now: datetime) -> int:
    """How many organisations were finished. `db` sees all rows; `now` is aware."""
    with db.transaction() as session:
        shut = session.scalars(select(Organization.id).where(*_SHUT).order_by(Organization.id)).all()
    for organization in shut:
        with db.transaction() as session:
            _complete(session, organization, now)
    return len(shut)


def _complete(session: Session, organization: UUID, now: datetime) -> None:
    row = session.get_one(Organization, organization, with_for_update=True, options=[undefer(Organization.snapshot)])
    _hide_places(session, organization, now)
    gone = (Service.organization_id == organization, Service.deleted_at.is_not(None), Service.record != {})
    for service in session.scalars(select(Service).where(*gone).options(undefer(Service.snapshot))):
        write_tombstone(session, service, now)
    if row.deleted_at is None:
        publish_listing(session, row, now)
    else:
        write_tombstone(session, row, now)


def _hide_places(session: Session, organization: UUID, now: datetime) -> None:
    """Those whose record still says that they are open turn confidential as by an edit."""
    theirs = (Location.organization_id == organization, Location.confidential)
    for place in session.scalars(select(Location).where(*theirs)).all():
        record = LOCATION_FIELDS.load(place.record)
        if not record.confidential:
            place.confidential = False
            write_location_row(session, replace(record, confidential=True), now)
