"""Queries about agreements. Row-level security answers beside them; nothing is decided here."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Date, and_, cast, exists, func, or_, select, true, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from directory_service.accounts.store.tables import Membership
from directory_service.listings.store.tables import Service
from directory_service.organizations.domain import standing
from directory_service.organizations.store.tables import District, Organization
from directory_service.partnership.domain.agreements import ACTIVE, ENDED
from directory_service.partnership.store.meetings import Partner
from directory_service.partnership.store.tables_agreements import (
    Agreement,
    AgreementDocument,
    FocalPoint,
    Handover,
)
from service_kit.identity import Principal
from setu.india import INDIA
from setu.roles import PROVIDER

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


def parties_in_force(session: Session, district: int, day: date) -> tuple[set[UUID], set[UUID]]:
    """Units and providers of the district's agreements that are in force on a day, or were: `agreement_is_in_force`."""
    wanted = select(Agreement.unit_id, Agreement.provider_id).where(agreement_is_in_force(district, day))
    rows = session.execute(wanted).all()
    return {row.unit_id for row in rows}, {row.provider_id for row in rows}


def focal_points_in_force(session: Session, district: int, day: date) -> set[UUID]:
    """Memberships of the focal points, vacant ones aside, of the district's agreements that are in force on a day."""
    wanted = select(FocalPoint.membership_id).join(Agreement, Agreement.id == FocalPoint.agreement_id)
    return set(session.scalars(wanted.where(FocalPoint.ended_at.is_(None), agreement_is_in_force(district, day))))


def agreement_is_renewed() -> ColumnElement[bool]:
    """Whether both sides have signed a version that goes on where this one lapses."""
    newer = aliased(Agreement)
    goes_on = newer.from_day <= Agreement.to_day + 1
    return exists().where(newer.renews == Agreement.id, newer.state == ACTIVE, goes_on)


def resting_of(session: Session, agreements: Collection[UUID]) -> set[UUID]:
    """Those of these agreements that rest now, whatever their days say."""
    rests = exists().where(*_a_party_is_away())
    return set(session.scalars(select(Agreement.id).where(Agreement.id.in_(agreements), rests)))


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


def focal_points_of(session: Session, agreements: Collection[UUID]) -> Sequence[FocalPoint]:
    """Those that are named and not ended."""
    wanted = select(FocalPoint).where(FocalPoint.agreement_id.in_(agreements), FocalPoint.ended_at.is_(None))
    return session.scalars(wanted.order_by(FocalPoint.side.desc(), FocalPoint.named_at, FocalPoint.id)).all()


def vacant_points_of(session: Session, agreement: UUID) -> Sequence[FocalPoint]:
    """Those that fell vacant while a successor was named, who has not taken them yet."""
    follows = exists().where(Handover.focal_point_id == FocalPoint.id, handover_is_open())
    vacant = (FocalPoint.agreement_id == agreement, FocalPoint.ended_at.is_not(None), follows)
    return session.scalars(select(FocalPoint).where(*vacant).order_by(FocalPoint.named_at, FocalPoint.id)).all()


def locked_focal_point(session: Session, point: UUID, *, or_vacant: bool = False) -> FocalPoint | None:
    """A focal point, locked; not one that ended, unless `or_vacant`. Who may change it: `domain/agreements.py`."""
    held = select(FocalPoint).where(FocalPoint.id == point)
    if not or_vacant:
        held = held.where(FocalPoint.ended_at.is_(None))
    return session.scalar(held.with_for_update())


def lock_focal_points(session: Session, agreement: UUID) -> None:
    """Let one transaction at a time name focal points of this agreement, or end it; it ends with the transaction.

    Not a lock of the agreement's row: row-level security lets neither its sides nor a successor lock that.
    """
    session.execute(select(func.pg_advisory_xact_lock(_focal_points_key(agreement))))


def lock_focal_points_of_renewal(session: Session, agreement: UUID) -> None:
    """The same of the version that renews this one, where there is one; before any row is locked."""
    renewal = session.scalar(select(Agreement.id).where(Agreement.renews == agreement, Agreement.state != ENDED))
    if renewal is not None:
        lock_focal_points(session, renewal)


def may_lock_focal_points(session: Session, agreement: UUID) -> bool:
    """The same lock where nobody holds it, for whoever holds rows already and must not wait: False otherwise."""
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(_focal_points_key(agreement)))))


def _focal_points_key(agreement: UUID) -> ColumnElement[int]:
    return func.hashtextextended(f"focal points {agreement}", 0)


def is_named_in(session: Session, agreement: UUID, account: UUID, *, but: UUID | None = None) -> bool:
    """Whether somebody is a focal point of the agreement already, or named to follow one, in whatever role.

    `but`: a handover that does not count. Ask it with `lock_focal_points`.
    """
    held = select(FocalPoint.id).join(Membership, Membership.id == FocalPoint.membership_id)
    is_point = held.where(FocalPoint.agreement_id == agreement, FocalPoint.ended_at.is_(None))
    follows = select(Handover.id).where(Handover.agreement_id == agreement, handover_is_open())
    follows = follows if but is None else follows.where(Handover.id != but)
    named = or_(
        is_point.where(Membership.account_id == account).exists(),
        follows.where(Handover.successor_account == account).exists(),
    )
    return bool(session.scalar(select(named)))


def accounts_named_in(session: Session, agreement: UUID, *, vacant_too: bool) -> set[UUID]:
    """Whoever `is_named_in` says is named; `vacant_too`: also who follows in a post that fell vacant, or not these."""
    points = select(Membership.account_id).join(FocalPoint, FocalPoint.membership_id == Membership.id)
    held = points.where(FocalPoint.agreement_id == agreement, FocalPoint.ended_at.is_(None))
    follow = select(Handover.successor_account).where(Handover.agreement_id == agreement, handover_is_open())
    if not vacant_too:
        vacant = select(FocalPoint.id).where(FocalPoint.agreement_id == agreement, FocalPoint.ended_at.is_not(None))
        follow = follow.where(Handover.focal_point_id.not_in(vacant))
    return {*session.scalars(held), *session.scalars(follow)}


def duty_phone_of(session: Session, agreement: UUID, point: UUID) -> str | None:
    """The duty phone (E.164) that a focal point of an agreement has, or had; None where there is no such one."""
    return session.scalar(
        select(FocalPoint.duty_phone).where(FocalPoint.id == point, FocalPoint.agreement_id == agreement)
    )


def open_handovers(session: Session, agreements: Collection[UUID]) -> Sequence[Handover]:
    """Handovers that nobody took yet, and that can be taken."""
    wanted = select(Handover).where(Handover.agreement_id.in_(agreements), handover_is_open())
    return session.scalars(wanted.order_by(Handover.due_on, Handover.id)).all()


def find_handover(session: Session, handover: UUID) -> Handover | None:
    """A handover that the reader may see."""
    return session.get(Handover, handover)


def handovers_to(session: Session, membership: UUID) -> Sequence[tuple[Handover, FocalPoint]]:
    """What somebody is named to take, with the focal point that is handed over."""
    wanted = (
        select(Handover, FocalPoint)
        .join(FocalPoint, FocalPoint.id == Handover.focal_point_id)
        .where(Handover.successor_membership == membership, handover_is_open())
    )
    return [(row[0], row[1]) for row in session.execute(wanted.order_by(Handover.due_on, Handover.id))]


def handover_is_open() -> ColumnElement[bool]:
    """Whether a handover waits for its successor: nobody took it, nor has it ended."""
    return and_(Handover.taken_at.is_(None), Handover.ended_at.is_(None))


def end_handovers_of_ended(session: Session, now: datetime, *, of: UUID | None = None) -> None:
    """End the handovers that were open when their agreement ended; `of`: those of this agreement alone."""
    ended = select(Agreement.id).where(Agreement.state == ENDED)
    which = Handover.agreement_id.in_(ended) if of is None else Handover.agreement_id == of
    session.execute(update(Handover).where(which, handover_is_open()).values(ended_at=now))


def end_handovers_to_gone(session: Session, now: datetime) -> None:
    """End the open handovers whose successor has left. Needs the worker's role, which sees everybody's memberships."""
    gone = select(Membership.id).where(Membership.ended_at.is_not(None))
    theirs = Handover.successor_membership.in_(gone)
    session.execute(update(Handover).where(handover_is_open(), theirs).values(ended_at=now))


def end_handover_of_point(session: Session, point: UUID, now: datetime) -> bool:
    """End the handover of a focal point that its side takes back; whether one was open."""
    of_point = update(Handover).where(Handover.focal_point_id == point, handover_is_open())
    return session.scalar(of_point.values(ended_at=now).returning(Handover.id)) is not None


def end_handover_of_vacant_post(
    session: Session, agreement: UUID, organization: UUID, account: UUID, now: datetime
) -> None:
    """End the handover to somebody of a post of this side that fell vacant, where one is open."""
    vacant = select(FocalPoint.id).where(FocalPoint.agreement_id == agreement, FocalPoint.ended_at.is_not(None))
    theirs = (Handover.organization_id == organization, Handover.successor_account == account)
    ended = update(Handover).where(*theirs, Handover.focal_point_id.in_(vacant), handover_is_open())
    session.execute(ended.values(ended_at=now))


def agreement_is_in_force(
    district: int | InstrumentedAttribute[int], day: date | ColumnElement[date]
) -> ColumnElement[bool]:
    """Whether an agreement was of the district and in force on a day (India's). Both may be columns of a table.

    Row-level security says the same of a meeting's guests: a change here is a migration, too. A standing has no history
    but since when somebody is away; who came back counts for the days of the absence, too.
    """
    return and_(_lay_in(district, day), agreement_has_day(day), ~_rests_on(day))


def _lay_in(district: int | InstrumentedAttribute[int], day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Whether an agreement was the district's on a day: it goes along with a unit that is moved."""
    since = or_(Agreement.moved_on.is_(None), Agreement.moved_on <= day)
    came_there = or_(Agreement.moved_from_since.is_(None), Agreement.moved_from_since <= day)
    return or_(
        and_(Agreement.district_code == district, since),
        and_(Agreement.moved_from == district, Agreement.moved_on > day, came_there),
    )


def agreement_has_day(day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Whether a day (India's) lies in the days of an agreement that is active, or was until after it; it may rest."""
    stood = and_(Agreement.state == ENDED, Agreement.was_active, day_of(Agreement.ended_at) > day)
    return and_(or_(Agreement.state == ACTIVE, stood), Agreement.from_day <= day, Agreement.to_day >= day)


def _rests_on(day: date | ColumnElement[date]) -> ColumnElement[bool]:
    """Whether a party was not at work on a day; where nobody noted since when, for all days."""
    since = func.least(Organization.suspended_since, Organization.closing_since, Organization.deleted_at)
    was_away = func.coalesce(day_of(since) <= day, true())
    return exists().where(*_a_party_is_away(), was_away).correlate_except(Organization)


def _a_party_is_away() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Parties that are not at work: suspended or closing, and gone, where the clock has not ended it yet."""
    parties = Organization.id.in_((Agreement.unit_id, Agreement.provider_id))
    return parties, or_(Organization.status != standing.ACTIVE, Organization.deleted_at.is_not(None))


def day_of(moment: ColumnElement[datetime] | InstrumentedAttribute[datetime | None]) -> ColumnElement[date]:
    """The day in India on which a moment lies."""
    return cast(func.timezone(INDIA.key, moment), Date)


def agreement_is_of(organization: UUID) -> ColumnElement[bool]:
    """Whether an organisation is one of its two sides."""
    return or_(Agreement.unit_id == organization, Agreement.provider_id == organization)


def providers_serving(session: Session, districts: Collection[int]) -> Sequence[Partner]:
    """Active providers that have a public service for one of these districts, wherever they are, by name."""
    here = or_(*(Service.record["districts"].contains([code]) for code in districts))
    serves = (Service.public, Service.status == "active", Service.organization_id == Organization.id, here)
    wanted = select(Organization.id, Organization.name, Organization.kind).where(
        *_is_active_provider(), exists().where(*serves)
    )
    return [Partner(*row) for row in session.execute(wanted.order_by(Organization.name, Organization.id))]


def providers_at_work(session: Session, organizations: Collection[UUID]) -> set[UUID]:
    """Those of these organisations that are active providers: with no other one an agreement is drafted."""
    wanted = select(Organization.id).where(Organization.id.in_(organizations), *_is_active_provider())
    return set(session.scalars(wanted))


def _is_active_provider() -> tuple[ColumnElement[bool], ...]:
    return Organization.kind == PROVIDER, Organization.status == "active", Organization.deleted_at.is_(None)


def districts_of_organizations(session: Session, organizations: Collection[UUID]) -> dict[UUID, District]:
    """In which district these organisations are; without those whose district is not known."""
    located = select(Organization.id, District).join(District, District.code == Organization.district_code)
    return {row[0]: row[1] for row in session.execute(located.where(Organization.id.in_(organizations)))}


def is_served(session: Session, district: int) -> bool:
    """Whether an active provider has a public service for this district."""
    serves = exists().where(
        Service.public,
        Service.status == "active",
        Service.organization_id == Organization.id,
        Organization.status == "active",
        Service.record["districts"].contains([district]),
    )
    return bool(session.scalar(select(serves)))
