"""Sheets of numbered cards: adding them, closing them to the form, and counting what is left on the open ones.

Closing a sheet touches no code: a card that was handed out goes on leading to its referral, and withdraws consent.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, insert, or_, select, update
from sqlalchemy.orm import Session

from referral_service.store.tables_cards import card, card_sheet


def on_closed_sheet() -> ColumnElement[bool]:
    """The condition on a row of `card` that its sheet was closed."""
    closed = select(card_sheet.c.number).where(card_sheet.c.number == card.c.sheet, card_sheet.c.closed_at.is_not(None))
    return closed.exists()


def add_sheets(session: Session, unit: UUID, order: UUID | None, numbers: Sequence[str]) -> None:
    """New, open sheets of the unit; `order` is None where a command prints them."""
    session.execute(
        insert(card_sheet), [{"number": number, "organization_id": unit, "order_id": order} for number in numbers]
    )


def close_sheet_of_card(session: Session, unit: UUID, number: str, now: datetime) -> str | None:
    """Close the unit's sheet with this card on it; returns the sheet's number, None where the unit has no such card."""
    sheet = select(card.c.sheet).where(card.c.number == number, card.c.organization_id == unit).scalar_subquery()
    closing = update(card_sheet).where(card_sheet.c.number == sheet, card_sheet.c.organization_id == unit)
    first_time = func.coalesce(card_sheet.c.closed_at, now)
    closed: str | None = session.scalar(closing.values(closed_at=first_time).returning(card_sheet.c.number))
    return closed


def close_sheets_of_order(session: Session, order: UUID, now: datetime) -> None:
    """Close what was printed for this order before."""
    still_open = update(card_sheet).where(card_sheet.c.order_id == order, card_sheet.c.closed_at.is_(None))
    session.execute(still_open.values(closed_at=now))


def count_left(session: Session, unit: UUID, used_until: datetime, limit: int) -> int:
    """Cards of the unit on open sheets that were not used before `used_until`; no more than `limit` are counted."""
    unused = or_(card.c.used_at.is_(None), card.c.used_at >= used_until)
    left = select(card.c.number).where(card.c.organization_id == unit, unused, ~on_closed_sheet()).limit(limit)
    return session.scalar(select(func.count()).select_from(left.subquery())) or 0
