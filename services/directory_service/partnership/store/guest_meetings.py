"""Queries about meetings of other districts, at whose table an organisation sits as a guest.

A guest is a party of an agreement that is in force in the meeting's district on the meeting's day, or was, as
`find_table.py` has it: whoever sat there keeps the meeting when the agreement is renewed, ends, rests, or goes along
with a unit to another district. It is told of a date, so it sees a meeting once that was planned, and nothing of a
proposal. Row-level security says the same.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, any_, exists, false, func, or_, select, union
from sqlalchemy.orm import Session

from directory_service.partnership.domain.meetings import CANCELLED, ITEM_DISCUSSED, ITEM_ON, PROPOSED
from directory_service.partnership.store.agreements import agreement_is_of
from directory_service.partnership.store.agreements_in_force import agreement_is_in_force, day_of
from directory_service.partnership.store.tables import AgendaItem, Meeting
from directory_service.partnership.store.tables_agreements import Agreement
from service_kit.identity import Scope
from setu.roles import SUPERVISING

MOST_AHEAD, MOST_PAST = 100, 12


def is_readable(scope: Scope) -> ColumnElement[bool]:
    """Whether a meeting is one of the caller's districts, or the caller's organisation is its guest."""
    return or_(Meeting.district_code.in_(scope.districts), is_guest(scope))


def is_guest(scope: Scope) -> ColumnElement[bool]:
    """Whether a meeting is another district's, and the caller's organisation sits at its table."""
    if scope.organization is None or scope.role not in SUPERVISING:
        return false()
    was_in_force = agreement_is_in_force(Meeting.district_code, day_of(Meeting.starts_at))
    is_party = exists().where(was_in_force, agreement_is_of(scope.organization))
    is_elsewhere = Meeting.district_code.not_in(scope.districts)
    return _has_agreements_there(scope.organization) & is_elsewhere & meeting_is_told() & is_party


def _has_agreements_there(organization: UUID) -> ColumnElement[bool]:
    """Whether an organisation has, or had, agreements in the meeting's district: found once for each query.

    As an array they are looked up by the index; `IN (SELECT …)` beside an OR reads every district's meetings.
    """
    theirs = agreement_is_of(organization)
    before = select(Agreement.moved_from).where(theirs, Agreement.moved_from.is_not(None))
    earlier = select(func.unnest(Agreement.earlier_districts)).where(theirs)
    districts = union(select(Agreement.district_code).where(theirs), before, earlier).scalar_subquery()
    return Meeting.district_code == any_(func.array(districts))


def meeting_is_told() -> ColumnElement[bool]:
    """Whether its date was told: planned at some time, called off since or not. A proposal is nobody's date yet.

    Guests, calendars and feeds ask it here; row-level security says the same of guests.
    """
    return (Meeting.state != PROPOSED) & ((Meeting.state != CANCELLED) | (Meeting.sequence > 0))


def guest_meeting_of(session: Session, scope: Scope, meeting: UUID) -> Meeting | None:
    """A meeting at whose table the caller's organisation sits as a guest."""
    return session.scalar(select(Meeting).where(Meeting.id == meeting, is_guest(scope)))


def told_meeting_of(session: Session, scope: Scope, meeting: UUID) -> Meeting | None:
    """A meeting that the caller may open, once its date was told."""
    return session.scalar(select(Meeting).where(Meeting.id == meeting, is_readable(scope), meeting_is_told()))


def readable_meetings(session: Session, scope: Scope, among: Collection[UUID]) -> Sequence[Meeting]:
    """Those of these meetings that the caller may open, in no order; nothing is asked for none."""
    return session.scalars(select(Meeting).where(Meeting.id.in_(among), is_readable(scope))).all() if among else []


def guest_meetings_ahead(session: Session, scope: Scope, since: datetime) -> Sequence[Meeting]:
    """Those that begin from a moment on, the first first; at most `MOST_AHEAD`."""
    wanted = select(Meeting).where(is_guest(scope), Meeting.starts_at >= since)
    return session.scalars(wanted.order_by(Meeting.starts_at, Meeting.id).limit(MOST_AHEAD)).all()


def guest_meetings_before(session: Session, scope: Scope, until: datetime) -> Sequence[Meeting]:
    """Those that began before a moment, the latest first; at most `MOST_PAST`."""
    wanted = select(Meeting).where(is_guest(scope), Meeting.starts_at < until)
    return session.scalars(wanted.order_by(Meeting.starts_at.desc(), Meeting.id.desc()).limit(MOST_PAST)).all()


def items_for_guests(session: Session, meeting: UUID) -> Sequence[AgendaItem]:
    """What stands on a meeting's agenda, discussed or not; what is only proposed or was carried over stays inside."""
    wanted = select(AgendaItem).where(AgendaItem.meeting_id == meeting, AgendaItem.state.in_((ITEM_ON, ITEM_DISCUSSED)))
    return session.scalars(wanted.order_by(AgendaItem.part, AgendaItem.created_at, AgendaItem.id)).all()
