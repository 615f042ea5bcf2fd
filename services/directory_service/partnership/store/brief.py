"""Queries for the yearly brief of a district: meetings of some months, what they decided and agreed to do."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.partnership.domain.meetings import DECISION, MET_STATES
from directory_service.partnership.store.tables import Meeting, MeetingAction, MinutesLine


def met_in(session: Session, district: int, months: Collection[date]) -> Sequence[Meeting]:
    """The meetings of these months that were held or not quorate, the oldest first."""
    wanted = select(Meeting).where(Meeting.district_code == district, Meeting.month.in_(months))
    return session.scalars(wanted.where(Meeting.state.in_(MET_STATES)).order_by(Meeting.starts_at)).all()


def decisions_of(session: Session, district: int, months: Collection[date]) -> Sequence[tuple[Meeting, MinutesLine]]:
    """What these meetings decided, in the order of writing."""
    wanted = (
        select(Meeting, MinutesLine)
        .join(MinutesLine, MinutesLine.meeting_id == Meeting.id)
        .where(Meeting.district_code == district, Meeting.month.in_(months), Meeting.state.in_(MET_STATES))
        .where(MinutesLine.kind == DECISION)
    )
    rows = session.execute(wanted.order_by(Meeting.starts_at, MinutesLine.created_at, MinutesLine.id))
    return [(row.Meeting, row.MinutesLine) for row in rows]


def actions_due_in(session: Session, district: int, since: date, until: date) -> Sequence[MeetingAction]:
    """Actions that were due in these days, the first due first."""
    wanted = select(MeetingAction).where(MeetingAction.district_code == district)
    wanted = wanted.where(MeetingAction.due >= since, MeetingAction.due <= until)
    return session.scalars(wanted.order_by(MeetingAction.due, MeetingAction.id)).all()
