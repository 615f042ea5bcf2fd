"""Do a change of a service: the row, the history, and what the public and the other services are told."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from directory_service.listings.domain import records
from directory_service.listings.domain.history import Difference
from directory_service.listings.store.history import (
    Author,
    add,
    record_changes,
    record_created,
)
from directory_service.listings.use_cases.publish_listing import publish_listing
from directory_service.listings.use_cases.save_listing import write_service_row
from directory_service.organizations.store.tables import Organization


def apply_change(
    session: Session,
    owner: Organization,
    record: records.Service,
    changes: Iterable[Difference],
    now: datetime,
    *,
    publish: bool = True,
) -> None:
    """The provider's own change; the caller holds `owner`'s lock and knows that the service is there.

    `publish` False: the caller changes several, and calls `publish_listing` once when all are written.
    """
    rows = record_changes(owner.id, ("service", record.id), changes, Author(owner.id, owner.name), now)
    add(session, rows)
    write_service_row(session, record, now)
    if publish:
        publish_listing(session, owner, now)


def apply_creation(
    session: Session, owner: Organization, record: records.Service, now: datetime, *, publish: bool = True
) -> None:
    """The same for a service that is new; the caller has taken its id."""
    add(session, [record_created(owner.id, record.id, record.name, Author(owner.id, owner.name), now)])
    write_service_row(session, record, now)
    if publish:
        publish_listing(session, owner, now)
