"""Resets: a new slip printed by one person, or asked by one and approved by another. The rules: `domain.resets`.

Where a state has nobody who could be the second, the operator resets whoever is one of two people, and nobody else.

Promises: of two people each prints one half of the slip's code, and neither can sign in with it. What an account had
open is shut in the same transaction: sessions, sign-ins that wait for their code, password, earlier slips and, where
that is what is reset, the second factor; open invitations of what it manages, and of a provider that waits to be let in
the API keys. The account's list of earlier referrals is emptied and its owner told, both by
`directory.account.reset.v1`. Every step is audited, refusals too.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from directory_service.accounts.domain import resets
from directory_service.accounts.domain.lifetimes import RESET_LASTS
from directory_service.accounts.domain.resets import (
    PASSWORD,
    SECOND_FACTOR,
    Actor,
    ResetRefused,
)
from directory_service.accounts.store import accounts
from directory_service.accounts.store.let_in import hand_of
from directory_service.accounts.store.resets import ResetLine, is_one_of_two, waiting_resets
from directory_service.accounts.store.tables import (
    Account,
    Reset,
)
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.grants.check_hand import check_hand
from directory_service.accounts.use_cases.print_slip import (
    FirstHalf,
    PrintedSlip,
    print_first_half,
    print_slip,
)
from directory_service.accounts.use_cases.publish_staffing import publish_staffing_of
from directory_service.accounts.use_cases.revoke_pending_access import revoke_pending_access_of
from directory_service.accounts.use_cases.second_factor import end_in_force
from directory_service.accounts.use_cases.sessions import end_all_sessions
from directory_service.accounts.use_cases.tickets import end_tickets
from directory_service.accounts.use_cases.withdraw_invitation import withdraw_invitations_of
from directory_service.organizations.store.state_bodies import is_state_body
from service_kit.db import audit, outbox
from service_kit.envelope import Event
from service_kit.identity import Principal, Scope


def actor_of(session: Session, who: Principal) -> Actor:
    """The caller as the rules see it."""
    return Actor(
        account=who.account,
        organization=who.organization,
        role=who.role,
        districts=who.districts,
        whole_state=is_state_body(session, who.organization),
        supervises=accounts.supervised_by(session, who.account),
    )


def reset_alone(
    session: Session, dependencies: Dependencies, who: Principal, account: Account, what: str, now: datetime
) -> PrintedSlip:
    """Reset by one person. Raises `ResetRefused` ("two-people" where another one is needed)."""
    accounts.lock_account(session, account.id)
    owner = accounts.owner_of(session, account)
    resets.check_one_person(actor_of(session, who), owner, what)
    check_hand(session, who.account, account, now)
    if owner.has_signed_in:
        return _reset(session, dependencies, who, account, what, now)
    _audit(session, who, account.id, "slip.print", "done", now)
    return print_slip(session, dependencies, account, by=who.account, now=now)


def ask_reset(
    session: Session, dependencies: Dependencies, who: Principal, account: Account, what: str, now: datetime
) -> PrintedSlip:
    """Open a reset that another person decides, and print the first half of the slip.

    Raises `ResetRefused`, "waiting" where one is open already.
    """
    resets.check_two_people(actor_of(session, who), accounts.owner_of(session, account), None)
    _end_overdue(session, account.id, now)
    if session.scalar(select(Reset.id).where(Reset.account_id == account.id, Reset.decided_at.is_(None))):
        raise ResetRefused("waiting", "A reset of this account already waits for a second person.")
    half, digest = print_first_half(dependencies, account, now + RESET_LASTS)
    reset = Reset(
        id=dependencies.ids.uuid(),
        account_id=account.id,
        what=what,
        first_half=digest,
        asked_by=who.account,
        asked_at=now,
        expires_at=now + RESET_LASTS,
    )
    session.add(reset)
    session.flush()
    _audit(session, who, account.id, "reset.ask", "done", now, what)
    return half


def approve_reset(
    session: Session, dependencies: Dependencies, who: Principal, wanted: UUID, now: datetime
) -> PrintedSlip | None:
    """Decide as the second person: the reset happens, the slip's second half comes back; None where nothing waits.

    Raises `ResetRefused`, "ask-again" where it cannot be agreed to as it was asked.
    """
    reset, account = _waiting(session, wanted, now)
    if reset is None or account is None:
        return None
    accounts.lock_account(session, account.id)
    second, first = hand_of(session, who.account, now), hand_of(session, reset.asked_by, now)
    owner = accounts.owner_of(session, account)
    resets.check_two_people(
        actor_of(session, who), owner, reset.asked_by, one_hand=not second.behind.isdisjoint(first.behind)
    )
    first_half = _first_half(session, reset)
    check_hand(session, who.account, account, now)
    reset.decided_by, reset.decided_at, reset.decision = who.account, now, "approved"
    session.flush()
    return _reset(session, dependencies, who, account, reset.what, now, first=first_half)


def resets_to_decide(session: Session, who: Principal, now: datetime) -> Sequence[ResetLine]:
    """What waits for a second person: what the caller asked for, and what is in the caller's reach by the rule of two.

    Of the latter it may be that the caller's hand counts, so another one has to agree: `approve_reset` says so.
    """
    waiting = waiting_resets(session, who, now)
    if all(each.mine for each in waiting):  # mostly there is none: the menu of every page asks
        return waiting
    actor = actor_of(session, who)
    return [each for each in waiting if each.mine or _is_in_reach(session, actor, each)]


def _is_in_reach(session: Session, actor: Actor, line: ResetLine) -> bool:
    try:
        resets.check_two_people(actor, accounts.owner_of(session, line.account), line.reset.asked_by)
    except ResetRefused:
        return False
    return True


def refuse_reset(session: Session, who: Principal, wanted: UUID, now: datetime) -> bool:
    """Close a waiting reset without doing it; the one who asked may take it back this way."""
    reset, account = _waiting(session, wanted, now)
    if reset is None or account is None or account.id == who.account:
        return False
    reset.decided_by, reset.decided_at, reset.decision = who.account, now, "refused"
    _audit(session, who, account.id, "reset.refuse", "done", now, reset.what)
    return True


def reset_by_operator(
    session: Session, dependencies: Dependencies, account: Account, what: str, now: datetime
) -> PrintedSlip:
    """Reset from the terminal, with the worker's role. Raises `ResetRefused` for whoever is none of two people."""
    accounts.lock_account(session, account.id)
    postings = accounts.owner_of(session, account).postings
    resets.check_operator(postings)
    return _reset(session, dependencies, Scope(organization=postings[0].organization), account, what, now)


def audit_refusal(
    session: Session, who: Principal, account: UUID, refusal: ResetRefused, what: str, now: datetime
) -> None:
    """Write a denied reset into the log, in a transaction of its own."""
    _audit(session, who, account, "reset", "denied", now, what, why=refusal.reason)


def _reset(
    session: Session,
    dependencies: Dependencies,
    who: Principal | Scope,
    account: Account,
    what: str,
    now: datetime,
    *,
    first: FirstHalf | None = None,
) -> PrintedSlip:
    account.password_hash = None
    if what == SECOND_FACTOR:
        end_in_force(session, account.id, now)
    end_tickets(session, account.id, now)
    end_all_sessions(session, dependencies, account.id, now)
    revoke_pending_access_of(session, dependencies, who, account.id, now)
    slip = print_slip(session, dependencies, account, by=who.account, now=now, first=first)
    account.resets += 1
    account.reset_at = now
    withdraw_invitations_of(session, who, account.id, now)
    publish_staffing_of(session, account.id, now)
    outbox.add(
        session,
        Event(
            type="directory.account.reset.v1",
            subject=str(account.id),
            data={"account_id": str(account.id), "at": now.isoformat(), "version": account.resets},
            id=dependencies.ids.uuid(),
            time=now,
        ),
    )
    _audit(session, who, account.id, "reset", "done", now, what)
    return slip


def _waiting(session: Session, wanted: UUID, now: datetime) -> tuple[Reset | None, Account | None]:
    reset = session.get(Reset, wanted, with_for_update=True)
    if reset is None or reset.decided_at is not None or reset.expires_at <= now:
        return None, None
    return reset, session.get(Account, reset.account_id)


def _first_half(session: Session, reset: Reset) -> FirstHalf:
    """What whoever asked printed, while that account is one of two people."""
    if reset.first_half is None or not is_one_of_two(session, reset.asked_by):
        raise ResetRefused("ask-again", "Whoever asked has no half of the code, or is none of two people any more.")
    return FirstHalf(reset.first_half, reset.asked_by)


def _end_overdue(session: Session, account: UUID, now: datetime) -> None:
    session.execute(
        update(Reset)
        .where(Reset.account_id == account, Reset.decided_at.is_(None), Reset.expires_at <= now)
        .values(decided_at=now, decision="refused")
    )


def _audit(
    session: Session,
    who: Principal | Scope,
    account: UUID,
    action: str,
    outcome: str,
    now: datetime,
    what: str = PASSWORD,
    why: str = "",
) -> None:
    detail = {"what": what} | ({"why": why} if why else {})
    audit.record(session, action, ("account", account), who, now, outcome=outcome, detail=detail)
