"""Agreements go along with a unit that was moved to another district, with paper, focal points and handovers.

Both coordinators took the move. Why the clock's work: neither of them may write rows of the other's district. What has
ended stays where it was, and so does what would lie in a district that is not imported, until that is. Which
districts' it was before, and in which days, stays known for the meetings of those days.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from directory_service.organizations.store.tables import District, Organization
from directory_service.partnership.domain.agreements import ENDED
from directory_service.partnership.store.tables_agreements import (
    Agreement,
    AgreementDocument,
    FocalPoint,
    Handover,
)
from setu.india import day_in_india


def move_agreements(session: Session, now: datetime) -> None:
    """Move what lies in another district than its unit. Needs the worker's role; twice changes nothing."""
    elsewhere = (
        select(Agreement, Organization.district_code)
        .join(Organization, Organization.id == Agreement.unit_id)
        .join(District, District.code == Organization.district_code)
        .where(Agreement.state != ENDED, Agreement.district_code != Organization.district_code)
        .with_for_update(of=Agreement, skip_locked=True)
    )
    for agreement, district in session.execute(elsewhere).all():
        _keep_earlier(agreement)
        agreement.moved_from, agreement.moved_from_since = agreement.district_code, agreement.moved_on
        agreement.moved_on = day_in_india(now)
        agreement.district_code, agreement.version = district, agreement.version + 1
        _move_parts(session, agreement.id, district)


def _keep_earlier(agreement: Agreement) -> None:
    """What it was moved from last time stays known, too; new lists, as a row notes none that was added to."""
    if agreement.moved_from is not None and agreement.moved_on is not None:
        agreement.earlier_districts = [*agreement.earlier_districts, agreement.moved_from]
        agreement.earlier_since = [*agreement.earlier_since, agreement.moved_from_since]
        agreement.earlier_until = [*agreement.earlier_until, agreement.moved_on]


def _move_parts(session: Session, agreement: UUID, district: int) -> None:
    for table in (AgreementDocument, FocalPoint, Handover):
        session.execute(update(table).where(table.agreement_id == agreement).values(district_code=district))
