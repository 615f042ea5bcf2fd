"""The second half of a sign-in in a browser: a right password was shown, the ticket says so, now the code.

Promises: a try counts only once the ticket is found to be real, so that nobody uses up an account's tries without its
password.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from directory_service.accounts.domain.conflicting_roles import check_sign_in
from directory_service.accounts.domain.sign_in import (
    BadCredentials,
    InvitationWaits,
    NoMembership,
    choose,
)
from directory_service.accounts.store import accounts
from directory_service.accounts.store.invitations import offers_to
from directory_service.accounts.store.tables import (
    Account,
    Ticket,
)
from directory_service.accounts.use_cases.count_attempts import (
    Caller,
    code_counts,
    count_try_within,
    forget_tries,
)
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.second_factor import use_code
from directory_service.accounts.use_cases.sessions import (
    SignedIn,
    start_session,
)
from directory_service.accounts.use_cases.tickets import (
    INVITATION,
    SECOND_FACTOR,
    account_of,
    find_ticket,
    open_ticket,
)
from service_kit.db import audit
from service_kit.db.engine import Database
from service_kit.identity import Scope


class TicketOver(Exception):
    """The ticket is unknown, used or older than fifteen minutes: begin again."""


def finish_sign_in(
    db: Database, dependencies: Dependencies, ticket: str, code: str, *, caller: Caller, device: str, now: datetime
) -> SignedIn:
    """Use the code and start the session.

    Raises `TicketOver`, `BadCredentials` (wrong or used code), `TooManyTries`, what `choose` raises, and
    `InvitationWaits` where the account is in nothing and was invited.
    """
    account_id = account_of(ticket)
    if account_id is None:
        raise TicketOver
    counts = code_counts(dependencies, caller, account_id)
    with db.transaction(Scope(account=account_id)) as session:
        found = find_ticket(session, dependencies, ticket, SECOND_FACTOR, now)
        if found is None:
            raise TicketOver
        count_try_within(session, counts, now)
        result: SignedIn | BadCredentials | InvitationWaits
        if use_code(session, dependencies, account_id, code, now):
            forget_tries(session, counts)
            result = _enter_or_ask(session, dependencies, found, device=device, now=now)
        else:
            result = _denied(session, found, now)
    if isinstance(result, SignedIn):
        return result
    raise result


def _enter_or_ask(
    session: Session, dependencies: Dependencies, ticket: Ticket, *, device: str, now: datetime
) -> SignedIn | InvitationWaits:
    """The session; where there is none to start, what comes first. The code is used up either way."""
    try:
        return enter(session, dependencies, ticket, second_factor_at=now, device=device, now=now)
    except NoMembership:
        if not offers_to(session, ticket.account_id, now):
            raise
    ticket.used_at = now
    return InvitationWaits(open_ticket(session, dependencies, ticket.account_id, INVITATION, now))


def enter(
    session: Session,
    dependencies: Dependencies,
    ticket: Ticket,
    *,
    second_factor_at: datetime | None,
    device: str,
    now: datetime,
) -> SignedIn:
    """Use the ticket up and start the session that it stood for."""
    account = session.get_one(Account, ticket.account_id)
    held = accounts.held_by(session, account.id)
    check_sign_in([one.role for one in held], account.side)
    last = accounts.last_membership(session, account.id)
    chosen = choose(held, ticket.membership_id, last, has_factor=second_factor_at is not None)
    ticket.used_at = now
    return start_session(
        session,
        dependencies,
        account=account,
        chosen=chosen,
        held=held,
        second_factor_at=second_factor_at,
        device=device,
        now=now,
    )


def _denied(session: Session, ticket: Ticket, now: datetime) -> BadCredentials:
    actor = Scope(account=ticket.account_id)
    detail = {"why": "code"}
    audit.record(session, "session.start", ("account", ticket.account_id), actor, now, outcome="denied", detail=detail)
    return BadCredentials()
