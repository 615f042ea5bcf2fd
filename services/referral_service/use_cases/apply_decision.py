"""Write a decided transition of a locked referral: task, referrer's row, key, history, events.

Why: acts of providers, referrers, coordinators and the clock differ in who may do them and in what they look at, never
in what they leave behind. Promises: the referrer's row moves by the table alone, the same for a live referral and a
ghost; its team hears of it where `is_team_told` of `domain/effects.py` says so. The caller's transaction holds the
referral in hand (`store/referral_lock.py`).
When not to use it: to decide (`domain/lifecycle.py`).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.clocks import NOTHING_DUE
from referral_service.domain.effects import effects, is_team_told
from referral_service.domain.figures.tally import tally_work
from referral_service.domain.lifecycle import Decision
from referral_service.domain.referrer_view import REASON_SHOWN, View
from referral_service.domain.task_view import TaskView
from referral_service.domain.transition_body import TransitionBody
from referral_service.domain.transitions import Transition
from referral_service.store import notes, sent, task_history, tasks
from referral_service.store.figure_tally import add_tallies
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.referral_events import tell_referrer, tell_team

ASKED_TO_VOID = "ask-void"
"""In the history: a case worker's word to the coordinator, who alone voids."""
NOTED_AS = {"abandon": "expire"}
"""In the history: events that stand there under the word that was written, and is read, by earlier releases."""


@dataclass(frozen=True)
class Act:
    """Whose act it is and when. `organization` is None for the clock and for a person with a card."""

    organization: UUID | None
    now: datetime


def apply_decision(
    session: Session,
    task: TaskView,
    decision: Decision,
    body: TransitionBody,
    *,
    act: Act,
    dependencies: Dependencies,
) -> TaskView:
    """The task as it stands afterwards."""
    row = decision.transition
    at = dependencies.circumstances(task.district, act.now, act.organization)
    changed = tasks.change_task(session, task, effects(task, decision, body, at))
    if row.destroys_key:
        tasks.destroy_key(session, task.id)
    if row.hides:
        task_history.forget_work(session, task.id)
    if row.drops:
        task_history.drop_open_question(session, task.id)
        notes.forget_notes(session, task.id)
    task_history.note_event(session, task.id, _event_in_history(row), act.now, reason=body.reason)
    counted = tally_work(row, task, changed, body)
    add_tallies(session, counted, at=act.now, district=task.district)
    if decision.view is not None:
        _move_view(session, task, decision.view, body, act=act, dependencies=dependencies)
    if row.tells is not None and is_team_told(task, row):
        _tell_team(session, row.tells, task, changed, act=act, dependencies=dependencies)
    return changed


def _event_in_history(row: Transition) -> str:
    if row.event == "void" and not row.hides:
        return ASKED_TO_VOID
    return NOTED_AS.get(row.event, row.event)


def _move_view(
    session: Session, task: TaskView, state: View, body: TransitionBody, *, act: Act, dependencies: Dependencies
) -> None:
    reason = body.reason if state in REASON_SHOWN else None
    row = sent.move_view(session, task.id, state, reason, act.now)
    if row is not None:
        tell_referrer(session, task, state, row, ids=dependencies.ids, now=act.now)


def _tell_team(
    session: Session, kind: str, before: TaskView, after: TaskView, *, act: Act, dependencies: Dependencies
) -> None:
    due = None if after.due == NOTHING_DUE else after.due
    reopened = before.organization_id is not None and after.organization_id is None
    receivers = after.receivers if reopened else before.receivers
    tell_team(session, kind, after, receivers=receivers, ids=dependencies.ids, now=act.now, due_at=due)
