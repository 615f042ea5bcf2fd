"""Transitions by a provider, coordinator or data officer: every event that is not the referrer's.

Order: 404 by the own relation, then the referral is locked and read again, 404 once more (another candidate may
have claimed it), the caller's version check (428, 412), the table (409). Promises: of many acts at the same version
exactly one happens; a ghost is answered like any other and only the referrer's row tells.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.lifecycle import Decision, NotAllowed, decide
from referral_service.domain.reasons_and_outcomes import IN_CONTACT
from referral_service.domain.standing import begins_nothing
from referral_service.domain.task_view import TaskView
from referral_service.domain.transition_body import TransitionBody
from referral_service.domain.trial import NO_NOTES
from referral_service.store import custody_rows, sent, task_history, tasks
from referral_service.store.directory import find_organization
from referral_service.store.referral_lock import lock_for_update
from referral_service.store.task_history import AttemptLine
from referral_service.use_cases.apply_decision import Act, apply_decision
from referral_service.use_cases.carry_identity import carry_identity
from referral_service.use_cases.case_notes import write_note
from referral_service.use_cases.check_transition_body import check_came_after, check_transition_body
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.end_consent import end_consent_of_chain
from referral_service.use_cases.figures.count_settled_need import count_settled_need
from referral_service.use_cases.forward_referral import forward_referral
from referral_service.use_cases.referral_events import APPOINTMENT_MADE, QUESTION_ASKED, tell_custody
from service_kit.db import audit
from service_kit.errors import FieldError, Invalid, NotFound
from service_kit.identity import Principal
from setu import roles
from setu.india import day_in_india


def act_on_task(
    session: Session,
    actor: Principal,
    referral_id: UUID,
    event: str,
    body: TransitionBody,
    *,
    check: Callable[[int], None],
    dependencies: Dependencies,
    now: datetime,
) -> TaskView:
    """The task afterwards. `check` gets the current version. Raises NotFound, problems 422, 428 and 412, NotAllowed."""
    check_transition_body(session, actor, event, body, now)
    if dependencies.trial and body.text is not None:
        raise Invalid(FieldError("text", NO_NOTES))
    task = _in_hand(session, actor, referral_id, now)
    check(task.version)
    if body.reference is not None and body.reference != task.reference:
        raise Invalid(FieldError("reference", "Not the reference of this referral."))
    check_came_after(task, body)
    view = sent.view_state(session, task.id)
    decision = decide(event, task.known_facts(actor.organization, view), actor.role, body)
    if decision.transition.claims and task.unclaimed:
        _check_takes_new(session, actor)
    changed = _apply_transition(session, actor, task, decision, body, dependencies=dependencies, now=now)
    audit.record(session, f"referral.{event}", ("referral", referral_id), actor, now)
    return changed


def start_with_attempt(
    session: Session,
    worker: Principal,
    task: TaskView,
    attempt: TransitionBody,
    *,
    dependencies: Dependencies,
    now: datetime,
) -> None:
    """Say the first contact with the attempt that it was, once that has been recorded in this transaction.

    Nothing happens where the person was neither met nor reached, or the work has begun.
    """
    if attempt.attempt not in IN_CONTACT or "start" not in task.actions(worker.organization, worker.role):
        return
    body = TransitionBody(first_contact=day_in_india(attempt.time or now))
    act_on_task(
        session, worker, task.id, "start", body, check=lambda _version: None, dependencies=dependencies, now=now
    )


def _check_takes_new(session: Session, actor: Principal) -> None:
    """A candidate that is suspended or closing finishes what it holds, and claims nothing more. Raises NotAllowed."""
    provider = find_organization(session, actor.organization)
    if provider is not None and begins_nothing(provider.status):
        raise NotAllowed("Your organisation is suspended or closing, and takes nothing new.")


def _in_hand(session: Session, actor: Principal, referral_id: UUID, now: datetime) -> TaskView:
    found = tasks.find_task(session, actor, referral_id, now)
    if found is None:
        raise NotFound
    if found.root_id != referral_id:
        lock_for_update(session, found.root_id)  # a chain is always locked from its root on
    lock_for_update(session, referral_id)
    task = tasks.find_task(session, actor, referral_id, now)
    if task is None:
        raise NotFound
    return task


def _apply_transition(
    session: Session,
    actor: Principal,
    task: TaskView,
    decision: Decision,
    body: TransitionBody,
    *,
    dependencies: Dependencies,
    now: datetime,
) -> TaskView:
    event, act = decision.transition.event, Act(actor.organization, now)
    if event == "forward" and actor.role == roles.COORDINATOR:
        return forward_referral(session, actor, task, body, dependencies=dependencies, now=now)
    if event == "withdraw-consent":
        return end_consent_of_chain(session, task, actor.role, act, dependencies)
    _custody(session, actor, task, decision, body, dependencies=dependencies, now=now)
    changed = apply_decision(session, task, decision, body, act=act, dependencies=dependencies)
    if event == "accept" and task.forwarded_from is not None and not task.ghost:
        carry_identity(session, task, dependencies)
    if event == "note" and body.text is not None:
        write_note(session, actor, task.id, body.text, dependencies=dependencies, now=now)
    if event == "settle":
        count_settled_need(session, task, body.reason, now)
    return changed


def _custody(
    session: Session,
    actor: Principal,
    task: TaskView,
    decision: Decision,
    body: TransitionBody,
    *,
    dependencies: Dependencies,
    now: datetime,
) -> None:
    """The provider's question and appointment: in the custody row for a ghost too, in the own notes only if live."""
    custody = decision.transition.custody
    if custody == "question" and body.question is not None:
        known = custody_rows.find_custody(session, task.id)
        row = custody_rows.write_custody(session, task.id, now, open_question=body.question)
        if row is not None and known is not None and not known.over(now):
            tell_custody(session, QUESTION_ASKED, task, row, ids=dependencies.ids, now=now)
        if not task.ghost:
            task_history.add_question(session, task.id, body.question)
    if custody == "appointment" and body.attempt is not None:
        if body.next_appointment is not None:
            _appoint(session, task, body.next_appointment, dependencies=dependencies, now=now)
        if not task.ghost:
            at = body.time or now
            line = AttemptLine(at, body.attempt, body.next_appointment, actor.account, now)
            task_history.add_attempt(session, task.id, line)


def _appoint(session: Session, task: TaskView, at: datetime, *, dependencies: Dependencies, now: datetime) -> None:
    """Prison health staff are told, unless the person has left by then; the day of release is the last one shown."""
    row = custody_rows.write_custody(session, task.id, now, appointment_at=at)
    known = custody_rows.find_custody(session, task.id)
    if row is not None and known is not None and known.appointment(now) is not None:
        tell_custody(session, APPOINTMENT_MADE, task, row, ids=dependencies.ids, now=now)
