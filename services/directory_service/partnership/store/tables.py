"""Tables of the monthly meeting: the meeting, its agenda, who came, minutes, actions, and a district's own calendar.

Nothing here is about a person, but which memberships were told of a date that is ahead: attendance is a number an
organisation sent, an owner is an organisation and a post.
Every row names its district, by which row-level security lets people in.
"""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Uuid
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from directory_service.organizations.store.base import Base
from directory_service.partnership.domain import meetings
from directory_service.partnership.domain.actions import ACTION_STATES

# No bound value: once PostgreSQL thinks of a plan without values, ON CONFLICT would not find the index by it.
NOT_CALLED_OFF = sql("state <> 'cancelled'")


def _in(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Meeting(Base):
    """A meeting of a district. `sequence` counts what calendars must be told (RFC 5545); `version` every change.

    `told`: the organisations that know its date by notice; `told_points`: the focal points, by membership. Both are
    empty once it is off or its hour has come.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint(_in("state", meetings.STATES), name="state"),
        Index("meeting_district_idx", "district_code", "starts_at"),
        Index("meeting_month_key", "district_code", "month", unique=True, postgresql_where=NOT_CALLED_OFF),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    district_code: Mapped[int] = mapped_column(ForeignKey("district.code"))
    month: Mapped[date]  # its first day
    starts_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(server_default=sql("''"))
    state: Mapped[str]
    sequence: Mapped[int] = mapped_column(server_default=sql("0"))
    version: Mapped[int] = mapped_column(server_default=sql("1"))
    proposed_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]  # when attendance was confirmed
    minutes_confirmed_at: Mapped[datetime | None]
    reminded: Mapped[int | None]  # the last step that was told: days ahead
    silence_told: Mapped[int] = mapped_column(server_default=sql("0"))  # none held since: 1 coordinator, 2 state
    moved_from: Mapped[datetime | None]  # when it was to begin before it was last moved, once it had been planned
    told: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=sql("'{}'"))
    told_points: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=sql("'{}'"))


class MeetingRhythm(Base):
    """When a district usually meets, and where. `weekday` counts from Monday; `at` is India's time."""

    __tablename__ = "meeting_rhythm"
    __table_args__ = (CheckConstraint("weekday BETWEEN 0 AND 4", name="weekday"),)
    district_code: Mapped[int] = mapped_column(ForeignKey("district.code"), primary_key=True, autoincrement=False)
    weekday: Mapped[int]
    at: Mapped[time]
    place: Mapped[str] = mapped_column(server_default=sql("''"))


class BlockedDay(Base):
    """A day on which a district cannot meet: its own holiday, a festival, an election."""

    __tablename__ = "blocked_day"
    __table_args__ = (CheckConstraint("reason IN ('holiday', 'festival', 'election', 'other')", name="reason"),)
    district_code: Mapped[int] = mapped_column(ForeignKey("district.code"), primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    reason: Mapped[str]


class AgendaItem(Base):
    """What somebody wants talked about. `meeting_id` is None while it waits for the next meeting of the district."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        CheckConstraint(_in("state", meetings.ITEM_STATES), name="state"),
        CheckConstraint("part BETWEEN 1 AND 9", name="part"),
        Index("agenda_item_meeting_idx", "meeting_id"),
        Index("agenda_item_waiting_idx", "district_code", postgresql_where=sql("meeting_id IS NULL")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    district_code: Mapped[int] = mapped_column(ForeignKey("district.code"))
    meeting_id: Mapped[UUID | None] = mapped_column(ForeignKey("meeting.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    part: Mapped[int]
    text: Mapped[str]
    state: Mapped[str]
    created_at: Mapped[datetime]


class Attendance(Base):
    """How many people an organisation sent to a meeting; 0 says that nobody came."""

    __tablename__ = "attendance"
    __table_args__ = (CheckConstraint("number BETWEEN 0 AND 99", name="number"),)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    district_code: Mapped[int]
    number: Mapped[int]
    entered_at: Mapped[datetime]


class MinutesLine(Base):
    """One line of the minutes, a row and a version of its own, so that two writers never overwrite each other."""

    __tablename__ = "minutes_line"
    __table_args__ = (
        CheckConstraint(_in("kind", meetings.LINE_KINDS), name="kind"),
        CheckConstraint("part BETWEEN 1 AND 9", name="part"),
        Index("minutes_line_meeting_idx", "meeting_id", "created_at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"))
    district_code: Mapped[int]
    part: Mapped[int]
    kind: Mapped[str]
    text: Mapped[str]
    version: Mapped[int] = mapped_column(server_default=sql("1"))
    created_at: Mapped[datetime]
    added_later: Mapped[bool] = mapped_column(server_default=sql("false"))  # after the minutes were confirmed


class MeetingAction(Base):
    """Something an organisation does by a day. `post` says which post there, never who."""

    __tablename__ = "meeting_action"
    __table_args__ = (
        CheckConstraint(_in("state", ACTION_STATES), name="state"),
        CheckConstraint("(state = 'dropped') = (reason IS NOT NULL)", name="dropped_for_a_reason"),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed"),
        Index("meeting_action_district_idx", "district_code", "due"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    district_code: Mapped[int] = mapped_column(ForeignKey("district.code"))
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"))  # at which it was agreed
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    post: Mapped[str]
    text: Mapped[str]
    due: Mapped[date]
    state: Mapped[str]
    reason: Mapped[str | None]
    version: Mapped[int] = mapped_column(server_default=sql("1"))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    reminded: Mapped[int | None]
