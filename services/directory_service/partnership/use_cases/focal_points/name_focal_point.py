"""Name focal points: each side its own, by post and duty phone, of a member of the own organisation.

A coordinator does so for a side of the own districts, where nobody of it does, and that is noted: of members that a
coordinator sees, so not for a party that sits in another district.

A focal point falls vacant when its membership ends (`tend_agreements.py`, by the worker's clock, which sees memberships
of everybody). Whoever was named to follow in a vacant post may be named outright: that handover ends then. The post
goes through the guard, so that no name gets in.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from directory_service.accounts.store.tables import Membership
from directory_service.partnership.domain.agreements import ENDED, PROVIDER_SIDE, UNIT
from directory_service.partnership.domain.focal_points import acts_for_party
from directory_service.partnership.store.focal_points import is_named_in, lock_focal_points, locked_focal_point
from directory_service.partnership.store.handovers import end_handover_of_point, end_handover_of_vacant_post
from directory_service.partnership.store.tables_agreements import Agreement, FocalPoint
from directory_service.partnership.use_cases.write_agreement import find_agreement
from service_kit.db import audit
from service_kit.errors import Conflict, NotFound
from service_kit.identity import Principal
from service_kit.ids import Ids
from setu.guard import guarded
from setu.roles import COORDINATOR


class AlreadyFocalPoint(Conflict):
    """This is a focal point of the agreement already, or named to follow one: two focal points are two people."""


@dataclass(frozen=True)
class NewFocalPoint:
    """Post, duty phone (E.164), and whose membership it is."""

    post: str
    duty_phone: str
    membership: UUID


def own_side(agreement: Agreement, organization: UUID) -> str:
    """Which side of the agreement an organisation is. Raises NotFound for neither."""
    sides = {agreement.unit_id: UNIT, agreement.provider_id: PROVIDER_SIDE}
    if organization not in sides:
        raise NotFound
    return sides[organization]


def member_of_side(session: Session, who: Principal, agreement: Agreement, membership: UUID) -> Membership:
    """An active membership of the caller's side; for a coordinator of either. Raises NotFound."""
    found = session.get(Membership, membership)
    if found is None or found.ended_at is not None:
        raise NotFound
    if not acts_for(who, found.organization_id, agreement.district_code):
        raise NotFound
    own_side(agreement, found.organization_id)
    return found


def acts_for(who: Principal, party: UUID, district: int) -> bool:
    """Whether the caller acts for a party of an agreement that lies in a district."""
    return acts_for_party(who.role, who.organization, who.districts, party=party, district=district)


def find_focal_point(session: Session, who: Principal, point: UUID, *, or_vacant: bool = False) -> FocalPoint:
    """One that the caller may change, locked; `or_vacant`: also one that ended. Raises NotFound."""
    found = locked_focal_point(session, point, or_vacant=or_vacant)
    if found is None or not acts_for(who, found.organization_id, found.district_code):
        raise NotFound
    return found


def name_focal_point(
    session: Session, who: Principal, agreement: UUID, wanted: NewFocalPoint, now: datetime, *, ids: Ids
) -> FocalPoint:
    """Name one of the member's side. Raises CaseDetails; NotFound for others' agreements; Conflict for one that ended.

    AlreadyFocalPoint for a member who is one, or is named to follow one that is not vacant.
    """
    post = guarded(wanted.post)
    lock_focal_points(session, agreement)
    row = find_agreement(session, who, agreement)
    if row.state == ENDED:
        raise Conflict
    member = member_of_side(session, who, row, wanted.membership)
    side = own_side(row, member.organization_id)
    end_handover_of_vacant_post(session, row.id, member.organization_id, member.account_id, now)
    if is_named_in(session, row.id, member.account_id):
        raise AlreadyFocalPoint
    made = FocalPoint(
        id=ids.uuid(),
        agreement_id=row.id,
        district_code=row.district_code,
        organization_id=member.organization_id,
        side=side,
        post=post,
        duty_phone=wanted.duty_phone,
        membership_id=member.id,
        named_at=now,
        by_coordinator=who.role == COORDINATOR,
    )
    store_focal_point(session, made)
    audit.record(session, "focal-point.name", ("agreement", row.id), who, now, detail={"side": side, "by": who.role})
    return made


def store_focal_point(session: Session, made: FocalPoint) -> None:
    """Raises AlreadyFocalPoint where the member is one by now; the transaction is over then."""
    session.add(made)
    try:
        session.flush()
    except IntegrityError:  # focal_point_member_key: a process of the release before takes no lock of ours
        raise AlreadyFocalPoint from None


def end_focal_point(session: Session, who: Principal, point: UUID, now: datetime) -> UUID:
    """Take one back for its side, and end its handover; returns its agreement. Raises NotFound.

    Of one that fell vacant only its handover is left to end: NotFound where none is open.
    """
    found = find_focal_point(session, who, point, or_vacant=True)
    was_handed_over = end_handover_of_point(session, found.id, now)
    if found.ended_at is not None and not was_handed_over:
        raise NotFound
    found.ended_at = found.ended_at or now
    detail = {"side": found.side, "by": who.role}
    audit.record(session, "focal-point.end", ("agreement", found.agreement_id), who, now, detail=detail)
    return found.agreement_id
