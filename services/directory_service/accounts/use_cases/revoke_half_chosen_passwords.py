"""Passwords that were chosen with a slip which nobody used up are taken back, with the sessions that they opened.

Why: processes of 0.1.0 store a password at the second step of a first sign-in, also after migration 0064 has taken back
those that it found, for as long as they run beside. Goes in the release after this one.
"""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from directory_service.accounts.store.tables import Account, Slip
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.sessions import end_all_sessions
from service_kit.db import audit
from service_kit.identity import Scope


def revoke_half_chosen_passwords(session: Session, dependencies: Dependencies, now: datetime) -> int:
    """How many there were. Needs the worker's role.

    Half-chosen is one of an account with an open slip that is younger than its last finished change of password: a
    reset, which printed the slip, had left it without any.
    """
    is_half_chosen = or_(Account.password_changed_at.is_(None), Account.password_changed_at < Slip.created_at)
    rows = session.scalars(
        select(Account)
        .join(Slip, Slip.account_id == Account.id)
        .where(Slip.used_at.is_(None), Slip.ended_at.is_(None), Account.password_hash.is_not(None), is_half_chosen)
        .with_for_update(of=Account)
    ).all()
    for account in rows:
        account.password_hash = None
        end_all_sessions(session, dependencies, account.id, now)
        audit.record(
            session, "slip.use", ("account", account.id), Scope(), now, outcome="denied", detail={"why": "not-used-up"}
        )
    return len(rows)
