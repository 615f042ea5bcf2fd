"""Taking an invitation back before it is accepted."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.accounts.store.tables_invitations import Invitation
from service_kit.db import audit
from service_kit.identity import Principal


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
