"""Copy the sealed identity to the service that accepted a forwarded referral.

Why: consent covered another service, yet a service that has not accepted has no business with the identity (section 4,
forward). Promises: what the person last put right travels, whichever record of the chain it stands on; opened and
sealed again under the new record's own key in one transaction; where every earlier key has been destroyed there is
nothing to hand on, and nothing happens.
"""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.wall import TaskView
from referral_service.store.referral_lock import lock_for_update
from referral_service.store.rows import insert_rows
from referral_service.store.sealed import Sealed, find_sealed, sealed_rows
from referral_service.store.tasks import chain_of
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.seal_identity import seal, unseal

_NEVER = datetime.min.replace(tzinfo=UTC)


def carry_identity(session: Session, task: TaskView, dependencies: Dependencies) -> None:
    """Copy the identity from the chain's other records; leaves the task in hand."""
    lock_for_update(session, task.root_id)
    known = _sealed_of_chain(session, task)
    lock_for_update(session, task.id)
    if known:
        source, found = max(known, key=lambda one: one[1].corrected_at or _NEVER)  # of equals the first record
        identity = unseal(dependencies.keyring, found.key, source, found.sealed)
        key = dependencies.keyring.new_record_key()
        sealed = seal(dependencies.keyring, key, task.id, identity)
        copy = Sealed(key, sealed, found.contact_hint, corrected_at=found.corrected_at)
        insert_rows(session, sealed_rows(task.id, copy))


def _sealed_of_chain(session: Session, task: TaskView) -> list[tuple[UUID, Sealed]]:
    """What is left of the other records, the first one first; each is taken in hand in turn."""
    known = []
    for record_id in chain_of(session, task.root_id):
        lock_for_update(session, record_id)
        found = None if record_id == task.id else find_sealed(session, record_id)
        if found is not None:
            known.append((record_id, found))
    return known
