"""Change of release or transfer behind the wall: every record of the chain follows what prison health staff said.

Why: a date moves after sending, also when the referral has been forwarded by then. Promises: whether it may is decided
before this is called, on the sender's custody row alone (row `release` of `domain/transitions.py`, asked in
`act_as_referrer.py`), and nothing read here goes into the answer; priority and reminders follow by the same
rule for a ghost, so that its clocks run alike (rule 1); an ended one and a ghost are written with the same statements,
and their event is for nobody, since only a team that works on a live record is told.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.circumstances import Circumstances
from referral_service.domain.lifecycle import Decision
from referral_service.domain.move_deadlines import leaving_on
from referral_service.domain.release_date import release_day
from referral_service.domain.status import OPEN
from referral_service.domain.task_view import TaskView
from referral_service.domain.transition_body import TransitionBody
from referral_service.store import custody_rows, task_history, tasks
from referral_service.store.referral_lock import lock_for_update
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.referral_events import tell_team
from setu.india import day_in_india


def write_release(session: Session, referral_id: UUID, body: TransitionBody, now: datetime) -> None:
    """The sender's own row: a new date, or its end with a transfer."""
    if body.transfer_to is not None:
        custody_rows.write_custody(session, referral_id, now, ended_at=now)
    else:
        day = release_day(body.expected_release, day_in_india(now))
        custody_rows.write_custody(session, referral_id, now, release_on=day, release_ticked=False)


def change_release(
    session: Session,
    root_id: UUID,
    decision: Decision,
    body: TransitionBody,
    *,
    dependencies: Dependencies,
    now: datetime,
) -> None:
    """The provider's side. The root is in hand; afterwards the last record of its chain is."""
    for referral_id in tasks.chain_of(session, root_id):
        lock_for_update(session, referral_id)
        task = tasks.task_in_hand(session, referral_id)
        if task is not None:
            _change(session, task, decision, body, dependencies=dependencies, now=now)


def _change(
    session: Session,
    task: TaskView,
    decision: Decision,
    body: TransitionBody,
    *,
    dependencies: Dependencies,
    now: datetime,
) -> None:
    at = dependencies.circumstances(task.district, now)
    changed = tasks.change_task(session, task, replace(_with_release(task, body, at), version=task.version + 1))
    kind = decision.transition.tells
    task_history.note_event(session, task.id, decision.transition.event, now)
    if kind is not None:
        nobody = () if task.ghost or task.status not in OPEN else None
        tell_team(session, kind, changed, ids=dependencies.ids, now=now, receivers=nobody)


def _with_release(task: TaskView, body: TransitionBody, at: Circumstances) -> TaskView:
    if task.ghost and task.closed_at is not None:
        return task  # nothing more of a person whose consent is gone; written all the same, since time tells, too
    said = replace(task, release_said_at=at.now)
    if body.transfer_to is not None:
        return replace(said, prison_id=body.transfer_to)
    return leaving_on(said, release_day(body.expected_release, day_in_india(at.now)), at)
