"""Hand a focal point over: its side, or the coordinator for it, names a successor, who takes it; never referrals.

After seven days (`HANDOVER_DAYS`) the coordinator is told once of a handover that nobody took
(`remind_of_partnership.py`), and the successor alone may still take it, also where the post is vacant by then, until
the agreement ends, its side takes the focal point back or names the successor for a vacant post outright, or the
successor has left: then another one can be named. A successor may hold any role, also one that reads no agreements: it
is shown its own handover. Whoever names it sees the open actions that go along.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.partnership.domain.agreements import ENDED, UNIT
from directory_service.partnership.domain.focal_points import HANDOVER_DAYS
from directory_service.partnership.store.focal_points import is_named_in, lock_focal_points
from directory_service.partnership.store.handovers import handover_is_open
from directory_service.partnership.store.tables_agreements import FocalPoint, Handover
from directory_service.partnership.use_cases.focal_points.name_focal_point import (
    AlreadyFocalPoint,
    find_focal_point,
    member_of_side,
    store_focal_point,
)
from directory_service.partnership.use_cases.publish_partnership_notice import publish_handover
from directory_service.partnership.use_cases.write_agreement import find_agreement
from service_kit.db import audit
from service_kit.errors import Conflict, NotFound
from service_kit.identity import Principal
from service_kit.ids import Ids
from setu.india import day_in_india
from setu.roles import COORDINATOR


class SuccessorNamed(Conflict):
    """The focal point has a successor who may still take it."""


@dataclass(frozen=True)
class Successor:
    """Who follows, and the duty phone from then on (E.164)."""

    membership: UUID
    duty_phone: str


def name_successor(
    session: Session, who: Principal, point: UUID, successor: Successor, now: datetime, *, ids: Ids
) -> Handover:
    """Name the successor of a focal point, of the same side. Raises NotFound; SuccessorNamed where there is one.

    AlreadyFocalPoint for somebody who is a focal point of the same agreement or follows one, Conflict for an agreement
    that has ended. NotFound also for an agreement that may not be read: who took a focal point over sees it wherever it
    is.
    """
    of = session.scalar(select(FocalPoint.agreement_id).where(FocalPoint.id == point))
    if of is not None:
        lock_focal_points(session, of)
    held = find_focal_point(session, who, point)
    agreement = find_agreement(session, who, held.agreement_id)
    member = member_of_side(session, who, agreement, successor.membership)
    if member.organization_id != held.organization_id:
        raise NotFound
    named = select(Handover.id).where(Handover.focal_point_id == held.id, handover_is_open())
    if agreement.state == ENDED:
        raise Conflict
    if session.scalar(named) is not None:
        raise SuccessorNamed
    if is_named_in(session, held.agreement_id, member.account_id):
        raise AlreadyFocalPoint
    made = Handover(
        id=ids.uuid(),
        agreement_id=held.agreement_id,
        district_code=held.district_code,
        organization_id=held.organization_id,
        partner_id=agreement.provider_id if held.side == UNIT else agreement.unit_id,
        focal_point_id=held.id,
        successor_membership=member.id,
        successor_account=member.account_id,
        duty_phone=successor.duty_phone,
        due_on=day_in_india(now) + timedelta(days=HANDOVER_DAYS),
        named_at=now,
        by_coordinator=who.role == COORDINATOR,
    )
    session.add(made)
    session.flush()
    publish_handover(session, made, now)
    audit.record(session, "handover.name", ("handover", made.id), who, now, detail={"by": who.role})
    return made


def take_over(session: Session, who: Principal, handover: UUID, now: datetime, *, ids: Ids) -> None:
    """Take what one is named for. Raises NotFound for anybody else's.

    Conflict where its side took the focal point back, or the agreement has ended; AlreadyFocalPoint for somebody who is
    one of the same agreement by now, in whatever role. The focal point is locked before the handover, as by whoever
    takes it back.
    """
    mine = (Handover.id == handover, Handover.successor_membership == who.membership, Handover.taken_at.is_(None))
    found = session.execute(select(Handover.agreement_id, Handover.focal_point_id).where(*mine)).one_or_none()
    if found is None:
        raise NotFound
    lock_focal_points(session, found.agreement_id)
    before = session.get(FocalPoint, found.focal_point_id, with_for_update=True)
    row = session.scalar(select(Handover).where(*mine).with_for_update())
    if row is None:
        raise NotFound
    if before is None or row.ended_at is not None:
        raise Conflict
    if is_named_in(session, before.agreement_id, who.account, but=row.id):
        raise AlreadyFocalPoint
    store_focal_point(
        session,
        FocalPoint(
            id=ids.uuid(),
            agreement_id=before.agreement_id,
            district_code=before.district_code,
            organization_id=before.organization_id,
            side=before.side,
            post=before.post,
            duty_phone=row.duty_phone,
            membership_id=row.successor_membership,
            handover_id=row.id,
            named_at=now,
            by_coordinator=row.by_coordinator,
        ),
    )
    before.ended_at, row.taken_at = before.ended_at or now, now
    audit.record(session, "handover.take", ("handover", row.id), who, now)
