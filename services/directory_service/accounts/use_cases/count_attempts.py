"""Throttle of tries at the door: by account and network, or by a device that the account knows.

Promises: a stranger locks nobody out. Wrong passwords count by what was typed and the network they come from, by the
network whatever was typed, and by what was typed from everywhere; a device that the account has signed in with before
(`known_devices`) has a count of its own and meets none of those. A try that one count refuses is not counted by the
next, so that one network cannot use up what the others share. A try is counted in a transaction of its own before the
password is looked at; an unknown account is throttled like a known one. Second-factor tries count by account, once a
ticket or a session shows that the password was right. Keys are digests.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.accounts.domain.attempt_limits import (
    A_DAY,
    CONTACT_CHANGES_A_DAY,
    INVITATIONS_A_DAY,
    TRIES_FROM_STRANGERS,
    TRIES_PER_ACCOUNT,
    TRIES_PER_NETWORK,
    TRY_WINDOW,
)
from directory_service.accounts.domain.networks import network_of
from directory_service.accounts.domain.sign_in import TooManyTries
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.known_devices import device_of
from service_kit.db.engine import Database
from service_kit.db.throttle import (
    forget,
    give_back,
    throttle,
)


@dataclass(frozen=True)
class Caller:
    """Where a try comes from: the address, and the token of known accounts that the browser keeps ('' for none)."""

    address: str
    device_token: str = ""


@dataclass(frozen=True)
class TryCount:
    """One row of the throttle that a try counts in."""

    bucket: str
    key: bytes
    limit: int
    window: timedelta = TRY_WINDOW


def password_counts(
    dependencies: Dependencies, caller: Caller, handle: str, holders: Iterable[UUID]
) -> Sequence[TryCount]:
    """What a password, or a slip, shown for `handle` counts in; `holders`: the accounts that have it."""
    for account in holders:
        device = device_of(dependencies, caller.device_token, account)
        if device is not None:
            return (_count(dependencies, "sign-in-device", account.bytes + device),)
    network, typed = network_of(caller.address), handle.strip().lower()
    return (
        _count(dependencies, "sign-in-account", f"{typed}|{network}".encode()),
        _count(dependencies, "sign-in-network", network.encode(), TRIES_PER_NETWORK),
        _count(dependencies, "sign-in-strangers", typed.encode(), TRIES_FROM_STRANGERS),
    )


def code_counts(dependencies: Dependencies, caller: Caller, account: UUID) -> Sequence[TryCount]:
    """What a second-factor code counts in, during a sign-in whose password was right."""
    device = device_of(dependencies, caller.device_token, account)
    if device is not None:
        return (_count(dependencies, "code-device", account.bytes + device),)
    return (_count(dependencies, "code-account", account.bytes),)


def session_counts(dependencies: Dependencies, what: str, account: UUID) -> Sequence[TryCount]:
    """What a code or password that is asked again within a session counts in."""
    return (_count(dependencies, f"session-{what}", account.bytes),)


def invitation_counts(dependencies: Dependencies, account: UUID) -> Sequence[TryCount]:
    """What an invitation counts in, for whoever sends it."""
    return (TryCount("invitation", dependencies.mac.digest("invitation", account.bytes), INVITATIONS_A_DAY, A_DAY),)


def contact_counts(dependencies: Dependencies, account: UUID) -> Sequence[TryCount]:
    """What a change of the own phone number or mail address counts in."""
    return (TryCount("contacts", dependencies.mac.digest("contacts", account.bytes), CONTACT_CHANGES_A_DAY, A_DAY),)


def callback_code_counts(dependencies: Dependencies, account: UUID, organization: UUID) -> Sequence[TryCount]:
    """What a code that a manager reads out counts in, for whoever types it."""
    return (_count(dependencies, "callback-code", account.bytes + organization.bytes),)


def count_try(db: Database, counts: Sequence[TryCount], now: datetime) -> None:
    """Count one try, whatever becomes of the request. Raises `TooManyTries` with the seconds to wait."""
    with db.transaction() as session:
        refused = _refusal(session, counts, now)
    if refused is not None:
        raise refused


def count_try_within(session: Session, counts: Sequence[TryCount], now: datetime) -> None:
    """Count one try in a transaction that a wrong try commits. Raises `TooManyTries`."""
    refused = _refusal(session, counts, now)
    if refused is not None:
        raise refused


def give_back_try(session: Session, counts: Sequence[TryCount]) -> None:
    """What was shown was right but more is wanted: this was no failed try."""
    for count in counts:
        give_back(session, count.bucket, count.key)


def forget_tries(session: Session, counts: Sequence[TryCount]) -> None:
    """It is complete: the caller's own count starts again, those shared with others get the try back."""
    own, *shared = counts
    forget(session, own.bucket, own.key)
    give_back_try(session, shared)


def _refusal(session: Session, counts: Sequence[TryCount], now: datetime) -> TooManyTries | None:
    for count in counts:
        refused = throttle(session, count.bucket, count.key, limit=count.limit, window=count.window, now=now)
        if refused is not None:
            return TooManyTries(refused.seconds)
    return None


def _count(dependencies: Dependencies, bucket: str, key: bytes, limit: int = TRIES_PER_ACCOUNT) -> TryCount:
    return TryCount(bucket, dependencies.mac.digest(bucket, key), limit)
