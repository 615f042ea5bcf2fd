"""A first-sign-in slip: a random code on paper, good once within a week, in place of any earlier one."""

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
class PrintedSlip:
    """What stands on the paper; the code is nowhere else. `expires_at` is UTC."""

    name: str
    user_name: str
    code: str
    expires_at: datetime


def print_slip(
    session: Session, dependencies: Dependencies, account: Account, *, by: UUID | None, now: datetime
) -> PrintedSlip:
    """Make the slip. Whether `by` may is decided before, by the caller's rule."""
    end_open_slips(session, account.id, now)
    code = codes.spell(dependencies.ids.random(8 * codes.SLIP_LENGTH), codes.SLIP_LENGTH)
    slip = Slip(
        id=dependencies.ids.uuid(),
        account_id=account.id,
        printed_by=by,
        created_at=now,
        expires_at=now + SLIP_LASTS,
        digest=slip_digest(dependencies, account.id, code),
    )
    session.add(slip)
    session.flush()
    if by is not None:
        _note_hand(session, dependencies, account, by, now)
    return PrintedSlip(account.name, account.user_name, codes.group(code), slip.expires_at)


def _note_hand(session: Session, dependencies: Dependencies, account: Account, by: UUID, now: datetime) -> None:
    """Write down whose slip it is, and tell it where the account decides with another data officer."""
    held = session.scalars(
        select(Membership).where(Membership.account_id == account.id, Membership.ended_at.is_(None))
    ).all()
    ends_at = let_in_until(now, has_signed_in=account.password_changed_at is not None)
    note_let_in(session, account.id, by, ends_at, now)
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
