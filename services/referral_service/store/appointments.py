"""Query of a team's appointments: the next one of each referral that is worked on, within some days.

Promises: held by the own organisation, open and no ghost. When not to use it: for prison health, who read their own
row.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral_service.domain.status import WORKING
from referral_service.domain.task_view import TaskView
from referral_service.store.tables import task
from referral_service.store.tasks import TASK_COLUMNS, related_to, to_task
from service_kit.identity import Principal

_TASK = task.c


def list_appointments(session: Session, who: Principal, start: datetime, end: datetime) -> Sequence[TaskView]:
    """From `start` on and before `end` (aware), in order."""
    within = (_TASK.appointment_at >= start, _TASK.appointment_at < end)
    worked_on = (related_to(who), ~_TASK.ghost, _TASK.status.in_(WORKING))
    query = select(*TASK_COLUMNS).where(*within, *worked_on).order_by(_TASK.appointment_at, _TASK.id)
    return [to_task(row) for row in session.execute(query)]
