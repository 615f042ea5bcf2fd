"""New cards of a unit, and their numbers. Where a card leads once it is handed out: `card_holders.py`."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from referral_service.domain.cards.card_number import card_number as shown
from referral_service.store.tables_cards import card, card_number


def next_numbers(session: Session, count: int) -> Sequence[str]:
    """New card numbers of this installation."""
    ordinals = select(card_number.next_value()).select_from(func.generate_series(1, count))
    return [shown(ordinal) for ordinal in session.scalars(ordinals)]


@dataclass(frozen=True)
class NewCard:
    """A card's number, the number of its sheet, and the digest of its code; the code itself is kept nowhere."""

    number: str
    sheet: str
    code_mac: bytes


def add_cards(session: Session, unit: UUID, cards: Sequence[NewCard]) -> None:
    """Unused cards of the unit, on sheets that exist."""
    session.execute(insert(card), [{"organization_id": unit, **vars(new)} for new in cards])
