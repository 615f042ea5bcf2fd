"""Scheduled jobs for what falls due: reminders, the coordinator's turn, the state's, expiry, untouched referrals.

Why: "a request never just disappears". Promises: each referral is a transaction of its own, locked and read again, so
that an answer given in the last moment wins or loses as a whole; a ghost is reminded of, escalated and expired like any
other, since a clock that fell silent would tell; an outage is caught up in order (remind, escalate, expire). Run every
few seconds by the worker.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.case_worker_due import is_to_be_closed
from referral_service.domain.clocks import Clock, Times
from referral_service.domain.effects import run_on
from referral_service.domain.lifecycle import decide
from referral_service.domain.move_deadlines import follow_release
from referral_service.domain.status import UNDECIDED, WORKING
from referral_service.domain.task_view import TaskView
from referral_service.domain.transition_body import NOTHING_SAID
from referral_service.domain.transitions import SYSTEM
from referral_service.store import (
    due_queries,
    sent,
    tasks,
)
from referral_service.store.directory import bodies_overseeing
from referral_service.store.referral_lock import lock_for_update
from referral_service.use_cases.apply_decision import Act, apply_decision
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.enforce_retention import count_run
from referral_service.use_cases.referral_events import tell_team
from service_kit.db.engine import Database

BATCH = 200
NOBODY = UUID(int=0)
REMINDERS = {
    Clock.ACKNOWLEDGE: "referral.reminder.due.v1",
    Clock.DECIDE: "referral.decision.due.v1",
    Clock.PAUSED: "referral.decision.due.v1",
    Clock.CONTACT: "referral.contact.due.v1",
    Clock.WORK: "referral.review.due.v1",
    Clock.REVIEW: "referral.review.due.v1",
}

Find = Callable[[Session, datetime, int], Sequence[UUID]]
Do = Callable[[Session, TaskView, Dependencies, datetime], None]


@dataclass(frozen=True)
class _Step:
    """What is due, and what is done with each; `after` a span of days, whose runs are counted by the name `counted`."""

    find: Find
    do: Do
    after: Callable[[Times], timedelta] = lambda _: timedelta(0)
    counted: str = ""


def run_clocks(db: Database, *, dependencies: Dependencies, now: datetime) -> int:
    """Do all that is due; returns how many things were done. `db` is the worker's."""
    done = {step: _run(db, step, dependencies, now) for step in STEPS}
    for step in STEPS:
        if step.counted:
            count_run(step.counted, done[step])
    return sum(done.values())


def _run(db: Database, step: _Step, dependencies: Dependencies, now: datetime) -> int:
    with db.transaction() as session:
        found = step.find(session, now - step.after(dependencies.times), BATCH)
    for referral_id in found:
        with db.transaction() as session:
            lock_for_update(session, referral_id)
            task = tasks.task_in_hand(session, referral_id)
            if task is not None:
                step.do(session, task, dependencies, now)
    return len(found)


def _remind(session: Session, task: TaskView, dependencies: Dependencies, now: datetime) -> None:
    kind, due = REMINDERS.get(Clock(task.clock)), tasks.clear_moment(session, task.id, "remind_at", now)
    if due is None or kind is None:
        return
    if due.clock == Clock.PAUSED:
        due = _run_on(session, due, dependencies, now)
    tell_team(session, kind, due, ids=dependencies.ids, now=now, due_at=due.due)


def _run_on(session: Session, task: TaskView, dependencies: Dependencies, now: datetime) -> TaskView:
    """Nobody answered the question for so long: the decision's clock runs on, and the question stays answerable."""
    at = dependencies.circumstances(task.district, now)
    return tasks.change_task(session, task, replace(run_on(task, at), version=task.version + 1))


def _become_urgent(session: Session, task: TaskView, dependencies: Dependencies, now: datetime) -> None:
    """The release has come near: the priority follows it, and the reminders with it."""
    urgent = follow_release(task, dependencies.circumstances(task.district, now))
    if urgent != task:
        tasks.change_task(session, task, urgent)


def _escalate(session: Session, task: TaskView, dependencies: Dependencies, now: datetime) -> None:
    due = tasks.clear_moment(session, task.id, "escalate_at", now)
    if due is not None:
        kind = "referral.escalation.due.v1"
        tell_team(session, kind, due, ids=dependencies.ids, now=now, due_at=due.due)


def _tell_the_state(session: Session, task: TaskView, dependencies: Dependencies, now: datetime) -> None:
    """Of a child: a day has passed. The version stays, since nobody else sees a change."""
    bodies = bodies_overseeing(session, task.district)
    told = tasks.change_task(session, task, replace(task, child_told_at=now))
    kind = "referral.state.escalation.due.v1"
    tell_team(session, kind, told, receivers=bodies, ids=dependencies.ids, now=now, due_at=task.child_due)


def _expire(session: Session, task: TaskView, dependencies: Dependencies, now: datetime) -> None:
    due = tasks.clear_moment(session, task.id, "expire_at", now)
    if due is not None and due.status in UNDECIDED:
        facts = due.known_facts(NOBODY, sent.view_state(session, due.id))
        decision = decide("expire", facts, SYSTEM, NOTHING_SAID)
        apply_decision(session, due, decision, NOTHING_SAID, act=Act(None, now), dependencies=dependencies)


def _end_abandoned(session: Session, task: TaskView, dependencies: Dependencies, now: datetime) -> None:
    """Its provider is closed and nobody of it has ended it: it fails, and the coordinator settles it."""
    if task.status not in WORKING:
        return
    decision = decide("abandon", task.known_facts(NOBODY, sent.view_state(session, task.id)), SYSTEM, NOTHING_SAID)
    apply_decision(session, task, decision, NOTHING_SAID, act=Act(None, now), dependencies=dependencies)


def _ask_to_close(session: Session, task: TaskView, dependencies: Dependencies, now: datetime) -> None:
    if not is_to_be_closed(task, now, dependencies.times.untouched):
        return  # somebody acted after it was found
    tasks.change_task(session, task, replace(task, untouched_told_at=now, due=now))
    kind = "referral.review.due.v1"
    tell_team(session, kind, task, ids=dependencies.ids, now=now, due_at=now)


STEPS = (
    _Step(due_queries.becoming_urgent, _become_urgent),
    _Step(due_queries.to_remind, _remind),
    _Step(due_queries.to_escalate, _escalate),
    _Step(due_queries.children_overdue, _tell_the_state),
    _Step(due_queries.to_expire, _expire),
    _Step(due_queries.abandoned, _end_abandoned, lambda times: times.team_gone, "held by a closed provider"),
    _Step(due_queries.untouched, _ask_to_close, lambda times: times.untouched, "untouched referrals"),
)
