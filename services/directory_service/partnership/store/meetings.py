"""Queries about meetings, by district. Row-level security answers beside them.

Which earlier actions come to a meeting is decided here, by the conditions of `actions_before`; nothing else is.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session

from directory_service.organizations.store.tables import District, Organization
from directory_service.partnership.domain.actions import ACTION_OPEN
from directory_service.partnership.domain.meeting_date import DistrictCalendar, IsClosed, Rhythm
from directory_service.partnership.domain.meetings import CANCELLED, HELD, OPEN_STATES, PROPOSED
from directory_service.partnership.domain.table_of_meeting import TABLE_KINDS
from directory_service.partnership.store.tables import (
    AgendaItem,
    Attendance,
    BlockedDay,
    Meeting,
    MeetingAction,
    MeetingRhythm,
    MinutesLine,
)
from directory_service.partnership.store.tables_agreements import Agreement
from setu.india import INDIA, day_in_india


def meeting_of(
    session: Session, meeting: UUID, districts: Collection[int], *, for_update: bool = False
) -> Meeting | None:
    """A meeting of one of these districts."""
    found = select(Meeting).where(Meeting.id == meeting, Meeting.district_code.in_(districts))
    return session.scalar(found.with_for_update() if for_update else found)


def open_meetings(session: Session, districts: Collection[int]) -> Sequence[Meeting]:
    """What is proposed or planned in these districts, begun or ahead, the first first."""
    wanted = select(Meeting).where(Meeting.district_code.in_(districts), Meeting.state.in_(OPEN_STATES))
    return session.scalars(wanted.order_by(Meeting.starts_at, Meeting.id)).all()


def page_of(
    session: Session, which: ColumnElement[bool], limit: int, after: tuple[datetime, UUID] | None
) -> Sequence[Meeting]:
    """A part of the list, the latest first; `which`: those of it; `after`: hour and id of the last one before."""
    wanted = select(Meeting).where(which)
    if after is not None:
        wanted = wanted.where(tuple_(Meeting.starts_at, Meeting.id) < after)
    return session.scalars(wanted.order_by(Meeting.starts_at.desc(), Meeting.id.desc()).limit(limit)).all()


def next_of(session: Session, district: int, now: datetime) -> Meeting | None:
    """The district's next meeting, proposed or planned."""
    ahead = (Meeting.district_code == district, Meeting.state.in_(OPEN_STATES), Meeting.starts_at > now)
    return session.scalar(select(Meeting).where(*ahead).order_by(Meeting.starts_at).limit(1))


@dataclass(frozen=True)
class PastMeetings:
    """A district's newest meetings that are settled or called off, the latest first, and how many there are of them.

    `known_since` and `last_held`: the days in India on which its first meeting was proposed and its last one held.
    """

    newest: Sequence[Meeting]
    count: int
    known_since: date
    last_held: date | None


def past_meetings(session: Session, districts: Collection[int], limit: int) -> Mapping[int, PastMeetings]:
    """District → its past, for those that have any meeting at all; `limit`: of each district."""
    theirs, is_past = Meeting.district_code.in_(districts), Meeting.state.not_in(OPEN_STATES)
    place = func.row_number().over(
        partition_by=Meeting.district_code, order_by=(Meeting.starts_at.desc(), Meeting.id.desc())
    )
    placed = select(Meeting.id, place.label("place")).where(theirs, is_past).subquery()
    wanted = select(Meeting).join(placed, placed.c.id == Meeting.id).where(placed.c.place <= limit)
    newest: dict[int, list[Meeting]] = {}
    for row in session.scalars(wanted.order_by(Meeting.starts_at.desc(), Meeting.id.desc())):
        newest.setdefault(row.district_code, []).append(row)
    held = func.max(Meeting.starts_at).filter(Meeting.state == HELD)
    columns = (Meeting.district_code, func.count().filter(is_past), func.min(Meeting.proposed_at), held)
    return {
        code: PastMeetings(newest.get(code, []), count, day_in_india(since), day_in_india(last) if last else None)
        for code, count, since, last in session.execute(select(*columns).where(theirs).group_by(Meeting.district_code))
    }


def newest_meeting_day(session: Session, district: int, *, but: UUID | None = None) -> date | None:
    """The day in India of the district's latest meeting, called off or not; `but`: of those beside this one."""
    newest = select(func.max(Meeting.starts_at)).where(Meeting.district_code == district)
    at = session.scalar(newest.where(Meeting.id != but) if but else newest)
    return at.astimezone(INDIA).date() if at else None


def has_started_after(session: Session, meeting: Meeting, now: datetime) -> bool:
    """Whether a later meeting of the same district has begun."""
    later = (Meeting.district_code == meeting.district_code, Meeting.starts_at > meeting.starts_at)
    begun = (Meeting.starts_at <= now, Meeting.state.not_in((CANCELLED, PROPOSED)))
    return session.scalar(select(Meeting.id).where(*later, *begun).limit(1)) is not None


def rhythm_of(session: Session, district: int) -> tuple[Rhythm, str]:
    """When a district usually meets, and where ('' where nobody said)."""
    row = session.get(MeetingRhythm, district)
    return (Rhythm(row.weekday, row.at), row.place) if row else (Rhythm(), "")


def blocked_days(session: Session, district: int, since: date) -> Sequence[BlockedDay]:
    """Days that the coordinator has blocked, from a day on."""
    wanted = select(BlockedDay).where(BlockedDay.district_code == district, BlockedDay.day >= since)
    return session.scalars(wanted.order_by(BlockedDay.day)).all()


def block_reason(session: Session, district: int, day: date) -> str | None:
    """Why the coordinator blocked a day; None where nobody did."""
    row = session.get(BlockedDay, (district, day))
    return row.reason if row else None


def calendar_of(session: Session, district: int, since: date, is_holiday: IsClosed) -> DistrictCalendar:
    """The district's calendar from a day on."""
    blocked = {row.day for row in blocked_days(session, district, since)}
    return DistrictCalendar(is_holiday, blocked.__contains__)


@dataclass(frozen=True)
class Partner:
    """An organisation that takes part in its district's meetings."""

    id: UUID
    name: str
    kind: str


def partners_of(session: Session, district: int) -> Sequence[Partner]:
    """Those of a district who sit at its table and are active, by name."""
    return _partners(
        session,
        Organization.district_code == district,
        Organization.kind.in_(TABLE_KINDS),
        Organization.status == "active",
        Organization.deleted_at.is_(None),
    )


def partners_by_id(session: Session, organizations: Collection[UUID]) -> Sequence[Partner]:
    """These organisations, wherever they are, by name; nothing is asked for none."""
    return _partners(session, Organization.id.in_(organizations)) if organizations else []


def once_partners(session: Session, district: int, organizations: Collection[UUID]) -> Sequence[Partner]:
    """Those of these organisations that are of the district, or have or had an agreement in it, by name."""
    agreed = (Agreement.unit_id == Organization.id, Agreement.provider_id == Organization.id)
    has_agreement = exists().where(Agreement.district_code == district, or_(*agreed))
    is_of_it = and_(Organization.district_code == district, Organization.kind.in_(TABLE_KINDS))
    return _partners(session, Organization.id.in_(organizations), or_(is_of_it, has_agreement))


def _partners(session: Session, *which: ColumnElement[bool]) -> Sequence[Partner]:
    wanted = select(Organization.id, Organization.name, Organization.kind).where(*which)
    return [Partner(*row) for row in session.execute(wanted.order_by(Organization.name, Organization.id))]


def districts_of(session: Session, codes: Collection[int]) -> Sequence[District]:
    """Districts by code, in order of their names."""
    return session.scalars(select(District).where(District.code.in_(codes)).order_by(District.name)).all()


def items_of(session: Session, meeting: UUID) -> Sequence[AgendaItem]:
    """What was proposed for a meeting, in order of the frame and of asking."""
    wanted = select(AgendaItem).where(AgendaItem.meeting_id == meeting)
    return session.scalars(wanted.order_by(AgendaItem.part, AgendaItem.created_at, AgendaItem.id)).all()


def attendance_of(session: Session, meeting: UUID) -> dict[UUID, int]:
    """Organisation → how many people it sent."""
    rows = session.execute(
        select(Attendance.organization_id, Attendance.number).where(Attendance.meeting_id == meeting)
    )
    return {row.organization_id: row.number for row in rows}


def lines_of(session: Session, meeting: UUID) -> Sequence[MinutesLine]:
    """The minutes, in the order of writing."""
    wanted = select(MinutesLine).where(MinutesLine.meeting_id == meeting)
    return session.scalars(wanted.order_by(MinutesLine.created_at, MinutesLine.id)).all()


def actions_agreed_at(session: Session, meeting: UUID, *, owner: UUID | None = None) -> Sequence[MeetingAction]:
    """The actions that this meeting agreed, in the order of writing; `owner`: those of this organisation alone."""
    wanted = select(MeetingAction).where(MeetingAction.meeting_id == meeting, *_owned_by(owner))
    return session.scalars(wanted.order_by(MeetingAction.created_at, MeetingAction.id)).all()


def actions_before(session: Session, meeting: Meeting, *, owner: UUID | None = None) -> Sequence[MeetingAction]:
    """Earlier meetings' actions that were open when this one began and due by its day, the longest due first.

    `owner`: those of this organisation alone.
    """
    day = meeting.starts_at.astimezone(INDIA).date()
    earlier = select(Meeting.id).where(
        Meeting.district_code == meeting.district_code, Meeting.starts_at < meeting.starts_at
    )
    wanted = select(MeetingAction).where(
        MeetingAction.meeting_id.in_(earlier),
        MeetingAction.due <= day,
        or_(MeetingAction.closed_at.is_(None), MeetingAction.closed_at >= meeting.starts_at),
        *_owned_by(owner),
    )
    return session.scalars(wanted.order_by(MeetingAction.due, MeetingAction.id)).all()


def _owned_by(owner: UUID | None) -> Sequence[ColumnElement[bool]]:
    return [] if owner is None else [MeetingAction.organization_id == owner]


def open_actions_of(session: Session, organization: UUID) -> Sequence[MeetingAction]:
    """An organisation's open actions, in whichever district they were agreed, the first due first."""
    wanted = select(MeetingAction).where(
        MeetingAction.organization_id == organization, MeetingAction.state == ACTION_OPEN
    )
    return session.scalars(wanted.order_by(MeetingAction.due, MeetingAction.id).limit(500)).all()


def names_of(session: Session, organizations: Collection[UUID]) -> dict[UUID, str]:
    """What organisations are called, also those that are gone."""
    rows = session.execute(select(Organization.id, Organization.name).where(Organization.id.in_(organizations)))
    return {row.id: row.name for row in rows}
