"""Telling the referral service who is a data officer, and whose slips let that account in.

Why: two data officers decide at its desk, and no person may be both. Promises: `directory.dataofficer.changed.v1` has
ids alone; it goes out with the membership's version, which the caller has raised. The one place that makes it.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from directory_service.accounts.store.let_in import rows_of
from directory_service.accounts.store.tables import Membership
from directory_service.accounts.use_cases.dependencies import Dependencies
from service_kit.db import outbox
from service_kit.envelope import Event

TYPE = "directory.dataofficer.changed.v1"


def send_data_officer(session: Session, dependencies: Dependencies, membership: Membership, now: datetime) -> None:
    """Put the snapshot into the outbox as it is."""
    let_in = [
        {"account_id": str(one.hand), "ends_at": None if one.ends_at is None else one.ends_at.isoformat()}
        for one in rows_of(session, membership.account_id, now)
    ]
    data = {
        "membership_id": str(membership.id),
        "account_id": str(membership.account_id),
        "organization_id": str(membership.organization_id),
        "active": membership.ended_at is None,
        "version": membership.version,
        "let_in_by": let_in,
    }
    outbox.add(session, Event(TYPE, str(membership.id), data, dependencies.ids.uuid(), now))
