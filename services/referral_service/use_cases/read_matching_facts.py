"""Decrypt the facts that decide who fits, for matching on behalf of a coordinator who is shown nothing of it.

Promises: needs the referral's own key, so that with the key (and the consent) gone there is nothing to match with; each
reading is one line of the audit log; the name, the number and the notes stay sealed.
When not to use it: to answer anybody. What a coordinator is told is `domain/forward_choice.py`.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from referral_service.domain.matching_facts import MatchingFacts
from referral_service.domain.task_view import TaskView
from referral_service.store.referral_lock import lock_for_update
from referral_service.store.sealed_identities import lock_chain_and_find_last_sealed
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.seal_identity import unseal_matching_facts
from service_kit.db import audit
from service_kit.identity import Principal
from service_kit.keyring import CannotOpen


def read_matching_facts(
    session: Session, who: Principal, task: TaskView, *, dependencies: Dependencies, now: datetime
) -> MatchingFacts | None:
    """As the person last put it right; None where no key is left or the seal cannot be opened. Holds the task."""
    last = lock_chain_and_find_last_sealed(session, task.root_id)
    lock_for_update(session, task.id)
    if last is None:
        return None
    try:
        facts = unseal_matching_facts(dependencies.keyring, *last)
    except CannotOpen:
        facts = None
    outcome = "failed" if facts is None else "done"
    audit.record(session, "referral.fit.read", ("referral", task.root_id), who, now, outcome=outcome)
    return facts
