"""Going on in another of one's own memberships, in the same session."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.accounts.domain.conflicting_roles import check_sign_in
from directory_service.accounts.domain.sign_in import (
    BadCredentials,
    HeldMembership,
    SecondFactorRequired,
    asks_for_code,
    choose,
)
from directory_service.accounts.store import accounts
from directory_service.accounts.store.tables import (
    Account,
    SessionRow,
)
from directory_service.accounts.use_cases.sessions import (
    SignedIn,
    describe_session,
)
from service_kit.db import audit
from service_kit.identity import Principal, Scope


def switch_membership(session: Session, who: Principal, wanted: UUID, now: datetime) -> SignedIn:
    """Go on in the same session. Raises `NotYourMembership`, `SecondFactorRequired`, `RolesClash`.

    A role that needs a second factor cannot be entered from a session that never showed one.
    """
    account, row, held = load_own_session(session, who)
    check_sign_in([one.role for one in held], account.side)
    has_factor = accounts.factor_in_force(session, account.id) is not None
    chosen = choose(held, wanted, None, has_factor=has_factor)
    if row.second_factor_at is None and asks_for_code(chosen.role, has_factor=has_factor):
        raise SecondFactorRequired(account.id, wanted, enrolled=has_factor)
    row.membership_id = chosen.id
    actor = Scope(account=account.id, organization=chosen.organization)
    audit.record(session, "session.switch", ("session", row.id), actor, now, detail={"role": chosen.role})
    return describe_session(row, account, chosen, held, now)


def load_own_session(session: Session, who: Principal) -> tuple[Account, SessionRow, list[HeldMembership]]:
    """The caller's account, session row and memberships; `BadCredentials` where the session is over here."""
    row = session.get(SessionRow, who.session)
    if row is None or row.ended_at is not None:
        raise BadCredentials
    return session.get_one(Account, who.account), row, list(accounts.held_by(session, who.account))


def is_live(session: Session, who: Principal) -> bool:
    """Whether the caller's session is not over. Locks the account: a reset beside it comes before, or waits."""
    accounts.lock_account(session, who.account)
    row = session.get(SessionRow, who.session)
    return row is not None and row.ended_at is None
