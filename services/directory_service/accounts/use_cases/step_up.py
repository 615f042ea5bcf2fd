"""Showing a second factor again in a session that is already there."""

from datetime import datetime

from directory_service.accounts.domain.sign_in import (
    BadCredentials,
    NotYourMembership,
)
from directory_service.accounts.store import accounts
from directory_service.accounts.use_cases.count_attempts import (
    count_try,
    forget_tries,
    session_counts,
)
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.second_factor import use_code
from directory_service.accounts.use_cases.sessions import (
    SignedIn,
    describe_session,
)
from directory_service.accounts.use_cases.switch_membership import load_own_session
from service_kit.db import audit
from service_kit.db.engine import Database
from service_kit.identity import Principal


def step_up(db: Database, dependencies: Dependencies, who: Principal, code: str, now: datetime) -> SignedIn:
    """The same session with a fresh second factor.

    Raises `BadCredentials` for a wrong or used code (counted as a try, audited), `TooManyTries`, `NotYourMembership`.
    """
    counts = session_counts(dependencies, "code", who.account)
    count_try(db, counts, now)
    with db.transaction(who.scope) as session:
        right = use_code(session, dependencies, who.account, code, now)
        outcome = "done" if right else "denied"
        audit.record(session, "session.second-factor", ("session", who.session), who, now, outcome=outcome)
        result = None
        if right:
            account, row, held = load_own_session(session, who)
            chosen = next((one for one in held if one.id == who.membership), None)
            if chosen is None:
                raise NotYourMembership
            row.second_factor_at = now
            forget_tries(session, counts)
            result = describe_session(row, account, chosen, held, now)
    if result is None:
        raise BadCredentials
    return result


def has_factor(db: Database, who: Principal) -> bool:
    """Whether the caller has a second factor in force."""
    with db.transaction(who.scope) as session:
        return accounts.factor_in_force(session, who.account) is not None
