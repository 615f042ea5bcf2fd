"""Queries of the custody rows: the second row of what prison health staff sent, by the id of a referral in hand.

Promises: every change raises the version above all that was shown before. When not to use it: to answer prison health
staff (`sent.py`, `custody_lists.py`), who read the row together with what was sent.
"""

from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from referral_service.domain.custody_row import CustodyRow
from referral_service.store.tables import custody_view

_COLUMNS = [custody_view.c[field.name] for field in fields(CustodyRow)]


def find_custody(session: Session, referral_id: UUID) -> CustodyRow | None:
    """The second row of a referral in hand; None where prison health staff did not send it, or it has vanished."""
    row = session.execute(select(*_COLUMNS).where(custody_view.c.id == referral_id)).first()
    return None if row is None else CustodyRow(**row._asdict())


def write_custody(session: Session, referral_id: UUID, now: datetime, **values: object) -> Row[Any] | None:
    """Change the question, the appointment or the release, and the version with it.

    Returns the new version, the account, the organisation, and whether the team shares it. What the days have changed
    by themselves was counted already (`CustodyRow.shown_version`), and may begin anew: the new version stands above all
    of it.
    """
    known = find_custody(session, referral_id)
    if known is None:
        return None
    columns = custody_view.c
    version = known.shown_version(now) + 1
    changed = update(custody_view).where(columns.id == referral_id).values(**values, version=version)
    told = (columns.version, columns.account_id, columns.organization_id, columns.shared_with_team)
    return session.execute(changed.returning(*told)).one()
