"""Transitions by a referrer after sending: withdraw, and (prison health staff) answer a question, change the release.

Why: rule 1. Whether it may happen, its 412 and its 409 are decided by the referrer's own rows alone (for prison health
staff also by those that the team shares, but for a withdrawal); only then is the
referral locked, to end or to resume the provider's task, and nothing read there goes into the answer. Promises:
the same statements for a live referral and for a ghost, whose event is for nobody.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.effects import effects
from referral_service.domain.lifecycle import Decision, decide
from referral_service.domain.sent_referral import SentReferral
from referral_service.domain.status import INFO_REQUESTED
from referral_service.domain.task_view import TaskView
from referral_service.domain.transition_body import TransitionBody
from referral_service.store import custody_rows, sent, task_history, tasks
from referral_service.store.referral_lock import lock_for_update
from referral_service.use_cases.change_release import change_release, write_release
from referral_service.use_cases.check_transition_body import check_transition_body
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.referral_events import tell_team
from service_kit.db import audit
from service_kit.identity import Principal


def act_as_referrer(
    session: Session,
    sender: Principal,
    referral_id: UUID,
    event: str,
    body: TransitionBody,
    *,
    check: Callable[[int], None],
    dependencies: Dependencies,
    now: datetime,
) -> SentReferral:
    """The referral as its sender sees it afterwards. Raises NotFound, problems 428 and 412, NotAllowed."""
    check_transition_body(session, sender, event, body, now)
    sent.get_sent(session, sender, referral_id, now=now)
    lock_for_update(session, referral_id)
    known = sent.get_sent(session, sender, referral_id, now=now)
    check(known.version)
    decision = decide(event, known.known_facts, sender.role, body)
    if decision.view is not None:
        sent.move_view(session, referral_id, decision.view, body.reason, now)
    if decision.transition.custody == "answer":
        custody_rows.write_custody(session, referral_id, now, open_question=None)
    if decision.transition.custody == "release":
        write_release(session, referral_id, body, now)
        change_release(session, referral_id, decision, body, dependencies=dependencies, now=now)
    else:
        _behind_the_wall(session, sender, referral_id, decision, body, dependencies=dependencies, now=now)
    audit.record(session, f"referral.{event}", ("referral", referral_id), sender, now)
    return sent.get_sent(session, sender, referral_id, now=now)


def _behind_the_wall(
    session: Session,
    sender: Principal,
    referral_id: UUID,
    decision: Decision,
    body: TransitionBody,
    *,
    dependencies: Dependencies,
    now: datetime,
) -> None:
    """What the act means for the provider. Returns nothing, on purpose."""
    task = tasks.task_in_hand(session, referral_id)
    if task is None or not _concerns(session, task, decision, body, now):
        return
    at = dependencies.circumstances(task.district, now, sender.organization)
    changed = tasks.change_task(session, task, effects(task, decision, body, at))
    if decision.transition.destroys_key:
        tasks.destroy_key(session, referral_id)
    task_history.note_event(session, referral_id, decision.transition.event, now, reason=body.reason)
    if decision.transition.tells is not None:
        account = sender.account if decision.transition.custody else None
        nobody = () if task.ghost else None
        tell_team(
            session,
            decision.transition.tells,
            changed,
            ids=dependencies.ids,
            now=now,
            receivers=nobody,
            account=account,
        )


def _concerns(session: Session, task: TaskView, decision: Decision, body: TransitionBody, now: datetime) -> bool:
    """Whether the task is touched: not by the answer to a question of a candidate that has left since.

    The team of a ghost keeps no questions, yet its clock goes on as it would have.
    """
    if decision.transition.custody != "answer" or body.answer is None:
        return True
    answered = task_history.answer_question(session, task.id, body.answer, now)
    return answered or task.business_status == INFO_REQUESTED
