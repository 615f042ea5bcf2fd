"""Beginning, changing and ending sessions: the row, the signed token, and the news that one has ended.

Promises: a session that ends is revoked here in the same transaction and told to the other services by
`directory.session.revoked.v1`. A token is returned once and stored nowhere. Not for checking a token: the kit does.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.accounts.domain.lifetimes import SESSION_LASTS
from directory_service.accounts.domain.sign_in import HeldMembership
from directory_service.accounts.store.accounts import live_sessions, live_sessions_of_organization
from directory_service.accounts.store.tables import (
    Account,
    Membership,
    SessionRow,
)
from directory_service.accounts.use_cases.dependencies import Dependencies
from service_kit.db import audit, outbox
from service_kit.db.revocation import revoke
from service_kit.envelope import Event
from service_kit.identity import Principal, Scope
from service_kit.session_tokens import by_cookie
from setu.events import SESSION_EVENTS


@dataclass(frozen=True)
class SignedIn:
    """Who is in, and what the person may switch to."""

    held: tuple[HeldMembership, ...]
    principal: Principal


def start_session(
    session: Session,
    dependencies: Dependencies,
    *,
    account: Account,
    chosen: HeldMembership,
    held: Iterable[HeldMembership],
    second_factor_at: datetime | None,
    device: str,
    now: datetime,
) -> SignedIn:
    """Store a new session: 8 hours, no refresh."""
    row = SessionRow(
        id=dependencies.ids.uuid(),
        account_id=account.id,
        membership_id=chosen.id,
        device=device,
        created_at=now,
        expires_at=now + SESSION_LASTS,
        second_factor_at=second_factor_at,
    )
    session.add(row)
    session.flush()
    actor = Scope(account=account.id, organization=chosen.organization)
    detail = {"role": chosen.role, "second_factor": "yes" if second_factor_at else "no"}
    audit.record(session, "session.start", ("session", row.id), actor, now, detail=detail)
    return describe_session(row, account, chosen, held, now)


def describe_session(
    row: SessionRow,
    account: Account,
    chosen: HeldMembership,
    held: Iterable[HeldMembership],
    now: datetime,
) -> SignedIn:
    """Snapshot of a session row, as its tokens carry it from `now` on, in the membership `chosen`."""
    who = Principal(
        account=row.account_id,
        session=row.id,
        membership=chosen.id,
        organization=chosen.organization,
        organization_kind=chosen.organization_kind,
        role=chosen.role,
        districts=chosen.districts,
        language=account.language,
        second_factor_at=row.second_factor_at,
        issued_at=now,
        expires_at=row.expires_at,
        since=account.reset_at,
        is_pending=chosen.is_pending,
    )
    return SignedIn(tuple(one for one in held if one.usable), who)


def mint_bearer_token(dependencies: Dependencies, who: Principal) -> str:
    """Sign a token for a program, which sends it in `Authorization`."""
    return _mint(dependencies, who)


def mint_cookie_token(dependencies: Dependencies, who: Principal) -> str:
    """Sign a token for a browser: it is good in the session cookie alone, and locked after ten idle minutes."""
    return _mint(dependencies, by_cookie(who))


def _mint(dependencies: Dependencies, who: Principal) -> str:
    if dependencies.tokens is None:
        raise RuntimeError("sessions are signed by the web process only")
    return dependencies.tokens.mint(who)


def end_session(session: Session, dependencies: Dependencies, row: SessionRow, now: datetime) -> None:
    """End one session: its own row, the revocation that this service reads, and the event for the others."""
    row.ended_at = now
    announce_end(session, dependencies, row.id, row.expires_at, now)


def end_sessions_of_organization(
    session: Session, dependencies: Dependencies, organization: UUID, now: datetime
) -> None:
    """End all sessions in this organisation; once approved, whoever signs in anew finds all of the role open."""
    for row in live_sessions_of_organization(session, organization, now):
        end_session(session, dependencies, row, now)


def end_sessions_in(session: Session, dependencies: Dependencies, membership: Membership, now: datetime) -> None:
    """End the sessions that are in a membership, and no others of the person.

    A session that went on in another membership lives, but the tokens that it had in this one are refused, here and by
    the other services: so the event names the membership, and is sent also where no session is in it now.
    """
    rows = [row for row in live_sessions(session, membership.account_id, now) if row.membership_id == membership.id]
    last_token = now + SESSION_LASTS
    for row in rows:
        row.ended_at = now
    for ended in [row.id for row in rows] or [membership.id]:
        announce_end(session, dependencies, ended, last_token, now, membership=membership.id)


def announce_end(
    session: Session,
    dependencies: Dependencies,
    session_id: UUID,
    expires_at: datetime,
    now: datetime,
    membership: UUID | None = None,
) -> None:
    """Revoke a session id, and where a membership ended all tokens of that, here and in the other services."""
    data: dict[str, str | int] = {"session_id": str(session_id), "expires_at": expires_at.isoformat(), "version": 1}
    if membership is not None:
        data["membership_id"] = str(membership)
        revoke(session, membership, expires_at)
    revoke(session, session_id, expires_at)
    outbox.add(
        session,
        Event(
            type=SESSION_EVENTS.revoked,
            subject=str(session_id),
            data=data,
            id=dependencies.ids.uuid(),
            time=now,
        ),
    )


def end_all_sessions(session: Session, dependencies: Dependencies, account: UUID, now: datetime) -> int:
    """End every live session of an account; how many there were."""
    rows = live_sessions(session, account, now)
    for row in rows:
        end_session(session, dependencies, row, now)
    return len(rows)
