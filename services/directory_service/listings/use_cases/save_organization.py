"""Create or change an organisation, and publish what that changes for the public."""

from datetime import datetime

from sqlalchemy.orm import Session

from directory_service.listings.domain import records
from directory_service.listings.domain.save_outcome import SaveOutcome
from directory_service.listings.use_cases.publish_listing import publish_listing
from directory_service.listings.use_cases.save_listing import write_organization_row


def save_organization(session: Session, record: records.Organization, now: datetime) -> SaveOutcome:
    """One transaction of the caller: row, documents of the organisation and its services, events. `now` is aware."""
    row, outcome = write_organization_row(session, record, now)
    if outcome is not SaveOutcome.UNCHANGED:
        publish_listing(session, row, now)
    return outcome
