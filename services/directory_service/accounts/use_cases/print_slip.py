"""A first-sign-in slip: a random code on paper, good once within a week, in place of any earlier one.

Where two people let somebody in again, each prints one half of the code, so that neither can sign in with it.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from directory_service.accounts.domain import one_time_codes as codes
from directory_service.accounts.domain.grants import let_in_until
from directory_service.accounts.domain.lifetimes import SLIP_LASTS
from directory_service.accounts.store.let_in import note_let_in
from directory_service.accounts.store.tables import (
    Account,
    Membership,
    Slip,
)
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.publish_member import publish_member
from setu.roles import DATA_OFFICER


@dataclass(frozen=True)
class FirstHalf:
    """What another person printed: its digest, and who that was."""

    digest: bytes
    by: UUID


@dataclass(frozen=True)
class PrintedSlip:
    """What stands on the paper; the code is nowhere else. `expires_at` is UTC; `half`: `first`, `second`, or ''.

    `role` and the organisation's name tell whose slip it is where several are cut from one sheet; '' where it lets
    somebody in again.
    """

    name: str
    user_name: str
    code: str
    expires_at: datetime
    half: str = ""
    role: str = ""
    organization: str = ""


def print_first_half(dependencies: Dependencies, account: Account, expires_at: datetime) -> tuple[PrintedSlip, bytes]:
    """One half of a code, and its digest, to be kept until another person prints the second one."""
    code = codes.spell(dependencies.ids.random(8 * codes.HALF_LENGTH), codes.HALF_LENGTH)
    printed = PrintedSlip(account.name, account.user_name, codes.group(code), expires_at, "first")
    return printed, half_digest(dependencies, account.id, code)


def print_slip(
    session: Session,
    dependencies: Dependencies,
    account: Account,
    *,
    by: UUID | None,
    now: datetime,
    first: FirstHalf | None = None,
) -> PrintedSlip:
    """Make the slip. Whether `by` may is the caller's rule.

    `first`: the half that another person has printed; what is printed now is the second one, and both hands are noted.
    """
    end_open_slips(session, account.id, now)
    length = codes.SLIP_LENGTH if first is None else codes.HALF_LENGTH
    code = codes.spell(dependencies.ids.random(8 * length), length)
    slip = Slip(
        id=dependencies.ids.uuid(),
        account_id=account.id,
        printed_by=by,
        created_at=now,
        expires_at=now + SLIP_LASTS,
        digest=slip_digest(dependencies, account.id, code),
        first_half=first.digest if first else None,
    )
    session.add(slip)
    session.flush()
    hands = [hand for hand in (first.by if first else None, by) if hand is not None]
    if hands:
        _note_hands(session, dependencies, account, hands, now)
    half = "second" if first else ""
    return PrintedSlip(account.name, account.user_name, codes.group(code), slip.expires_at, half)


def _note_hands(
    session: Session, dependencies: Dependencies, account: Account, hands: Sequence[UUID], now: datetime
) -> None:
    """Write down whose slip it is, all for the same time, and tell it where the account is a data officer."""
    held = session.scalars(
        select(Membership).where(Membership.account_id == account.id, Membership.ended_at.is_(None))
    ).all()
    ends_at = let_in_until(now, has_signed_in=account.password_changed_at is not None)
    for hand in hands:
        note_let_in(session, account.id, hand, ends_at, now)
    for membership in (one for one in held if one.role == DATA_OFFICER):
        publish_member(session, dependencies, membership, account, now)


def end_open_slips(session: Session, account: UUID, now: datetime) -> None:
    """No slip of this account opens anything any more."""
    session.execute(
        update(Slip)
        .where(Slip.account_id == account, Slip.used_at.is_(None), Slip.ended_at.is_(None))
        .values(ended_at=now)
    )


def slip_digest(dependencies: Dependencies, account: UUID, code: str) -> bytes:
    """The keyed digest under which a slip's code is stored."""
    return dependencies.mac.digest("slip", f"{account}|{codes.canonical_code(code)}".encode())


def half_digest(dependencies: Dependencies, account: UUID, half: str) -> bytes:
    """The keyed digest under which the first half of a slip's code is stored."""
    return dependencies.mac.digest("first half of a slip", f"{account}|{codes.canonical_code(half)}".encode())


def matches_slip(dependencies: Dependencies, slip: Slip, typed: str) -> bool:
    """Whether this is the slip's code; of one in two halves, both, whichever was typed first."""
    if slip.first_half is None:
        return hmac.compare_digest(slip.digest, slip_digest(dependencies, slip.account_id, typed))
    code = codes.canonical_code(typed)
    one, other = code[: codes.HALF_LENGTH], code[codes.HALF_LENGTH :]
    return any(
        hmac.compare_digest(slip.first_half, half_digest(dependencies, slip.account_id, first))
        and hmac.compare_digest(slip.digest, slip_digest(dependencies, slip.account_id, second))
        for first, second in ((one, other), (other, one))
    )
