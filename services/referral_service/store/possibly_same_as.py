"""Duplicate hint: which other referrals are possibly of the same person, since they were sealed with the same number.

Why: two officers may send one person, and a provider should not ring twice. Promises: told to the holder alone, of what
this transaction's scope reads (`_HELD` of `policies.py`), so never of another organisation's, and no sooner than the
identity may be opened, since it follows from the contact; `identity.contact_hint` holds a keyed digest
(`use_cases/seal_identity.py`), and goes with the identity. A hint, no proof: people share phones, and who gave no
number is the same as nobody.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral_service.domain.task_view import TaskView
from referral_service.store.tables import identity, task

MOST_TOLD = 5


def possibly_same_as(session: Session, found: TaskView, reader: UUID) -> Sequence[str]:
    """References of the others, oldest first, at most `MOST_TOLD`; none for a `reader` who is not its holder."""
    if found.organization_id != reader or not found.identity_open:
        return ()
    other = identity.alias()
    query = (
        select(task.c.reference)
        .join(other, other.c.referral_id == task.c.id)
        .join(identity, identity.c.contact_hint == other.c.contact_hint)
        .where(identity.c.referral_id == found.id, other.c.referral_id != found.id)
        .order_by(task.c.submitted_at, task.c.id)
        .limit(MOST_TOLD)
    )
    return session.scalars(query).all()
