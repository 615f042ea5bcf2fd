"""A slip with which two browsers have begun is void: one of them holds a copy, and nobody knows which.

Begun means that a password was chosen with it, in a ticket that is not over. Whoever comes second is told so, and so is
the first at the next step; a new slip is printed as for any other that was lost. Not for the browser that begins anew
with the slip that it has begun with: its former ticket is put away first.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from directory_service.accounts.domain.lifetimes import TICKET_LASTS
from directory_service.accounts.store.tables import Account, Slip, Ticket
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.print_slip import PrintedSlip, half_digest, slip_digest
from service_kit.db import audit
from service_kit.identity import Scope


def void_copied_slip(session: Session, slip: Slip, now: datetime, *, unless: UUID | None = None) -> bool:
    """Void the slip, which is locked, where another ticket than `unless` has begun with it; whether it is void."""
    others = _begun_tickets(slip, unless).where(Ticket.expires_at > now)
    if slip.voided_at is None and session.scalar(select(others.exists())):
        slip.voided_at = now
        audit.record(session, "slip.void", ("account", slip.account_id), Scope(account=slip.account_id), now)
    return slip.voided_at is not None


def is_copied(session: Session, dependencies: Dependencies, printed: PrintedSlip) -> bool:
    """Whether what was printed, a slip or one half of it, is void for that; for whoever may see the account."""
    void = select(Slip).join(Account, Account.id == Slip.account_id).where(Account.user_name == printed.user_name)
    void = void.where(Slip.voided_at.is_not(None), Slip.used_at.is_(None), Slip.ended_at.is_(None))
    return any(
        slip.digest == slip_digest(dependencies, slip.account_id, printed.code)
        or slip.first_half == half_digest(dependencies, slip.account_id, printed.code)
        for slip in session.scalars(void)
    )


def last_begun_at(session: Session, slip: Slip, *, unless: UUID) -> datetime | None:
    """When another ticket that has begun with the slip was opened, the last of those that ended with nothing; UTC."""
    over = _begun_tickets(slip, unless).with_only_columns(func.max(Ticket.expires_at))
    expired_at = session.scalar(over)
    return expired_at - TICKET_LASTS if expired_at else None


def _begun_tickets(slip: Slip, unless: UUID | None) -> Select[UUID]:
    begun = select(Ticket.id).where(Ticket.account_id == slip.account_id, Ticket.slip_id == slip.id)
    begun = begun.where(Ticket.used_at.is_(None), Ticket.password_hash.is_not(None))
    return begun if unless is None else begun.where(Ticket.id != unless)
