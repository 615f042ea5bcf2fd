"""End a consent: destroy the key at once, close the referral and every record it was forwarded to.

What is cancelled and what keeps its status, that the key goes and the task is hidden, is decided by the rows
`withdraw-consent` of `domain/transitions.py`; here stands that it is done to each record of the chain.
Why: rule 7. As easy as consenting, in every state, at the provider and by the code on the card, which a data officer
who takes it by phone cannot do without: nobody may end by an id what somebody else agreed to. Promises: writes nothing
of the referrer's side, so no officer's answer changes (rule 1); repeats change nothing; a team that had opened it is
told to stop, and no other (`is_team_told` of `domain/effects.py`).
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.lifecycle import NotAllowed, decide
from referral_service.domain.task_view import TaskView
from referral_service.domain.transition_body import NOTHING_SAID
from referral_service.domain.transitions import PERSON
from referral_service.store import tasks
from referral_service.store.referral_lock import lock_for_update
from referral_service.use_cases.apply_decision import Act, apply_decision
from referral_service.use_cases.dependencies import Dependencies

NOBODY = UUID(int=0)
EVENT = "withdraw-consent"


def end_consent_of_chain(session: Session, task: TaskView, role: str, act: Act, dependencies: Dependencies) -> TaskView:
    """For an actor who holds one record of the chain: end them all, and return that one."""
    end_consent(session, task.root_id, role, act, dependencies)
    lock_for_update(session, task.id)
    changed = tasks.task_in_hand(session, task.id)
    if changed is None:
        raise NotAllowed(EVENT)
    return changed


def end_consent_by_person(session: Session, root_id: UUID, now: datetime, dependencies: Dependencies) -> int:
    """By the code on the card; nobody's account stands behind it. Returns how many records it ended."""
    return end_consent(session, root_id, PERSON, Act(None, now), dependencies)


def end_consent(session: Session, root_id: UUID, role: str, act: Act, dependencies: Dependencies) -> int:
    """End what is not ended yet and return how many that were. Each record is taken in hand in turn."""
    ended = 0
    lock_for_update(session, root_id)
    for referral_id in tasks.chain_of(session, root_id):
        lock_for_update(session, referral_id)
        task = tasks.task_in_hand(session, referral_id)
        if task is not None and not task.ghost:
            decision = decide(EVENT, task.known_facts(act.organization or NOBODY, None), role, NOTHING_SAID)
            apply_decision(session, task, decision, NOTHING_SAID, act=act, dependencies=dependencies)
            ended += 1
    return ended
