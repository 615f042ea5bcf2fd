"""Find what a person last put right: the newest sealed identity of a chain of records, still sealed.

Why: a correction stands on the record whose case worker met the person, and both the next receiver and the matching of
the next forward go by it. Promises: of records that were never corrected the first one; None where every key is gone.
Takes each record in hand in turn, the first one first; the caller takes its own again.
"""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.store.referral_lock import lock_for_update
from referral_service.store.sealed import Sealed, find_sealed
from referral_service.store.tasks import chain_of

_NEVER = datetime.min.replace(tzinfo=UTC)


def find_last_sealed(session: Session, root_id: UUID) -> tuple[UUID, Sealed] | None:
    """The record that it stands on, and what is sealed there."""
    lock_for_update(session, root_id)
    known = []
    for record_id in chain_of(session, root_id):
        lock_for_update(session, record_id)
        found = find_sealed(session, record_id)
        if found is not None:
            known.append((record_id, found))
    return max(known, key=lambda one: one[1].corrected_at or _NEVER, default=None)  # of equals the first record
