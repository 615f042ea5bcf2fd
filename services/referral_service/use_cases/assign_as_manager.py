"""Assignment by a provider's manager, who may know reference, status, due times and owner, and nothing else.

Promises: found through the view `team_referral`, then the one referral is locked and changed as a case worker's
assignment would; the answer is made of the view again.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.lifecycle import decide
from referral_service.domain.team_referral import TeamReferral
from referral_service.domain.transition_body import TransitionBody
from referral_service.store import tasks
from referral_service.store.referral_lock import lock_for_update
from referral_service.use_cases.apply_decision import Act, apply_decision
from referral_service.use_cases.check_transition_body import check_transition_body
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.list_team import get_team_referral
from service_kit.db import audit
from service_kit.errors import NotFound
from service_kit.identity import Principal


def assign_as_manager(
    session: Session,
    manager: Principal,
    referral_id: UUID,
    event: str,
    body: TransitionBody,
    *,
    check: Callable[[int], None],
    dependencies: Dependencies,
    now: datetime,
) -> TeamReferral:
    """The referral as the team's list shows it. Raises NotFound, problems 422, 428 and 412, NotAllowed."""
    check_transition_body(session, manager, event, body, now)
    get_team_referral(session, referral_id, now=now)
    lock_for_update(session, referral_id)
    check(get_team_referral(session, referral_id, now=now).version)
    task = tasks.task_in_hand(session, referral_id)
    if task is None:
        raise NotFound
    decision = decide(event, task.known_facts(manager.organization, None), manager.role, body)
    apply_decision(session, task, decision, body, act=Act(manager.organization, now), dependencies=dependencies)
    audit.record(session, f"referral.{event}", ("referral", referral_id), manager, now)
    return get_team_referral(session, referral_id, now=now)
