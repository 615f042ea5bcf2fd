"""Clock of agendas: what a meeting did not discuss goes to the next one, once the meeting's day in India is over.

Why a clock: people talk after attendance is confirmed, and some meetings nobody ever confirms. Promises: each item goes
on once, as a copy with the state that it had, however often this runs; the original stays where it was, and says so.
Needs the worker's role; `now` is aware.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session, aliased

from directory_service.partnership.domain.meetings import ITEM_CARRIED, ITEM_LEFT, OPEN_STATES
from directory_service.partnership.store.meetings import next_of
from directory_service.partnership.store.tables import AgendaItem, Meeting
from service_kit.ids import Ids
from setu.india import day_in_india, midnight_in_india

AT_ONCE = 200  # meetings in one transaction; the others follow at the next run


def carry_over(session: Session, now: datetime, *, ids: Ids) -> None:
    """Carry over what is left on agendas of days before today."""
    today = midnight_in_india(day_in_india(now))
    _drop_doubles(session, today)
    for meeting in _with_something_left(session, today):
        ahead = next_of(session, meeting.district_code, now)
        for item in _left_on(session, meeting):
            session.add(
                AgendaItem(
                    id=ids.uuid(),
                    district_code=item.district_code,
                    meeting_id=ahead.id if ahead else None,
                    organization_id=item.organization_id,
                    part=item.part,
                    text=item.text,
                    state=item.state,
                    created_at=now,
                )
            )
            item.state = ITEM_CARRIED


def _with_something_left(session: Session, today: datetime) -> Sequence[Meeting]:
    """Of any state: on one that was called off lies only what was put there in that moment."""
    left = select(AgendaItem.id).where(AgendaItem.meeting_id == Meeting.id, AgendaItem.state.in_(ITEM_LEFT))
    over = select(Meeting).where(Meeting.starts_at < today, left.exists())
    wanted = over.order_by(Meeting.starts_at, Meeting.id).limit(AT_ONCE)
    return session.scalars(wanted.with_for_update(skip_locked=True, key_share=True)).all()


def _left_on(session: Session, meeting: Meeting) -> Sequence[AgendaItem]:
    wanted = select(AgendaItem).where(AgendaItem.meeting_id == meeting.id, AgendaItem.state.in_(ITEM_LEFT))
    in_order = wanted.order_by(AgendaItem.part, AgendaItem.created_at, AgendaItem.id)
    return session.scalars(in_order.with_for_update()).all()


def _drop_doubles(session: Session, today: datetime) -> None:
    """Take away the copies that a process of 0.1.0 makes where it settles a meeting after this clock was there.

    Those processes carry over at settling, and take what is carried already for something that nobody discussed. Their
    copy stands as carried over on a meeting that is still to come, beside this clock's copy of the same item; an
    original stands there too where such a process moved its meeting, but alone. Not needed from the release after 0.2.0
    on, beside which no process of 0.1.0 runs.
    """
    ahead = select(Meeting.id).where(Meeting.state.in_(OPEN_STATES), Meeting.starts_at >= today)
    nowhere = or_(AgendaItem.meeting_id.is_(None), AgendaItem.meeting_id.in_(ahead))
    twin = aliased(AgendaItem)
    same = (AgendaItem.district_code, AgendaItem.meeting_id, AgendaItem.organization_id, AgendaItem.part)
    is_same = [column.is_not_distinct_from(getattr(twin, column.key)) for column in (*same, AgendaItem.text)]
    has_twin = exists().where(twin.state != ITEM_CARRIED, *is_same)
    session.execute(delete(AgendaItem).where(AgendaItem.state == ITEM_CARRIED, nowhere, has_twin))
