"""Signing out, and ending another session of one's own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.accounts.store.tables import SessionRow
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.sessions import (
    announce_end,
    end_session,
)
from service_kit.db import audit
from service_kit.identity import Principal


def sign_out(session: Session, dependencies: Dependencies, who: Principal, now: datetime) -> None:
    """End the caller's session everywhere."""
    if not end_own_session(session, dependencies, who, who.session, now):
        announce_end(session, dependencies, who.session, who.expires_at, now)


def end_own_session(session: Session, dependencies: Dependencies, who: Principal, wanted: UUID, now: datetime) -> bool:
    """End one of the caller's own sessions; False where there is none such that still runs."""
    row = session.get(SessionRow, wanted)
    if row is None or row.account_id != who.account or row.ended_at is not None:
        return False
    end_session(session, dependencies, row, now)
    audit.record(session, "session.end", ("session", wanted), who, now)
    return True
