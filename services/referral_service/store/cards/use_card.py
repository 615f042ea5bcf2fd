"""Statement that uses a card: of the sender's own unit, never used, on an open sheet, while the unit is not suspended.

Promises: of two who try at the same time one gets it; every other number is answered by one and the same error. Not for
the form of a number (`domain/cards/card_number.py`), or for what a card leads to (`card_holders.py`).
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from referral_service.domain.cards.card_number import NOT_AN_UNUSED_CARD
from referral_service.domain.standing import SUSPENDED
from referral_service.store.cards.card_sheets import on_closed_sheet
from referral_service.store.tables_cards import card
from referral_service.store.tables_directory import directory_organization
from service_kit.errors import FieldError, Invalid
from setu.india import day_in_india, midnight_in_india


def use_card(session: Session, organization: UUID, number: str, now: datetime) -> bytes:
    """Take an unused card of the own unit, whose sheet is open, and which is not suspended; returns its code's digest.

    One UPDATE, so that of two at the same time one gets it. It notes the day in India, since the moment would lead to
    the officer. Raises the 422 problem for every other number.
    """
    statement = update(card).where(card.c.number == number, card.c.organization_id == organization)
    unused = statement.where(card.c.used_at.is_(None), ~on_closed_sheet(), ~_of_suspended_unit())
    used = unused.values(used_at=midnight_in_india(day_in_india(now)))
    code_mac: bytes | None = session.scalar(used.returning(card.c.code_mac))
    if code_mac is None:
        raise Invalid(FieldError("card", NOT_AN_UNUSED_CARD))
    return code_mac


def _of_suspended_unit() -> ColumnElement[bool]:
    # closing and closed units, too (`domain/standing.py`), so a closed one's sheets are void
    unit = directory_organization.c
    return select(unit.id).where(unit.id == card.c.organization_id, unit.status == SUSPENDED).exists()
