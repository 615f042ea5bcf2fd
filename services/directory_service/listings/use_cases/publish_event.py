"""Put a row's snapshot into the outbox: the one place where the directory's listing events get their shape."""

from datetime import datetime

from sqlalchemy.orm import Session

from directory_service.listings.store.tables import Service
from directory_service.organizations.store.tables import Organization
from directory_service.organizations.use_cases.publish_organization import organization_event
from service_kit.db import outbox
from service_kit.envelope import Event
from service_kit.ids import SystemIds

SERVICE_CHANGED = "directory.service.changed.v1"

#: What a tombstone no longer says.
SCRUBBED: dict[str, object] = {"phone": None, "address": None, "landmark": None, "area": ""}


def publish_event(session: Session, row: Organization | Service, now: datetime) -> None:
    """Outbox the row's snapshot with its version, `deleted` where the row is a tombstone. `now` (aware) is its time."""
    outbox.add(session, event_of(row, now))


def event_of(row: Organization | Service, now: datetime) -> Event:
    """The event itself, for whoever writes many at once."""
    if isinstance(row, Organization):
        return organization_event(row, now)
    gone = row.deleted_at is not None
    told = {key: SCRUBBED.get(key, value) if gone else value for key, value in (row.snapshot or {}).items()}
    data = {**told, "version": row.version, "deleted": gone}
    return Event(type=SERVICE_CHANGED, subject=str(row.id), data=data, id=SystemIds().uuid(), time=now)
