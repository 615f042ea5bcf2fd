"""Signing in with user name, phone or mail, password and, where asked, a code.

Promises: one answer for everything that is wrong, after the same work; passwords are hashed with no transaction open,
and one that was reset or changed meanwhile opens nothing: the account is locked, and its hash compared with the one
that was verified, in the transaction that starts the session or stores the ticket; where it is another one, all but the
count of the try begins anew. Nobody who is on both sides gets in, however the row came about; each refusal is audited.
Who has a second factor shows it before an invitation is shown, too.
A phone number or mail address may belong to an account on each side, which neither is ever told of: the password says
which is meant, and as many hashes are verified where there is one account or none.
Three short transactions: look the account up, count the try, start the session or store the ticket for what is next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.accounts.domain import passwords
from directory_service.accounts.domain.conflicting_roles import (
    RolesClash,
    check_sign_in,
)
from directory_service.accounts.domain.handles import (
    BadHandle,
    kind_of,
)
from directory_service.accounts.domain.sign_in import (
    BadCredentials,
    HeldMembership,
    InvitationWaits,
    NoMembership,
    NotYourMembership,
    OrganizationRefused,
    SecondFactorRequired,
    TooManyTries,
    asks_for_code,
    choose,
)
from directory_service.accounts.outside.password_hashes import (
    hash_password,
    needs_rehash,
    verify_password,
)
from directory_service.accounts.outside.phones import (
    one_spelling,
    spell,
)
from directory_service.accounts.store import accounts
from directory_service.accounts.store.invitations import offers_to
from directory_service.accounts.store.tables import Account
from directory_service.accounts.use_cases.count_attempts import (
    Caller,
    TryCount,
    code_counts,
    count_try,
    count_try_within,
    forget_tries,
    give_back_try,
    password_counts,
)
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.second_factor import use_code
from directory_service.accounts.use_cases.sessions import (
    SignedIn,
    start_session,
)
from directory_service.accounts.use_cases.tickets import INVITATION, SECOND_FACTOR, open_ticket
from service_kit.db import audit
from service_kit.db.engine import Database
from service_kit.identity import Scope

Refusal = BadCredentials | SecondFactorRequired | NoMembership | NotYourMembership | RolesClash | TooManyTries
_LARGEST = {"user_name": 1, "phone": 2, "mail": 2}  # accounts that a handle of each kind can have


@dataclass(frozen=True)
class Attempt:
    """What somebody sent; `device`: browser and system in two words. Nothing of it is logged.

    `opens_ticket`: go on in a next step, in a browser, where a right password alone is not enough.
    """

    user: str
    password: str
    caller: Caller
    device: str
    code: str | None = None
    membership: UUID | None = None
    opens_ticket: bool = False


def sign_in(db: Database, dependencies: Dependencies, attempt: Attempt, now: datetime) -> SignedIn:
    """Start a session. Raises the errors of `domain.sign_in` and `RolesClash`."""
    found = find(db, attempt.user)
    counts = password_counts(dependencies, attempt.caller, one_spelling(attempt.user), [one.account for one in found])
    count_try(db, counts, now)
    while (result := _verify_and_enter(db, dependencies, attempt, found, counts, now)) is None:
        found = find(db, attempt.user)  # each round waits for somebody who has hashed this password, or another, anew
    if isinstance(result, SignedIn):
        return result
    raise result


def _verify_and_enter(
    db: Database,
    dependencies: Dependencies,
    attempt: Attempt,
    found: Sequence[accounts.LoginLookup],
    counts: Sequence[TryCount],
    now: datetime,
) -> SignedIn | Refusal | None:
    """Verify, then enter. None where the password was right and another hash stands there by now."""
    owner = whose_password(found, kind_of(attempt.user), attempt.password)
    new_hash = _hash_at_todays_cost(owner, attempt.password)
    account = owner or next(iter(found), None)
    with db.transaction(Scope(account=account.account if account else None)) as session:
        if owner is None:
            # an unknown account costs the same audit entry, hence the same time
            return _denied(session, account.account if account else None, "password", now, BadCredentials())
        locked = _lock_with_hash(session, owner)
        if locked is None:
            return None
        locked.password_hash = new_hash or locked.password_hash
        return _enter(session, dependencies, attempt, locked, counts, now)


def find(db: Database, user: str) -> Sequence[accounts.LoginLookup]:
    """The accounts behind what was typed, through the look-up function; none for anything unknown or malformed."""
    try:
        kind, handle = spell(user)
    except BadHandle:
        return ()
    with db.transaction() as session:
        return accounts.look_up(session, kind, handle)


def whose_password(found: Sequence[accounts.LoginLookup], kind: str, password: str) -> accounts.LoginLookup | None:
    """Whose password it is; the same number of hashes is verified however many accounts there are."""
    plain = passwords.normalise(password)
    tried = [
        one if verify_password(one.password_hash if one else None, plain) else None for one in filled_up(found, kind)
    ]
    return next(filter(None, tried), None)


def filled_up(found: Sequence[accounts.LoginLookup], kind: str) -> list[accounts.LoginLookup | None]:
    """As many as a handle of this kind can have, None where there is no account: what is tried, whatever is there."""
    return [one for one, _ in zip_longest(found, range(_LARGEST[kind]))]


def _lock_with_hash(session: Session, owner: accounts.LoginLookup) -> Account | None:
    """The account, locked; None where its hash is another than was verified, as a parallel sign-in may make it."""
    accounts.lock_account(session, owner.account)
    account = session.get_one(Account, owner.account)
    return account if account.password_hash == owner.password_hash else None


def _hash_at_todays_cost(owner: accounts.LoginLookup | None, password: str) -> str | None:
    """The hash anew where the cost has been raised since it was made."""
    if owner is None or owner.password_hash is None or not needs_rehash(owner.password_hash):
        return None
    return hash_password(passwords.normalise(password))


def _enter(
    session: Session,
    dependencies: Dependencies,
    attempt: Attempt,
    account: Account,
    counts: Sequence[TryCount],
    now: datetime,
) -> SignedIn | Refusal:
    account_id = account.id
    held = accounts.held_by(session, account_id)
    has_factor = accounts.factor_in_force(session, account_id) is not None
    chosen: HeldMembership | None = None
    try:
        check_sign_in([one.role for one in held], account.side)
        chosen = choose(held, attempt.membership, accounts.last_membership(session, account_id), has_factor=has_factor)
    except NoMembership as refusal:
        if not offers_to(session, account_id, now):
            why = _without_membership(session, account_id, refusal) if not held else refusal
            return _denied(session, account_id, type(why).__name__, now, why)
    except (RolesClash, NotYourMembership) as refusal:
        return _denied(session, account_id, type(refusal).__name__, now, refusal)
    code_at = None
    if asks_for_code(chosen.role if chosen else None, has_factor=has_factor):
        refused = _refused_code(session, dependencies, attempt, account_id, counts, now, has_factor=has_factor)
        if refused is not None:
            return refused
        code_at = now
    if chosen is None:
        give_back_try(session, counts)
        return InvitationWaits(_ticket(session, dependencies, attempt, account_id, INVITATION, now))
    forget_tries(session, counts)
    return start_session(
        session,
        dependencies,
        account=account,
        chosen=chosen,
        held=held,
        second_factor_at=code_at,
        device=attempt.device,
        now=now,
    )


def _ticket(
    session: Session, dependencies: Dependencies, attempt: Attempt, account: UUID, purpose: str, now: datetime
) -> str:
    """Stored while the account is locked: a reset ends every ticket that it finds, and none comes after it."""
    return open_ticket(session, dependencies, account, purpose, now) if attempt.opens_ticket else ""


def _without_membership(session: Session, account_id: UUID, refusal: NoMembership) -> NoMembership:
    """What to say to an account that is in nothing now: why the organisation was refused, where that is why."""
    because = accounts.refusal_of_last_workplace(session, account_id)
    return refusal if because is None else OrganizationRefused(because)


def _refused_code(
    session: Session,
    dependencies: Dependencies,
    attempt: Attempt,
    account: UUID,
    counts: Sequence[TryCount],
    now: datetime,
    *,
    has_factor: bool,
) -> SecondFactorRequired | BadCredentials | TooManyTries | None:
    """Why nobody comes further without another code; None where the code was right, which uses it up."""
    if not attempt.code or not has_factor:
        give_back_try(session, counts)
        ticket = _ticket(session, dependencies, attempt, account, SECOND_FACTOR, now) if has_factor else ""
        return SecondFactorRequired(account, attempt.membership, enrolled=has_factor, ticket=ticket)
    of_codes = code_counts(dependencies, attempt.caller, account)
    try:
        count_try_within(session, of_codes, now)
    except TooManyTries as refusal:
        return refusal
    if not use_code(session, dependencies, account, attempt.code, now):
        _denied(session, account, "code", now, BadCredentials())
        return BadCredentials()
    forget_tries(session, of_codes)
    return None


def _denied(session: Session, account: UUID | None, why: str, now: datetime, refusal: Refusal) -> Refusal:
    about, actor = ("account", account or "unknown"), Scope(account=account)
    audit.record(session, "session.start", about, actor, now, outcome="denied", detail={"why": why})
    return refusal
