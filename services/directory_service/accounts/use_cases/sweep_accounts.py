"""Delete what accounts need no longer, and rewrap secrets.

What goes: used time steps, old tickets, second factors that nobody confirmed, sessions, invitations, keys.
"""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from directory_service.accounts.store.api_keys import forget_ended_keys
from directory_service.accounts.store.tables import (
    SecondFactor,
    SessionRow,
    Slip,
    Ticket,
    UsedStep,
)
from directory_service.accounts.store.tables_grants import GrantRequest, LetIn
from directory_service.accounts.store.tables_invitations import Invitation
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.organizations.domain.retention import ENDED_ACCESS_KEPT, TICKETS_KEPT, USED_CODES_KEPT
from service_kit.keyring import WrappedKey


def sweep_accounts(session: Session, now: datetime) -> None:
    """Delete what is over. Needs the worker's role."""
    session.execute(delete(UsedStep).where(UsedStep.used_at < now - USED_CODES_KEPT))
    session.execute(delete(Ticket).where(Ticket.expires_at < now - TICKETS_KEPT))
    left = SecondFactor.confirmed_at.is_(None), SecondFactor.begun_at < now - TICKETS_KEPT
    session.execute(delete(SecondFactor).where(*left))
    session.execute(delete(SessionRow).where(SessionRow.expires_at < now - ENDED_ACCESS_KEPT))
    session.execute(delete(Invitation).where(Invitation.ends_at < now - ENDED_ACCESS_KEPT))
    session.execute(delete(GrantRequest).where(GrantRequest.expires_at < now - ENDED_ACCESS_KEPT))
    session.execute(delete(LetIn).where(LetIn.ends_at < now))
    forget_ended_keys(session, now)
    kept = select(Ticket.slip_id).where(Ticket.slip_id.is_not(None))
    session.execute(delete(Slip).where(Slip.expires_at < now - ENDED_ACCESS_KEPT, Slip.id.not_in(kept)))


def rewrap_secrets(session: Session, dependencies: Dependencies) -> int:
    """Wrap the keys of second factors under the primary key-encryption key; how many were moved."""
    rows = session.scalars(
        select(SecondFactor)
        .where(SecondFactor.kek_id.is_not(None), SecondFactor.kek_id != dependencies.keyring.primary)
        .limit(500)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        if row.kek_id is None or row.wrapped_key is None:
            continue
        moved = dependencies.keyring.rewrap(WrappedKey(row.kek_id, row.wrapped_key))
        row.kek_id, row.wrapped_key = moved.kek_id, moved.wrapped
    return len(rows)
