"""Copy the sealed identity to the service that accepted a forwarded referral.

Why: consent covered another service, yet a service that has not accepted has no business with the identity (section 4,
forward). Promises: opened and sealed again under the new record's own key in one transaction; where the first record's
key has been destroyed there is nothing to hand on, and nothing happens.
"""

from sqlalchemy.orm import Session

from referral_service.domain.wall import TaskView
from referral_service.store.referral_lock import lock_for_update
from referral_service.store.rows import insert_rows
from referral_service.store.sealed import Sealed, find_sealed, sealed_rows
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.seal_identity import seal, unseal


def carry_identity(session: Session, task: TaskView, dependencies: Dependencies) -> None:
    """Copy the identity from the root of the chain; leaves the task in hand."""
    lock_for_update(session, task.root_id)
    found = find_sealed(session, task.root_id)
    lock_for_update(session, task.id)
    if found is not None:
        identity = unseal(dependencies.keyring, found.key, task.root_id, found.sealed)
        key = dependencies.keyring.new_record_key()
        sealed = seal(dependencies.keyring, key, task.id, identity)
        insert_rows(session, sealed_rows(task.id, Sealed(key, sealed, found.contact_hint)))
