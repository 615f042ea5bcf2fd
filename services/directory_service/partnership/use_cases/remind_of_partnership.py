"""Clock of reminders: meetings near, actions due, agreements that lapse or are reviewed, handovers nobody took.

Promises: each step is told once, however often this runs; the row remembers the last one. No limit of rows: those
that were told of a step stay among them until the next, and would keep others out for good. Whom a meeting was told to
is forgotten once it is off or its hour has come. Needs the worker's role.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from directory_service.organizations.store.tables import Organization
from directory_service.partnership.domain.actions import ACTION_OPEN
from directory_service.partnership.domain.agreements import WARN_DAYS, due_warning
from directory_service.partnership.domain.meetings import CANCELLED, PLANNED
from directory_service.partnership.domain.reminders import (
    ACTION_STEPS,
    ACTION_TO_COORDINATOR,
    MEETING_STEPS,
    REVIEW_STEPS,
    due_step,
    is_coordinators,
)
from directory_service.partnership.store.agreements import agreement_is_renewed
from directory_service.partnership.store.agreements_in_force import agreement_has_day
from directory_service.partnership.store.handovers import handover_is_open
from directory_service.partnership.store.tables import Meeting, MeetingAction
from directory_service.partnership.store.tables_agreements import Agreement, Handover
from directory_service.partnership.use_cases.publish_partnership_notice import (
    ACTION_DUE,
    AGREEMENT_LAPSING,
    TO_COORDINATOR,
    PartnershipNotice,
    end_of_day,
    publish_handover,
    publish_meeting,
    publish_partnership_notice,
)
from setu.india import day_in_india


def remind_of_partnership(session: Session, now: datetime) -> None:
    """Tell what is due now; `now` is aware."""
    _meetings(session, now)
    _forget_whom_meetings_were_told(session, now)
    _actions(session, now)
    _agreements(session, now)
    _handovers(session, now)


def _meetings(session: Session, now: datetime) -> None:
    near = now + timedelta(days=MEETING_STEPS[0] + 1)
    wanted = select(Meeting).where(Meeting.state == PLANNED, Meeting.starts_at > now, Meeting.starts_at < near)
    for row in session.scalars(wanted.with_for_update(skip_locked=True)).all():
        left = (day_in_india(row.starts_at) - day_in_india(now)).days
        if (step := due_step(left, MEETING_STEPS, row.reminded)) is not None:
            row.reminded = step
            publish_meeting(session, row, now)


def _forget_whom_meetings_were_told(session: Session, now: datetime) -> None:
    """Empty the lists of meetings that are off or whose hour has come: nobody is told from them any more."""
    is_over = or_(Meeting.starts_at <= now, Meeting.state == CANCELLED)
    is_noted = or_(Meeting.told != [], Meeting.told_points != [])
    session.execute(update(Meeting).where(is_over, is_noted).values(told=[], told_points=[]))


def _actions(session: Session, now: datetime) -> None:
    today = day_in_india(now)
    due = (MeetingAction.state == ACTION_OPEN, MeetingAction.due <= today + timedelta(days=ACTION_STEPS[0]))
    fresh = MeetingAction.reminded.is_distinct_from(ACTION_TO_COORDINATOR)
    wanted = select(MeetingAction, Organization.kind, Organization.status).join(
        Organization, Organization.id == MeetingAction.organization_id
    )
    rows = session.execute(wanted.where(*due, fresh).with_for_update(of=MeetingAction, skip_locked=True))
    for row, kind, standing in rows.all():
        step = due_step((row.due - today).days, ACTION_STEPS, row.reminded)
        if step is None:
            continue
        row.reminded = step
        state = TO_COORDINATOR if is_coordinators(step, kind, standing) else None
        receivers, due_at = [row.organization_id], end_of_day(row.due)
        notice = PartnershipNotice(ACTION_DUE, row.id, row.district_code, receivers, due_at, state)
        publish_partnership_notice(session, notice, now)


def _agreements(session: Session, now: datetime) -> None:
    """One notice of an agreement a look, of whatever is due first: two events of a second have one version."""
    today = day_in_india(now)
    lapses = Agreement.to_day <= today + timedelta(WARN_DAYS[0])
    is_reviewed = ~Agreement.review_closed & (Agreement.review_on <= today + timedelta(REVIEW_STEPS[0]))
    near = (agreement_has_day(today), or_(lapses, is_reviewed), ~agreement_is_renewed())
    for row in session.scalars(select(Agreement).where(*near).with_for_update(skip_locked=True)).all():
        if days := _due_days(row, today):
            both, due_at = [row.unit_id, row.provider_id], end_of_day(min(days))
            notice = PartnershipNotice(AGREEMENT_LAPSING, row.id, row.district_code, both, due_at)
            publish_partnership_notice(session, notice, now)


def _due_days(row: Agreement, today: date) -> list[date]:
    """The agreement's days of which a step is to be told now, and noted on it: its last one, and that of its review."""
    days = []
    if (step := due_warning(row.to_day, today, row.warned)) is not None:
        row.warned = step
        days.append(row.to_day)
    step = None if row.review_closed else due_step((row.review_on - today).days, REVIEW_STEPS, row.review_reminded)
    if step is not None:
        row.review_reminded = step
        days.append(row.review_on)
    return days


def _handovers(session: Session, now: datetime) -> None:
    late = (handover_is_open(), Handover.told_coordinator.is_(False), Handover.due_on < day_in_india(now))
    for row in session.scalars(select(Handover).where(*late).with_for_update(skip_locked=True)).all():
        row.told_coordinator = True
        publish_handover(session, row, now, TO_COORDINATOR)
