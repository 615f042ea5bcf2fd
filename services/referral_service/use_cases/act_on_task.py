"""An act of a provider, a coordinator or a data officer on a referral: every event that is not the referrer's.

Order: 404 by the own relation, then the referral is taken in hand and read again, 404 once more (another candidate may
have claimed it), the caller's version check (428, 412), the table (409). Promises: of many acts at the same version
exactly one happens; a ghost is answered like any other and only the referrer's row tells.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain import vocabulary as words
from referral_service.domain.clocks import today
from referral_service.domain.lifecycle import Decision, decide
from referral_service.domain.vocabulary import Status
from referral_service.domain.wall import TaskView
from referral_service.store import sent, tasks
from referral_service.store.hand import take_in_hand
from referral_service.use_cases.announce import tell_custody
from referral_service.use_cases.apply_decision import Act, apply_decision
from referral_service.use_cases.carry_identity import carry_identity
from referral_service.use_cases.end_consent import end_consent_of_chain
from referral_service.use_cases.errors import NotFound
from referral_service.use_cases.forward_referral import ask_to_forward, forward_referral
from referral_service.use_cases.means import Means
from service_kit.db import audit
from service_kit.web.auth import Principal
from service_kit.web.problems import FieldError, invalid

FARTHEST = timedelta(days=366 * 2)
"""No appointment or review lies further ahead."""


def act_on_task(
    session: Session,
    actor: Principal,
    referral_id: UUID,
    event: str,
    body: Mapping[str, Any],
    *,
    check: Callable[[int], None],
    means: Means,
    now: datetime,
) -> TaskView:
    """The task afterwards. `check` gets the version at hand. Raises NotFound, problems 422, 428 and 412, NotAllowed."""
    check_days(body, now)
    task = _in_hand(session, actor, referral_id, now)
    check(task.version)
    view = sent.view_state(session, task.id)
    decision = decide(event, task.standing(actor.organization, view), actor.role, body)
    changed = _done(session, actor, task, decision, body, means=means, now=now)
    audit.record(
        session,
        action=f"referral.{event}",
        actor=actor.account,
        organization=actor.organization,
        object_type="referral",
        object_id=str(referral_id),
        outcome="done",
        at=now,
    )
    return changed


def check_days(body: Mapping[str, Any], now: datetime) -> None:
    """Dates of an event's body: contacts lie behind, reviews and appointments ahead. Raises the 422 problem."""
    ahead = now + FARTHEST
    wrong: dict[str, Callable[[Any], bool]] = {
        "first_contact": lambda day: not today(now - FARTHEST) <= day <= today(now),
        "time": lambda at: not now - FARTHEST <= at <= now,
        "review_on": lambda day: not today(now) <= day <= today(ahead),
        "next_appointment": lambda at: not now <= at <= ahead,
    }
    errors = [
        FieldError(name, "Not a date that fits.")
        for name, is_wrong in wrong.items()
        if body.get(name) is not None and is_wrong(body[name])
    ]
    if errors:
        raise invalid(*errors)


def _in_hand(session: Session, actor: Principal, referral_id: UUID, now: datetime) -> TaskView:
    found = tasks.find_task(session, actor, referral_id, now)
    if found is None:
        raise NotFound
    if found.root_id != referral_id:
        take_in_hand(session, found.root_id)  # a chain is always locked from its root on
    take_in_hand(session, referral_id)
    task = tasks.find_task(session, actor, referral_id, now)
    if task is None:
        raise NotFound
    return task


def _done(
    session: Session,
    actor: Principal,
    task: TaskView,
    decision: Decision,
    body: Mapping[str, Any],
    *,
    means: Means,
    now: datetime,
) -> TaskView:
    event, act = decision.transition.event, Act(actor.organization, now)
    if event == "forward":
        if actor.role == words.COORDINATOR:
            return forward_referral(session, actor, task, body, means=means, now=now)
        return ask_to_forward(session, task, decision, act, means)
    if event == "withdraw-consent":
        return end_consent_of_chain(session, task, actor.role, act, means)
    _custody(session, task, decision, body, means=means, now=now)
    changed = apply_decision(session, task, decision, body, act=act, means=means)
    if changed.status is Status.ACCEPTED and event == "accept" and task.forwarded_from is not None and not task.ghost:
        carry_identity(session, task, means)
    return changed


def _custody(
    session: Session, task: TaskView, decision: Decision, body: Mapping[str, Any], *, means: Means, now: datetime
) -> None:
    """The provider's question and appointment: in the custody row for a ghost too, in the own notes only if live."""
    if decision.transition.custody == "question":
        row = sent.write_custody(session, task.id, now, open_question=body["question"])
        if row is not None:
            tell_custody(session, task, row, ids=means.ids, now=now)
        if not task.ghost:
            tasks.add_question(session, task.id, body["question"], now)
    if decision.transition.custody == "appointment":
        if body.get("next_appointment") is not None:
            sent.write_custody(session, task.id, now, appointment_at=body["next_appointment"])
        if not task.ghost:
            at = body.get("time") or now
            tasks.add_attempt(session, task.id, at, body["attempt"], body.get("next_appointment"))
