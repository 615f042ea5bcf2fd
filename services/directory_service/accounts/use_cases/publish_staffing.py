"""Publish who is home, in the transaction that changes it: a first sign-in, a second factor, an end, a reset.

Promises: an organisation's snapshot goes out again exactly when its `staffed`, or a state's `stands_in_for`, differs
from what was last told; a provider that has just come to lack a case worker has its managers told, and of one that
waits and can be let in from now on whoever may do that is told. Two memberships that end at once wait for one another
(the row is locked), so the last one out is seen. What a transaction may not see (other postings of an account that is
reset), or what changes otherwise (a body is suspended, districts are imported), the worker settles within half a
minute (`settle_staffing.py`).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.accounts.domain.staffing import can_be_approved, is_to_be_told
from directory_service.accounts.store import staffing
from directory_service.organizations.domain.standing import ACTIVE, PENDING
from directory_service.organizations.store.tables import Organization
from directory_service.organizations.use_cases.publish_organization import publish_organization
from directory_service.organizations.use_cases.publish_provider_approval import publish_pending
from service_kit.db import outbox
from service_kit.envelope import Event
from service_kit.ids import SystemIds

STAFF_MISSING = "directory.staff.missing.v1"


def publish_staffing_of(session: Session, account: UUID, now: datetime) -> None:
    """Settle every organisation in which the account works, as far as this transaction may see."""
    session.flush()
    publish_staffing(session, staffing.workplaces(session, account), now)


def publish_staffing(
    session: Session, organizations: Collection[UUID], now: datetime
) -> Mapping[UUID, Sequence[str] | None]:
    """Settle these organisations and the bodies of their states, and outbox what changed. `now` is aware.

    Returns the organisations that changed, with the roles that had somebody at home before.
    """
    session.flush()
    around = staffing.state_bodies_around(session, organizations)
    changed = staffing.settle(session, {*organizations, *around})
    for row in staffing.changed_organizations(session, changed):
        if row.snapshot is None:  # nobody was ever told of it; its first snapshot will say this, too
            continue
        publish_organization(session, row, now)
        if row.status in (PENDING, ACTIVE) and is_to_be_told(row.kind, changed[row.id], row.staffed or ()):
            _tell_of_missing_staff(session, row, now)
        if row.status == PENDING and can_be_approved(row.kind, changed[row.id], row.staffed or ()):
            publish_pending(session, row, now)
    return changed


def settle_and_lock(session: Session, organizations: Collection[UUID], now: datetime) -> None:
    """Settle several organisations and lock their rows, in everybody's order, before the first of them is changed.

    Without it a transaction about many memberships, or a worker that settles the same rows, would deadlock.
    """
    publish_staffing(session, organizations, now)  # what was out of step is told with it


def _tell_of_missing_staff(session: Session, row: Organization, now: datetime) -> None:
    data = {
        "organization_id": str(row.id),
        "district": row.district_code,
        "receivers": [str(row.id)],
        "version": row.staffing_version,
    }
    outbox.add(session, Event(type=STAFF_MISSING, subject=str(row.id), data=data, id=SystemIds().uuid(), time=now))
