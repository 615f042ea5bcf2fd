"""Reassign all that an absent colleague holds: one act, to one colleague or back to nobody.

Promises: one transaction and one line in the audit log, and a line in the history of each referral; a ghost goes along
like any other, and nothing of the referrer's side moves; what ended meanwhile, or found another owner, stays as it is.
Referrals are locked in the order of their ids, so that two at once wait for each other and never in a circle.
When not to use it: for one referral (the event `assign`).
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.lifecycle import decide
from referral_service.domain.transition_body import TransitionBody
from referral_service.store import tasks, team_referrals
from referral_service.store.referral_lock import lock_for_update
from referral_service.store.team_members import list_everybody
from referral_service.use_cases.apply_decision import Act, apply_decision
from referral_service.use_cases.check_assignee import check_assignee
from referral_service.use_cases.dependencies import Dependencies
from service_kit.db import audit
from service_kit.errors import Invalid, NotFound
from service_kit.identity import Principal

EVENT = "assign"


def reassign_colleague(
    session: Session,
    actor: Principal,
    owner: UUID,
    assignee: UUID | None,
    *,
    dependencies: Dependencies,
    now: datetime,
) -> int:
    """How many referrals went over. Raises NotFound for who never was on the own team, and the 422 problem."""
    body = TransitionBody(assignee=assignee)
    if errors := list(check_assignee(session, actor, assignee, owner=owner)):
        raise Invalid(*errors)
    if all(member.account_id != owner for member in list_everybody(session, actor.organization)):
        raise NotFound
    held = team_referrals.held_by(session, owner)
    moved = [_assign(session, actor, referral_id, owner, body, dependencies, now) for referral_id in held]
    audit.record(session, "team.hand-over", ("account", owner), actor, now)
    return sum(moved)


def _assign(
    session: Session,
    actor: Principal,
    referral_id: UUID,
    owner: UUID,
    body: TransitionBody,
    dependencies: Dependencies,
    now: datetime,
) -> bool:
    lock_for_update(session, referral_id)
    task = tasks.task_in_hand(session, referral_id)
    if task is None or task.assigned_to != owner or EVENT not in task.actions(actor.organization, actor.role):
        return False
    decision = decide(EVENT, task.known_facts(actor.organization, None), actor.role, body)
    apply_decision(session, task, decision, body, act=Act(actor.organization, now), dependencies=dependencies)
    return True
