"""Check before a slip is printed: the hand that lets a data officer in lets no second one in, and confirmed neither.

Why: whoever prints a slip can sign in with it; the same hand behind two data officers would decide alone. Asked for
each slip, the first and any that replaces one.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.accounts.domain.resets import ResetRefused
from directory_service.accounts.store.grants import has_confirmed
from directory_service.accounts.store.let_in import hand_of, hands_of_data_officers
from directory_service.accounts.store.tables import Account, Membership
from setu.roles import DATA_OFFICER


def check_hand(session: Session, printer: UUID, account: Account, now: datetime) -> None:
    """Raises `ResetRefused`: "set-up-another" or, before the first sign-in, "confirmed"."""
    held = select(Membership.organization_id).where(
        Membership.account_id == account.id, Membership.role == DATA_OFFICER, Membership.ended_at.is_(None)
    )
    hand = hand_of(session, printer, now)
    for body in session.scalars(held):
        others = hands_of_data_officers(session, body, hand_of(session, account.id, now), now)
        if not hand.behind.isdisjoint(others.accounts | others.hands):
            raise ResetRefused("set-up-another", "This hand has set up another data officer of the body.")
    if account.password_changed_at is None and has_confirmed(session, printer, account.id):
        raise ResetRefused("confirmed", "Whoever agreed to the role prints no slip for it.")
