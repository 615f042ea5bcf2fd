"""Signing in with user name, phone or mail, password and, where asked, a code.

Promises: one answer for everything that is wrong, after the same work; the password is verified with no transaction
open; nobody who is on both sides gets in, however the row came about; each refusal is audited.
Three short transactions: count the try, look the account up, start the session.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.domain import passwords
from directory_service.domain.handles import BadHandle
from directory_service.domain.roles import BothSides, check_sign_in
from directory_service.domain.sign_in import (
    BadCredentials,
    NoMembership,
    NotYourMembership,
    SecondFactorRequired,
    asks_for_code,
    choose,
)
from directory_service.outside.password_hashes import hash_password, needs_rehash, verify_password
from directory_service.outside.phones import one_spelling, spell
from directory_service.store import accounts
from directory_service.store.tables_accounts import Account
from directory_service.use_cases.second_factor import use_code
from directory_service.use_cases.sessions import SignedIn, start_session
from directory_service.use_cases.tools import AccountTools
from directory_service.use_cases.tries import count_try, forget_tries, give_back_try
from service_kit.db import audit
from service_kit.db.engine import Database, Scope

Refusal = BadCredentials | SecondFactorRequired | NoMembership | NotYourMembership | BothSides


@dataclass(frozen=True)
class Attempt:
    """What somebody sent. `address` and `device` describe where from; nothing of it is logged."""

    user: str
    password: str
    address: str
    device: str
    code: str | None = None
    membership: UUID | None = None


def sign_in(db: Database, tools: AccountTools, attempt: Attempt, now: datetime) -> SignedIn:
    """Start a session. Raises the errors of `domain.sign_in` and `BothSides`."""
    count_try(db, tools, one_spelling(attempt.user), attempt.address, now)
    found = find(db, attempt.user)
    password = passwords.normalise(attempt.password)
    right = verify_password(found.password_hash if found else None, password)
    with db.transaction(Scope(account=found.account if found else None)) as session:
        account = found.account if found else None
        result = _enter(session, tools, attempt, account, right=right, now=now)
    if isinstance(result, SignedIn):
        return result
    raise result


def find(db: Database, user: str) -> accounts.Found | None:
    """The account behind what was typed, through the look-up function; None for anything unknown or malformed."""
    try:
        kind, handle = spell(user)
    except BadHandle:
        return None
    with db.transaction() as session:
        return accounts.look_up(session, kind, handle)


def _enter(
    session: Session, tools: AccountTools, attempt: Attempt, account_id: UUID | None, *, right: bool, now: datetime
) -> SignedIn | Refusal:
    if account_id is None or not right:  # an unknown account costs the same audit entry, hence the same time
        return _denied(session, account_id, "password", now, BadCredentials())
    account = session.get_one(Account, account_id)
    refresh_hash(account, attempt.password)
    held = accounts.held_by(session, account_id)
    has_factor = accounts.factor_in_force(session, account_id) is not None
    try:
        check_sign_in([one.role for one in held], account.side)
        chosen = choose(held, attempt.membership, accounts.last_membership(session, account_id), has_factor=has_factor)
    except (BothSides, NoMembership, NotYourMembership) as refusal:
        return _denied(session, account_id, type(refusal).__name__, now, refusal)
    code_at = None
    if asks_for_code(chosen.role, has_factor=has_factor):
        if not attempt.code or not has_factor:
            give_back_try(session, tools, one_spelling(attempt.user), attempt.address)
            return SecondFactorRequired(account_id, attempt.membership, enrolled=has_factor)
        if not use_code(session, tools, account_id, attempt.code, now):
            return _denied(session, account_id, "code", now, BadCredentials())
        code_at = now
    forget_tries(session, tools, one_spelling(attempt.user), attempt.address)
    return start_session(
        session,
        tools,
        account=account,
        chosen=chosen,
        held=held,
        second_factor_at=code_at,
        device=attempt.device,
        now=now,
    )


def refresh_hash(account: Account, password: str) -> None:
    """Hash again where the cost has been raised since."""
    if account.password_hash and needs_rehash(account.password_hash):
        account.password_hash = hash_password(passwords.normalise(password))


def _denied(session: Session, account: UUID | None, why: str, now: datetime, refusal: Refusal) -> Refusal:
    audit.record(
        session,
        action="session.start",
        actor=account,
        organization=None,
        object_type="account",
        object_id=str(account or "unknown"),
        outcome="denied",
        at=now,
        detail={"why": why},
    )
    return refusal
