"""Take a service, a place or an organisation out of the directory; a tombstone stays, and says only that it is gone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, undefer

from directory_service.listings.store.history import forget
from directory_service.listings.store.tables import (
    Location,
    Service,
    ServiceAtLocation,
)
from directory_service.listings.use_cases.publish_event import (
    SCRUBBED,
    publish_event,
)
from directory_service.listings.use_cases.publish_listing import publish_listing
from directory_service.organizations.domain.standing import CLOSED
from directory_service.organizations.store.tables import Organization


def remove_service(session: Session, service: UUID, now: datetime, *, publish: bool = True) -> bool:
    """Whether there was one to remove. Its organisation's document no longer lists it, once that is published."""
    row = session.get(Service, service, options=[undefer(Service.snapshot)])
    if row is None or row.deleted_at is not None:
        return False
    owner = session.get(Organization, row.organization_id, with_for_update=True)
    write_tombstone(session, row, now)
    if publish and owner is not None and owner.deleted_at is None:
        publish_listing(session, owner, now)
    return True


def remove_organization(session: Session, organization: UUID, now: datetime) -> bool:
    """Whether there was one to remove. Its services and places go with it; its accounts are not this module's."""
    row = session.get(Organization, organization, with_for_update=True, options=[undefer(Organization.snapshot)])
    if row is None or row.deleted_at is not None:
        return False
    theirs = select(Service).where(Service.organization_id == organization, Service.deleted_at.is_(None))
    for service in session.scalars(theirs.options(undefer(Service.snapshot))):
        write_tombstone(session, service, now)
    session.execute(delete(Location).where(Location.organization_id == organization))
    write_tombstone(session, row, now)
    return True


def remove_location(session: Session, place: UUID, now: datetime, *, publish: bool = True) -> bool:
    """Whether there was one to remove. Services given there stay, without it, once that is published."""
    row = session.get(Location, place)
    if row is None:
        return False
    owner = session.get(Organization, row.organization_id, with_for_update=True)
    session.execute(delete(ServiceAtLocation).where(ServiceAtLocation.location_id == place))
    forget(session, row)
    session.delete(row)
    if publish and owner is not None and owner.deleted_at is None:
        publish_listing(session, owner, now)
    return True


def write_tombstone(session: Session, row: Organization | Service, now: datetime) -> None:
    """Empty the row and outbox its tombstone; the row stays so that a reader learns that the id is gone."""
    if isinstance(row, Service):
        session.execute(delete(ServiceAtLocation).where(ServiceAtLocation.service_id == row.id))
    forget(session, row)
    gone = {"status": "inactive"} if isinstance(row, Service) else {"status": "suspended", "standing": CLOSED}
    known = (row.snapshot or {}).items()
    row.snapshot = {key: SCRUBBED.get(key, value) for key, value in known} | gone
    row.version, row.modified_at, row.deleted_at = row.version + 1, now, now
    row.public, row.summary, row.document, row.fingerprint, row.record = False, None, None, b"", {}
    row.imported = None
    publish_event(session, row, now)
