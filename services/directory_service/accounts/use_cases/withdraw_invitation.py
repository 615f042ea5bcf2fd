"""Taking invitations back before they are accepted: one by whoever manages the place, all as a manager goes.

Promises: nobody comes in by an invitation whose sender may have gone, or may have been somebody else, since: as the
membership of somebody who could send ends, or that account is reset, all that is open there is withdrawn in the same
transaction, each with its line in the log. Whoever manages the place sends anew what is still wanted.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory_service.accounts.store.tables_invitations import Invitation
from service_kit.db import audit
from service_kit.identity import Principal, Scope


def withdraw_invitation(session: Session, who: Principal, wanted: UUID, now: datetime) -> bool:
    """False where the caller's organisation has sent none such that is open, refused ones counting as open."""
    row = session.get(Invitation, wanted, with_for_update=True)
    if row is None or row.organization_id != who.organization:
        return False
    if row.withdrawn_at is not None or row.answer == "accepted" or row.ends_at <= now:
        return False
    row.withdrawn_at = now
    audit.record(session, "invitation.withdraw", ("invitation", wanted), who, now)
    return True


def withdraw_invitations_of(session: Session, who: Principal | Scope, manager: UUID, now: datetime) -> None:
    """Withdraw what is open where this account's membership as manager ended at `now`, or all of its as it is reset.

    By the database's function, since the caller may see neither. But what two people gave stays.
    """
    session.flush()
    for withdrawn in session.scalars(select(func.withdraw_open_of(manager, now))).all():
        audit.record(session, "invitation.withdraw", ("invitation", withdrawn), who, now)
