"""Use of a card, once: one UPDATE of an unused one, so that of two at the same time one gets it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from referral_service.domain.cards.card_number import NOT_AN_UNUSED_CARD
from referral_service.store.card_sheets import on_closed_sheet
from referral_service.store.directory import SUSPENDED
from referral_service.store.tables_cards import card
from referral_service.store.tables_directory import directory_organization
from service_kit.errors import FieldError, Invalid


def use_card(session: Session, organization: UUID, number: str, now: datetime) -> bytes:
    """Take an unused card of the own unit, whose sheet is open, and which is not suspended; returns its code's digest.

    Raises the 422 problem for every other number.
    """
    statement = update(card).where(card.c.number == number, card.c.organization_id == organization)
    unused = statement.where(card.c.used_at.is_(None), ~on_closed_sheet(), ~_of_suspended_unit()).values(used_at=now)
    code_mac: bytes | None = session.scalar(unused.returning(card.c.code_mac))
    if code_mac is None:
        raise Invalid(FieldError("card", NOT_AN_UNUSED_CARD))
    return code_mac


def _of_suspended_unit() -> ColumnElement[bool]:
    unit = directory_organization.c
    return select(unit.id).where(unit.id == card.c.organization_id, unit.status == SUSPENDED).exists()
