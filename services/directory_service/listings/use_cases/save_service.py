"""Create or change a service of an organisation that is there, and publish what that changes for the public."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.listings.domain import records
from directory_service.listings.store.tables import Service
from directory_service.listings.use_cases.publish_listing import publish_listing
from directory_service.listings.use_cases.save_listing import (
    Outcome,
    write_service_row,
)
from directory_service.organizations.store.tables import Organization


class NoSuchOrganization(LookupError):
    """The organisation that should own the record is not in the directory, or owns another one of this id."""


def save_service(session: Session, record: records.Service, now: datetime) -> Outcome:
    """Raises NoSuchOrganization. A service never changes hands: another organisation's id is refused."""
    row = lock_organization(session, record.organization_id)
    stored = session.get(Service, record.id)
    if stored is not None and stored.organization_id != record.organization_id:
        raise NoSuchOrganization(str(record.organization_id))
    outcome = write_service_row(session, record, now)
    if outcome is not Outcome.UNCHANGED:
        publish_listing(session, row, now)
    return outcome


def lock_organization(session: Session, organization: UUID) -> Organization:
    """The row, locked: whoever changes a listing does so alone. Raises NoSuchOrganization."""
    row = session.get(Organization, organization, with_for_update=True)
    if row is None or row.deleted_at is not None:
        raise NoSuchOrganization(str(organization))
    return row
