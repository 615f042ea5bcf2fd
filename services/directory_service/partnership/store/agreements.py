"""Queries about agreements: whose they are, renewals, papers, the end. Row-level security answers beside them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from directory_service.organizations.domain import standing
from directory_service.organizations.store.tables import Organization
from directory_service.partnership.domain.agreements import ACTIVE, ENDED
from directory_service.partnership.store.focal_points import may_lock_focal_points
from directory_service.partnership.store.tables_agreements import Agreement, AgreementDocument
from service_kit.identity import Principal

MOST_ENDED = 100
"""So many agreements that ended stand on a page; who looks for an older one has its paper."""


def agreement_of(session: Session, agreement: UUID, who: Principal, *, for_update: bool = False) -> Agreement | None:
    """An agreement of the caller's districts or organisation."""
    is_here = or_(Agreement.district_code.in_(who.districts), agreement_is_of(who.organization))
    found = select(Agreement).where(Agreement.id == agreement, is_here)
    # FOR UPDATE would hold up whoever names a focal point, who has its handover, for which whoever ends this one waits
    return session.scalar(found.with_for_update(key_share=True) if for_update else found)


def agreements_of(session: Session, districts: Collection[int]) -> Sequence[Agreement]:
    """All that did not end, the first to lapse first."""
    wanted = select(Agreement).where(Agreement.district_code.in_(districts), Agreement.state != ENDED)
    return session.scalars(wanted.order_by(Agreement.to_day, Agreement.id)).all()


def ended_agreements_of(session: Session, districts: Collection[int], who: Principal) -> Sequence[Agreement]:
    """Those that were in force and ended, as far as the caller may read them, the last first; a hundred at most."""
    is_here = or_(Agreement.district_code.in_(districts), agreement_is_of(who.organization))
    wanted = select(Agreement).where(is_here, Agreement.state == ENDED, Agreement.was_active)
    return session.scalars(wanted.order_by(Agreement.ended_at.desc(), Agreement.id).limit(MOST_ENDED)).all()


def own_agreements_in(session: Session, organization: UUID, district: int) -> Sequence[Agreement]:
    """Those of an organisation that lie in a district and did not end, the first to lapse first."""
    wanted = select(Agreement).where(agreement_is_of(organization), Agreement.state != ENDED)
    here = wanted.where(Agreement.district_code == district)
    return session.scalars(here.order_by(Agreement.to_day, Agreement.id)).all()


def own_elsewhere(session: Session, who: Principal) -> Sequence[Agreement]:
    """Those of the caller's organisation that lie in other districts and did not end, the first to lapse first."""
    is_there = Agreement.district_code.not_in(who.districts)
    wanted = select(Agreement).where(agreement_is_of(who.organization), is_there, Agreement.state != ENDED)
    return session.scalars(wanted.order_by(Agreement.to_day, Agreement.id)).all()


def agreement_is_renewed() -> ColumnElement[bool]:
    """Whether both sides have signed a version that goes on where this one lapses."""
    newer = aliased(Agreement)
    goes_on = newer.from_day <= Agreement.to_day + 1
    return exists().where(newer.renews == Agreement.id, newer.state == ACTIVE, goes_on)


def end_agreements_of_gone(session: Session, now: datetime) -> None:
    """End the agreements of parties that are closed for good. Needs the worker's role, which sees every district's.

    Those in which somebody is being named end the next time.
    """
    gone = select(Organization.id).where(Organization.status.in_(standing.GONE))
    theirs = or_(Agreement.unit_id.in_(gone), Agreement.provider_id.in_(gone))
    found = session.scalars(select(Agreement.id).where(Agreement.state != ENDED, theirs)).all()
    free = [each for each in found if may_lock_focal_points(session, each)]
    was_active = Agreement.state == ACTIVE
    ended = {"state": ENDED, "ended_at": now, "was_active": was_active, "version": Agreement.version + 1}
    session.execute(update(Agreement).where(Agreement.state != ENDED, Agreement.id.in_(free)).values(ended))


def renewal_of(session: Session, agreement: UUID, *, for_update: bool = False) -> Agreement | None:
    """The version that renews this one."""
    found = select(Agreement).where(Agreement.renews == agreement, Agreement.state != ENDED)
    return session.scalar(found.with_for_update(key_share=True) if for_update else found)


def replaced_agreements(session: Session, today: date) -> Sequence[Agreement]:
    """Versions in force whose renewal has begun by a day, locked. Needs the worker's role."""
    newer = aliased(Agreement)
    begun = exists().where(newer.renews == Agreement.id, newer.state == ACTIVE, newer.from_day <= today)
    wanted = select(Agreement).where(Agreement.state == ACTIVE, begun)
    return session.scalars(wanted.with_for_update(skip_locked=True, key_share=True)).all()


def document_of(session: Session, agreement: UUID) -> AgreementDocument | None:
    """The paper, without its bytes until they are asked for."""
    return session.get(AgreementDocument, agreement)


def agreement_is_of(organization: UUID) -> ColumnElement[bool]:
    """Whether an organisation is one of its two sides."""
    return or_(Agreement.unit_id == organization, Agreement.provider_id == organization)
