"""First sign-in with a slip: show the slip, choose a password, then a second factor where the role needs one.

Promises: the slip is used up at the end, in the transaction that starts the session, so that somebody who is
interrupted can begin again with the same paper. Until then the new password waits on the ticket of the browser that
chose it and opens nothing, and so does a new second factor; then every other session of the account ends. A slip with
which two browsers have begun is void, so that whoever copied it does not win unseen; where one of them came to the end
first, the other is told the same. Where a second factor is in force
already (only the password was reset), the slip does not replace it: its code is asked. Where the organisation is
pending, all of it is taken and kept, and no session starts: nobody sets up anything twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.accounts.domain import passwords
from directory_service.accounts.domain.handles import kind_of
from directory_service.accounts.domain.sign_in import BadCredentials, OrganizationPending, SlipVoid
from directory_service.accounts.outside.password_hashes import hash_password
from directory_service.accounts.outside.phones import one_spelling
from directory_service.accounts.store import accounts
from directory_service.accounts.store.tables import Account, Slip, Ticket
from directory_service.accounts.use_cases import second_factor, tickets
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
from directory_service.accounts.use_cases.finish_sign_in import TicketOver, enter
from directory_service.accounts.use_cases.print_slip import matches_slip
from directory_service.accounts.use_cases.publish_staffing import publish_staffing_of
from directory_service.accounts.use_cases.sessions import SignedIn, end_all_sessions
from directory_service.accounts.use_cases.sign_in import filled_up, find
from directory_service.accounts.use_cases.void_copied_slip import last_begun_at, void_copied_slip
from service_kit.db import audit
from service_kit.db.engine import Database
from service_kit.identity import Scope
from setu.roles import needs_second_factor

NOTHING, CODE, ENROL = "nothing", "code", "enrol"


@dataclass(frozen=True)
class ShownSlip:
    """What came of a slip that was shown: a ticket, or that it is void; neither of a wrong one."""

    ticket: str = ""
    is_void: bool = False


@dataclass(frozen=True)
class Standing:
    """How far a first sign-in has come. `wants`: nothing more, a code of the factor in force, or a new factor."""

    account: Account
    ticket: Ticket
    slip: Slip
    wants: str

    @property
    def enroller(self) -> second_factor.Enroller:
        """Who sets up a new factor here."""
        return second_factor.Enroller(self.account.id, within=self.ticket.id)


def show_slip(
    db: Database, dependencies: Dependencies, user: str, code: str, *, held: str = "", caller: Caller, now: datetime
) -> str:
    """A ticket for a right slip, in place of the one that this browser has `held` for it.

    Raises `BadCredentials` for everything wrong alike, `TooManyTries`; `SlipVoid` where another browser has begun.
    """
    found = find(db, user)
    counts = password_counts(dependencies, caller, one_spelling(user), [one.account for one in found])
    count_try(db, counts, now)
    shown = [
        _show(db, dependencies, one.account if one else None, code, held, counts, now)
        for one in filled_up(found, kind_of(user))
    ]
    ticket = next((one.ticket for one in shown if one.ticket), "")
    if not ticket:
        raise SlipVoid if any(one.is_void for one in shown) else BadCredentials
    return ticket


def standing(session: Session, dependencies: Dependencies, ticket: str, now: datetime) -> Standing:
    """Where this first sign-in stands. Raises `TicketOver`; `SlipVoid` also where another browser used the slip up.

    Locks account, ticket and slip, in this order as a reset does: of two browsers with one slip the second waits for
    the first.
    """
    owner = tickets.account_of(ticket)
    if owner is None:
        raise TicketOver
    accounts.lock_account(session, owner)
    found = tickets.find_ticket(session, dependencies, ticket, tickets.FIRST_SIGN_IN, now)
    if found is None or found.slip_id is None:
        raise TicketOver
    slip = session.get(Slip, found.slip_id, with_for_update=True, populate_existing=True)
    if slip is None or slip.ended_at is not None or slip.expires_at <= now:
        raise TicketOver
    if slip.voided_at is not None or slip.used_at is not None:
        raise SlipVoid
    account = session.get_one(Account, found.account_id)
    held = accounts.held_by(session, account.id)
    if accounts.factor_in_force(session, account.id) is not None:
        wants = CODE
    else:
        wants = ENROL if needs_second_factor(one.role for one in held) else NOTHING
    return Standing(account, found, slip, wants)


def begun_before(session: Session, at: Standing) -> datetime | None:
    """When somebody last began with this slip in another browser and came to no end; UTC."""
    return last_begun_at(session, at.slip, unless=at.ticket.id)


def choose_password(session: Session, at: Standing, password: str, now: datetime) -> bool:
    """Keep the new password for `finish`, on this browser's ticket; False where the slip is void by that.

    Raises `WeakPassword`.
    """
    words = tuple(filter(None, (at.account.user_name, at.account.mail, at.account.phone)))
    at.ticket.password_hash = hash_password(passwords.check(password, words=words))
    return not void_copied_slip(session, at.slip, now, unless=at.ticket.id)


def finish(
    session: Session,
    dependencies: Dependencies,
    at: Standing,
    *,
    kind: str = "",
    code: str = "",
    caller: Caller,
    device: str,
    now: datetime,
) -> SignedIn | OrganizationPending | None:
    """Use the slip up, take the new password and start the one session; None where `code` is wrong.

    `kind`: of the factor being enrolled. `OrganizationPending` where the slip is used up and there is nothing to go
    into yet.

    A code counts as a try. Raises `TooManyTries`, `TicketOver`.
    """
    if at.ticket.password_hash is None:
        raise TicketOver
    counts = code_counts(dependencies, caller, at.account.id)
    if at.wants != NOTHING:
        count_try_within(session, counts, now)
    if at.wants == CODE and not second_factor.use_code(session, dependencies, at.account.id, code, now):
        return None
    if at.wants == ENROL and not second_factor.confirm(session, dependencies, at.enroller, kind, code, now):
        return None
    forget_tries(session, counts)
    at.account.password_hash, at.ticket.password_hash = at.ticket.password_hash, None
    at.account.password_changed_at = now
    at.slip.used_at = now
    end_all_sessions(session, dependencies, at.account.id, now)
    publish_staffing_of(session, at.account.id, now)
    _audit(session, at.account.id, "slip.use", "done", now)
    factor_at = None if at.wants == NOTHING else now
    try:
        return enter(session, dependencies, at.ticket, second_factor_at=factor_at, device=device, now=now)
    except OrganizationPending as pending:
        at.ticket.used_at = now
        return pending


def _show(
    db: Database,
    dependencies: Dependencies,
    account: UUID | None,
    code: str,
    held: str,
    counts: Sequence[TryCount],
    now: datetime,
) -> ShownSlip:
    """Nothing is raised: what was written of a refused try stays."""
    shown = ShownSlip()
    with db.transaction(Scope(account=account)) as session:
        slip = _open_slip(session, dependencies, account, code, now) if account else None
        if account is not None and slip is not None:
            give_back_try(session, counts)
            former = tickets.find_ticket(session, dependencies, held, tickets.FIRST_SIGN_IN, now)
            if former is not None and former.slip_id == slip.id:
                former.used_at = now
            if void_copied_slip(session, slip, now):
                shown = ShownSlip(is_void=True)
            else:
                ticket = tickets.open_ticket(session, dependencies, account, tickets.FIRST_SIGN_IN, now, slip=slip.id)
                shown = ShownSlip(ticket)
        _audit(session, account, "slip.show", "done" if shown.ticket else "denied", now)
    return shown


def _open_slip(session: Session, dependencies: Dependencies, account: UUID, code: str, now: datetime) -> Slip | None:
    slip = session.scalar(
        select(Slip).where(Slip.account_id == account, Slip.used_at.is_(None), Slip.ended_at.is_(None))
    )
    if slip is None or not matches_slip(dependencies, slip, code):
        return None
    accounts.lock_account(session, account)
    session.refresh(slip, with_for_update=True)
    return slip if _is_open(slip, now) else None


def _is_open(slip: Slip, now: datetime) -> bool:
    return slip.used_at is None and slip.ended_at is None and slip.expires_at > now


def _audit(session: Session, account: UUID | None, action: str, outcome: str, now: datetime) -> None:
    audit.record(session, action, ("account", account or "unknown"), Scope(account=account), now, outcome=outcome)
