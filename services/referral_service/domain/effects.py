"""What a decided transition makes of a task: the task afterwards, as a value; whether its team hears of it; its birth.

Why: the table says *what* touches which clock; this says how, once, for acts of providers, referrers, coordinators and
the worker. Promises: pure; returns a new task and changes nothing. Times are aware, in UTC. When not to use it: for
the referrer's row (`Decision.view` says it), or for what an event holds (`use_cases/referral_events.py`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from referral_service.domain import clocks
from referral_service.domain.candidates import claimed_by, without_candidate
from referral_service.domain.case_worker_due import next_appointment, with_case_worker_due
from referral_service.domain.child_clock import keep_child_clock, start_child_clock
from referral_service.domain.circumstances import Circumstances
from referral_service.domain.clocks import NOTHING_DUE, Clock
from referral_service.domain.coordinator_list import with_coordinator_due
from referral_service.domain.lifecycle import Decision
from referral_service.domain.listed_service import ListedService
from referral_service.domain.status import ENDED, NO_RESPONSE, UNDECIDED, Status
from referral_service.domain.task_view import TaskView
from referral_service.domain.transition_body import TransitionBody
from referral_service.domain.transitions import SYSTEM, Transition

_BY_ITSELF = frozenset({SYSTEM})


def new_task(unasked: TaskView, receivers: Sequence[ListedService], *, direct: bool, at: Circumstances) -> TaskView:
    """A task as it is born, of one on which no clock runs yet: one service is asked (`direct`) or every receiver."""
    task, clock = start_child_clock(unasked, at), _acknowledge_by(unasked.priority, at)
    organizations, services = [each.organization for each in receivers], [each.id for each in receivers]
    if direct:
        return replace(task, organization_id=organizations[0], service_id=services[0], **clock)
    return replace(task, candidate_organizations=organizations, candidate_services=services, **clock)


def effects(task: TaskView, decision: Decision, body: TransitionBody, at: Circumstances) -> TaskView:
    """The task afterwards, its version one higher."""
    row = decision.transition
    after = replace(task, version=task.version + 1, touched_at=at.now, untouched_told_at=None)
    if row.hides:
        return keep_child_clock(_hidden(after, decision, at.now))
    if row.claims and task.unclaimed and at.organization is not None:
        after = claimed_by(after, at.organization)
    if row.drops and at.organization is not None:
        after = without_candidate(after, at.organization)  # why one candidate declined is not for the others
    else:
        after = _recorded(after, decision, body, at.now)
    if row.business_status is not None or row.event == "answer" or row.target is not None:
        after = replace(after, business_status=row.business_status)
    if row.clock is not None:
        after = _start_clock(after, row.clock, body, at)
    if row.target is not None:  # else a referrer's act, whose status is only what they may infer, would write it
        after = _closed(replace(after, status=decision.status), at.now)
    after = with_case_worker_due(after, at.now, at.times.untouched)
    return keep_child_clock(with_coordinator_due(task, after, row, body, at))


def is_team_told(before: TaskView, row: Transition) -> bool:
    """Whether the team hears of a transition that tells something; `before`: the task as it stood.

    That consent was taken back, or the referral voided, is told at once to a team that had opened it or was shown the
    card, to stop; any other goes on waiting for an answer, and knows nobody whom it should not contact.
    """
    if row.hides and not (before.opened or before.card_shown_at):
        return False
    if row.drops and before.unclaimed:
        return False
    return row.tells_of_ghosts or not before.ghost


def _hidden(task: TaskView, decision: Decision, now: datetime) -> TaskView:
    hidden = replace(task, ghost=True, needs=None, appointment_at=None, coordinator_due=None)
    if decision.transition.target is not None:
        hidden = replace(hidden, ended_as=decision.status)
    return hidden if task.status in UNDECIDED else _end(hidden, task.closed_at or now)


def _recorded(task: TaskView, decision: Decision, body: TransitionBody, now: datetime) -> TaskView:
    row = decision.transition
    recorded = replace(
        task, outcome=body.outcome or task.outcome, first_contact=body.first_contact or task.first_contact
    )
    if row.target is not None:
        recorded = replace(recorded, reason=NO_RESPONSE if row.who == _BY_ITSELF else body.reason)
    if row.event == "contact" and not task.ghost:
        recorded = replace(recorded, appointment_at=next_appointment(task, body, now))
    if row.event == "assign":
        return replace(recorded, assigned_to=body.assignee)
    opens = decision.status is Status.RECEIVED and row.claims
    return replace(recorded, opened_at=now) if opens else recorded


def _closed(task: TaskView, now: datetime) -> TaskView:
    """Closing is when nothing is left to do: at the end, or for a ghost as soon as it has been answered."""
    is_over = task.status in ENDED or (task.ghost and not task.answer_anyway)
    return _end(task, now) if is_over else task


def _end(task: TaskView, at: datetime) -> TaskView:
    """A ghost keeps its release date while it waits, since the priority follows it; then nothing of the person."""
    release_on = None if task.ghost else task.release_on
    return replace(_stop_clocks(task), closed_at=at, appointment_at=None, release_on=release_on)


def _stop_clocks(task: TaskView) -> TaskView:
    return replace(
        task,
        clock=Clock.NONE,
        due=NOTHING_DUE,
        ack_due=None,
        remind_at=None,
        escalate_at=None,
        expire_at=None,
        decision_due=None,
        paused_at=None,
        contact_due=None,
        review_on=None,
    )


def _start_clock(task: TaskView, clock: Clock, body: TransitionBody, at: Circumstances) -> TaskView:
    if clock is Clock.REVIEW and body.review_on is not None:
        return _review(task, body.review_on)
    start = _STARTS.get(clock)
    return _stop_clocks(task) if start is None else start(task, at)


def _acknowledge(task: TaskView, at: Circumstances) -> TaskView:
    return replace(_stop_clocks(task), **_acknowledge_by(task.priority, at))


def _acknowledge_by(priority: str, at: Circumstances) -> Mapping[str, Any]:
    due = clocks.acknowledge(priority, at.now, at.is_holiday, at.times)
    return {
        "clock": Clock.ACKNOWLEDGE,
        "ack_due": due.escalate,
        "due": due.escalate,
        "remind_at": due.remind,
        "escalate_at": due.escalate,
        "expire_at": due.expire,
    }


def _decide(task: TaskView, at: Circumstances) -> TaskView:
    """From opening on."""
    due = clocks.decision_due(task.priority, at.now, at.is_holiday, at.times)
    expire = clocks.expiry_after_opening(task.priority, at.now, at.is_holiday, at.times)
    return replace(_decide_by(_stop_clocks(task), due, at), expire_at=expire)


def _pause(task: TaskView, at: Circumstances) -> TaskView:
    """The decision waits for an answer, but not for ever: its reminder lets it run on."""
    again = clocks.pause_ends(task.priority, at.now, at.is_holiday, at.times)
    return replace(task, clock=Clock.PAUSED, paused_at=at.now, remind_at=again, escalate_at=None)


def run_on(task: TaskView, at: Circumstances) -> TaskView:
    """A paused decision goes on: the pause's length is added. A task with any other clock stays as it is."""
    if task.clock != Clock.PAUSED or task.paused_at is None or task.decision_due is None:
        return task
    due = clocks.due_after_pause(task.priority, task.decision_due, at.now - task.paused_at, at.is_holiday)
    return replace(_decide_by(task, due, at), paused_at=None)


def _decide_by(task: TaskView, due: datetime, at: Circumstances) -> TaskView:
    escalate = clocks.decision_escalation(task.priority, due, at.is_holiday, at.times)
    return replace(task, clock=Clock.DECIDE, decision_due=due, due=due, remind_at=due, escalate_at=escalate)


def _contact(task: TaskView, at: Circumstances) -> TaskView:
    due = clocks.contact_due(task.priority, at.now, at.is_holiday, at.times)
    return replace(_stop_clocks(task), clock=Clock.CONTACT, contact_due=due, due=due, remind_at=due)


def _work(task: TaskView, _at: Circumstances) -> TaskView:
    return replace(_stop_clocks(task), clock=Clock.WORK)


def _review(task: TaskView, day: date) -> TaskView:
    return replace(_stop_clocks(task), clock=Clock.REVIEW, review_on=day)


_STARTS: Mapping[Clock, Callable[[TaskView, Circumstances], TaskView]] = {
    Clock.ACKNOWLEDGE: _acknowledge,
    Clock.DECIDE: _decide,
    Clock.PAUSED: _pause,
    Clock.RESUME: run_on,
    Clock.CONTACT: _contact,
    Clock.WORK: _work,
}
