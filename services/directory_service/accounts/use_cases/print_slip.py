"""A first-sign-in slip: a random code on paper, good once within a week, in place of any earlier one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from directory_service.accounts.domain import one_time_codes as codes
from directory_service.accounts.domain.grants import let_in_until
from directory_service.accounts.domain.sign_in import SLIP_LENGTH
from directory_service.accounts.store.let_in import note_let_in
from directory_service.accounts.store.tables import (
    Account,
    Membership,
    Slip,
)
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.publish_member import publish_member
from setu.roles import DATA_OFFICER

_HANDS = text("""
WITH RECURSIVE hand (id) AS (
  SELECT CAST(:account AS uuid)
  UNION SELECT slip.printed_by FROM slip JOIN hand ON slip.account_id = hand.id
  WHERE slip.printed_by IS NOT NULL AND slip.created_at > :since
)
SELECT id FROM hand
""")


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
        expires_at=now + SLIP_LENGTH,
        digest=slip_digest(dependencies, account.id, code),
    )
    session.add(slip)
    session.flush()
    if by is not None:
        _note_hand(session, dependencies, account, by, now)
    return PrintedSlip(account.name, account.user_name, codes.group(code), slip.expires_at)


def _note_hand(session: Session, dependencies: Dependencies, account: Account, by: UUID, now: datetime) -> None:
    """Write down whose slip it is, and tell it where the account decides with another data officer."""
    mine = (Membership.account_id == account.id, Membership.role == DATA_OFFICER, Membership.ended_at.is_(None))
    held = session.scalars(select(Membership).where(*mine)).all()
    has_signed_in = account.password_changed_at is not None
    ends_at = let_in_until(now, as_data_officer=bool(held), has_signed_in=has_signed_in)
    note_let_in(session, account.id, by, ends_at, now)
    for membership in held:
        publish_member(session, dependencies, membership, account, now)


def end_open_slips(session: Session, account: UUID, now: datetime) -> None:
    """No slip of this account opens anything any more."""
    session.execute(
        update(Slip)
        .where(Slip.account_id == account, Slip.used_at.is_(None), Slip.ended_at.is_(None))
        .values(ended_at=now)
    )


def hands_behind(session: Session, account: UUID, since: datetime) -> frozenset[UUID]:
    """The account, whoever printed it a slip since then, whoever printed those people one, and so on."""
    return frozenset(session.scalars(_HANDS, {"account": account, "since": since}))


def slip_digest(dependencies: Dependencies, account: UUID, code: str) -> bytes:
    """The keyed digest under which a slip's code is stored."""
    return dependencies.mac.digest("slip", f"{account}|{codes.canonical_code(code)}".encode())
