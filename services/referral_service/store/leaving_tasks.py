"""Queries of who leaves prison within 14 days without an appointment, for the provider that holds the referral.

Promises: what the own organisation holds and can still do something about; no ghost, since nobody may be contacted any
more. When not to use it: for prison health staff, who have lists of their own rows (`custody_lists.py`).
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, true, tuple_
from sqlalchemy.orm import Session

from referral_service.domain.release_date import SOON
from referral_service.domain.status import OPEN
from referral_service.domain.task_view import TaskView
from referral_service.store.tables import task
from referral_service.store.tasks import TASK_COLUMNS, to_task
from service_kit.identity import Principal
from setu.india import day_in_india

_TASK = task.c


def list_leaving_tasks(
    session: Session, who: Principal, *, now: datetime, after: tuple[date, UUID] | None, limit: int
) -> Sequence[TaskView]:
    """The first to leave first; `after` is the day and the id of the last one seen."""
    past = true() if after is None else tuple_(_TASK.release_on, _TASK.id) > after
    query = select(*TASK_COLUMNS).where(_leaves_without_appointment(who, now), past)
    return [to_task(row) for row in session.execute(query.order_by(_TASK.release_on, _TASK.id).limit(limit))]


def count_leaving_tasks(session: Session, who: Principal, *, now: datetime) -> int:
    """How many that list has on all its pages."""
    return session.scalar(select(func.count()).where(_leaves_without_appointment(who, now))) or 0


def _leaves_without_appointment(who: Principal, now: datetime) -> ColumnElement[bool]:
    today = day_in_india(now)
    ours = and_(_TASK.organization_id == who.organization, _TASK.status.in_(OPEN), ~_TASK.ghost)
    unmet = or_(_TASK.appointment_at.is_(None), _TASK.appointment_at < now)
    return and_(ours, _TASK.release_on.between(today, today + SOON), unmet)
