"""Deadlines after a change of priority: reminders move, an expiry that was set does not.

Why: a release date that comes near makes a referral urgent, and one that moves away makes it routine again. Promises:
pure; the same for a live referral and a ghost, whose clocks must run alike (rule 1); what becomes urgent is never asked
for later than before, what becomes routine never after it has expired; a reminder that was given is given again only
where a new one is due.
"""

from dataclasses import replace
from datetime import date, datetime

from referral_service.domain import clocks
from referral_service.domain.circumstances import Circumstances
from referral_service.domain.clocks import Clock
from referral_service.domain.priority import URGENT, priority_now
from referral_service.domain.status import OPEN
from referral_service.domain.task_view import TaskView
from setu.india import day_in_india


def leaving_on(task: TaskView, release_on: date | None, at: Circumstances) -> TaskView:
    """The task with this release date, and the priority and the reminders that follow from it."""
    return follow_release(replace(task, release_on=release_on), at)


def follow_release(task: TaskView, at: Circumstances) -> TaskView:
    """The task with the priority that its release date makes today; its version is one higher where that changed."""
    priority = priority_now(task.urgent_otherwise, task.release_on, day_in_india(at.now))
    if priority == task.priority or task.status not in OPEN:
        return task
    return _moved(replace(task, priority=priority, version=task.version + 1), at)


def _moved(task: TaskView, at: Circumstances) -> TaskView:
    if task.clock == Clock.ACKNOWLEDGE and task.escalate_at is not None:
        return _acknowledge(task, task.escalate_at, at)
    if task.clock in {Clock.DECIDE, Clock.PAUSED} and task.decision_due is not None and task.decision_due > at.now:
        return _decide(task, task.decision_due, at)
    if task.clock == Clock.CONTACT and task.contact_due is not None and task.contact_due > at.now:
        due = _move(task, task.contact_due, clocks.contact_due(task.priority, at.now, at.is_holiday, at.times))
        return replace(task, contact_due=due, due=due, remind_at=due)
    return task


def _acknowledge(task: TaskView, escalate_at: datetime, at: Circumstances) -> TaskView:
    new = clocks.acknowledge(task.priority, at.now, at.is_holiday, at.times)
    escalate = _move(task, escalate_at, new.escalate)
    remind = _move(task, task.remind_at or new.remind, new.remind)
    return replace(task, remind_at=remind, escalate_at=escalate, ack_due=escalate, due=escalate)


def _decide(task: TaskView, decision_due: datetime, at: Circumstances) -> TaskView:
    start = task.paused_at or at.now
    due = _move(task, decision_due, clocks.decision_due(task.priority, start, at.is_holiday, at.times))
    if task.paused_at is not None:
        ends = clocks.pause_ends(task.priority, task.paused_at, at.is_holiday, at.times)
        return replace(task, decision_due=due, due=due, remind_at=_move(task, task.remind_at or ends, ends))
    escalate = clocks.decision_escalation(task.priority, due, at.is_holiday, at.times)
    escalate = _move(task, task.escalate_at or escalate, escalate)
    return replace(task, decision_due=due, due=due, remind_at=due, escalate_at=escalate)


def _move(task: TaskView, planned: datetime, new: datetime) -> datetime:
    """The earlier of both for what became urgent; for what became routine the later, unless it expires before."""
    if task.priority == URGENT:
        return min(planned, new)
    too_late = task.expire_at is not None and new >= task.expire_at
    return planned if too_late else max(planned, new)
