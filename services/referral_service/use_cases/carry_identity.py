"""Copy the sealed identity to the service that accepted a forwarded referral.

When it goes along is decided by `act_on_task.py`: with the acceptance. Why: consent covered another service, yet a
service that has not accepted has no business with the identity (rule 5). Promises: what the person last put right
travels, whichever record of the chain it stands on; opened and sealed again under the new record's own key in one
transaction; where every earlier key has been destroyed there is nothing to hand on, and nothing happens.
"""

from sqlalchemy.orm import Session

from referral_service.domain.task_view import TaskView
from referral_service.store.referral_lock import lock_for_update
from referral_service.store.rows import insert_rows
from referral_service.store.sealed_identities import lock_chain_and_find_last_sealed, sealed_rows
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.seal_identity import seal_copy


def carry_identity(session: Session, task: TaskView, dependencies: Dependencies) -> None:
    """Copy the identity from the chain's other records; leaves the task in hand."""
    last = lock_chain_and_find_last_sealed(session, task.root_id)
    lock_for_update(session, task.id)
    if last is not None:
        insert_rows(session, sealed_rows(task.id, seal_copy(*last, task.id, dependencies)))
