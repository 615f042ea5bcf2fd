"""Events of approving a provider: that one can be, for who may do it, and that one was, for its people and its maker.

They name the organisation's id and its district and nothing that it says. Not for its snapshot: `publish_organization`.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from directory_service.organizations.store.tables import Organization
from service_kit.db import outbox
from service_kit.envelope import Event
from service_kit.ids import SystemIds
from setu.districts import STATE_OF_DISTRICT, region_of_state

PROVIDER_PENDING = "directory.provider.pending.v1"
PROVIDER_APPROVED = "directory.provider.approved.v1"


def publish_pending(session: Session, row: Organization, now: datetime) -> None:
    """Outbox that this provider can be approved now. Nobody is told of a district that no state has."""
    state = STATE_OF_DISTRICT.get(row.district_code)
    if state is not None:
        _publish(session, PROVIDER_PENDING, row, now, region=region_of_state(state))


def publish_approved(session: Session, row: Organization, now: datetime) -> None:
    """Outbox that this provider was approved. `now` is aware."""
    maker = {"state": "imported"} if row.made_by is None else {"state": "entered", "account_id": str(row.made_by)}
    _publish(session, PROVIDER_APPROVED, row, now, receivers=[str(row.id)], **maker)


def _publish(session: Session, kind: str, row: Organization, now: datetime, **more: object) -> None:
    version = row.version + row.staffing_version  # as its snapshot's, which was published in this transaction
    about = {"organization_id": str(row.id), "district": row.district_code, "version": version}
    event = Event(type=kind, subject=str(row.id), data={**about, **more}, id=SystemIds().uuid(), time=now)
    outbox.add(session, event)
