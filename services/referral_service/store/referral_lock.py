"""Advisory lock on one referral: it orders the writers, and the policies let in the locked row alone.

Why: an act of a provider also moves the referrer's row, and an officer's withdrawal also ends the provider's task;
neither role may read the other side. Promises: one statement; the advisory lock and the setting live until the
transaction ends, so what is read afterwards is what the last writer committed; a second call re-targets the write
scope, and both locks stay held. When not to use it: before the use case has found the referral by its own role's
relation, or to answer with what is read.
"""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

_TAKE = text("SELECT pg_advisory_xact_lock(hashtextextended(:referral, 0)), set_config('setu.hand', :referral, true)")


def lock_for_update(session: Session, referral_id: UUID) -> None:
    """Wait for the referral's other writers, then hold it until the transaction ends."""
    session.execute(_TAKE, {"referral": str(referral_id)})
