"""Tickets, half a sign-in each, kept for fifteen minutes: the browser holds a random one, the table its digest.

A ticket says what has been shown so far (a right password, a slip) and opens only the next step. It names its account,
so no look-up without a scope is needed. Good once, and over with a reset or a new password of its account.

Locks are taken account first, then ticket, by whoever needs both.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from directory_service.accounts.domain.lifetimes import TICKET_LASTS
from directory_service.accounts.store.tables import Ticket
from directory_service.accounts.use_cases.dependencies import Dependencies

SECOND_FACTOR, FIRST_SIGN_IN, INVITATION = "second_factor", "first_sign_in", "invitation"
_RANDOM = 32


def open_ticket(
    session: Session,
    dependencies: Dependencies,
    account: UUID,
    purpose: str,
    now: datetime,
    *,
    slip: UUID | None = None,
    membership: UUID | None = None,
) -> str:
    """Store a ticket and return what the browser keeps."""
    secret = dependencies.ids.random(_RANDOM)
    row = Ticket(
        id=dependencies.ids.uuid(),
        account_id=account,
        purpose=purpose,
        digest=dependencies.mac.digest("ticket", secret),
        slip_id=slip,
        membership_id=membership,
        expires_at=now + TICKET_LASTS,
    )
    session.add(row)
    session.flush()
    return urlsafe_b64encode(account.bytes + row.id.bytes + secret).decode()


def account_of(text: str) -> UUID | None:
    """The account that a ticket names; whether it holds is `find_ticket`'s answer."""
    parts = _parts(text)
    return parts[0] if parts else None


def find_ticket(session: Session, dependencies: Dependencies, text: str, purpose: str, now: datetime) -> Ticket | None:
    """The ticket, where it is real, of this purpose, unused and in time. Locks it."""
    parts = _parts(text)
    row = session.get(Ticket, parts[1], with_for_update=True) if parts else None
    if parts is None or row is None or row.purpose != purpose or row.used_at is not None or row.expires_at <= now:
        return None
    return row if hmac.compare_digest(row.digest, dependencies.mac.digest("ticket", parts[2])) else None


def end_tickets(session: Session, account: UUID, now: datetime) -> None:
    """End every open ticket of the account, which is locked.

    Before its sessions are ended: a sign-in that is being finished is waited for, and its session then ends as well.
    """
    open_ones = Ticket.account_id == account, Ticket.used_at.is_(None)
    session.execute(update(Ticket).where(*open_ones).values(used_at=now))


def _parts(text: str) -> tuple[UUID, UUID, bytes] | None:
    try:
        raw = urlsafe_b64decode(text.encode("ascii"))
    except ValueError:
        return None
    if len(raw) != 32 + _RANDOM:
        return None
    return UUID(bytes=raw[:16]), UUID(bytes=raw[16:32]), raw[32:]
