"""Events that somebody has to look at a listing: its provider, or the coordinator of its district.

They name the organisation and the district and nothing of the listing: who is told opens the page, and sees it there.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.organizations.store.tables import Organization
from service_kit.db import outbox
from service_kit.envelope import Event
from service_kit.ids import SystemIds

CONFIRMATION_DUE = "directory.confirmation.due.v1"
CHANGE_ASKED = "directory.change.asked.v1"
CHANGE_DECIDED = "directory.change.decided.v1"


def publish_listing_notice(
    session: Session, kind: str, owner: Organization, subject: UUID, version: int, now: datetime
) -> None:
    """Outbox it. `version` grows by `subject`; `now` is aware."""
    data = {
        "organization_id": str(owner.id),
        "district": owner.district_code,
        "receivers": [str(owner.id)],
        "version": version,
    }
    outbox.add(session, Event(type=kind, subject=str(subject), data=data, id=SystemIds().uuid(), time=now))
