"""Due time of the case worker: the next appointment, the day of review, or 180 days (a setting) without any act.

Why: what is in progress or on hold must come back to its case worker by itself, and whatever is open, once, after so
long without any act. Promises: pure; each act makes the due time anew; an appointment that has passed stays due until
an attempt is recorded. The days: `untouched` of `clocks.py`.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from referral_service.domain.status import OPEN, Status
from referral_service.domain.task_view import TaskView
from referral_service.domain.transition_body import TransitionBody
from setu.india import INDIA

MORNING = time(9)
"""Of a day of review, in India."""


def morning_of(day: date) -> datetime:
    """Nine in the morning in India, in UTC."""
    return datetime.combine(day, MORNING, INDIA).astimezone(UTC)


def next_appointment(task: TaskView, body: TransitionBody, now: datetime) -> datetime | None:
    """The appointment after an attempt: the one made now, or an earlier one that is still ahead."""
    ahead = task.appointment_at is not None and task.appointment_at > now
    return body.next_appointment or (task.appointment_at if ahead else None)


def with_case_worker_due(task: TaskView, now: datetime, untouched: timedelta) -> TaskView:
    """The task with the due time of its work; any other task as it is."""
    if task.ghost or task.status not in {Status.IN_PROGRESS, Status.ON_HOLD}:
        return task
    again = task.touched_at + untouched if task.review_on is None else morning_of(task.review_on)
    due = min(again, task.appointment_at or again)
    reminds = due > now and (task.review_on is not None or due == task.appointment_at)
    return replace(task, due=due, remind_at=due if reminds else None)


def is_to_be_closed(task: TaskView, now: datetime, untouched: timedelta) -> bool:
    """Whether its team is to be asked to close it: open, no act for `untouched`, and not asked since the last one.

    A ghost never: nothing that comes of it may ask for contact.
    """
    is_left = task.status in OPEN and not task.ghost and task.untouched_told_at is None
    return is_left and task.touched_at <= now - untouched
