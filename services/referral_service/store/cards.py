"""Cards: making them, using one once, finding the referral that one belongs to, counting arrivals without a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, delete, func, insert, select, update
from sqlalchemy.orm import Session

from referral_service.domain.cards.card_number import NOT_AN_UNUSED_CARD
from referral_service.domain.cards.card_number import card_number as shown
from referral_service.store.card_sheets import on_closed_sheet
from referral_service.store.directory import SUSPENDED
from referral_service.store.rows import TableRow
from referral_service.store.tables import task
from referral_service.store.tables_cards import arrival, card, card_holder, card_number
from referral_service.store.tables_directory import directory_organization
from service_kit.errors import FieldError, Invalid


def holder_of_code(session: Session, code_mac: bytes) -> Row[Any] | None:
    """`referral_id` (None: handed out alone), `district`, `needs`, `arrived_on`; None where it is not in scope."""
    return session.execute(select(card_holder).where(card_holder.c.code_mac == code_mac)).first()


def lock_holder(session: Session, code_mac: bytes) -> bool:
    """Hold where the card leads until the transaction ends; False where it leads nowhere (any more)."""
    held = select(card_holder.c.code_mac).where(card_holder.c.code_mac == code_mac)
    return session.scalar(held.with_for_update(read=True, key_share=True)) is not None


def newest_of_chain(session: Session, root_id: UUID) -> UUID | None:
    """The record of the chain that this scope relates to, the newest first."""
    return session.scalar(
        select(task.c.id).where(task.c.root_id == root_id).order_by(task.c.submitted_at.desc(), task.c.id.desc())
    )


def count_arrival(
    session: Session, code_mac: bytes, *, organization: UUID, day: date, needs: Sequence[str], district: int
) -> None:
    """One for each need, once a card, also where two case workers enter it at once; the card forgets its needs."""
    came = update(card_holder).where(card_holder.c.code_mac == code_mac, card_holder.c.arrived_on.is_(None))
    if session.scalar(came.values(arrived_on=day, needs=[]).returning(card_holder.c.code_mac)) is None:
        return
    rows = [{"day": day, "need": need, "district": district, "organization_id": organization} for need in needs]
    session.execute(insert(arrival).inline(), rows)


def holder_row(code_mac: bytes, referral_id: UUID | None, district: int, needs: Sequence[str], day: date) -> TableRow:
    """The row by which a card finds its referral; None: it was handed out alone on this day, and counts an arrival."""
    return card_holder, {
        "code_mac": code_mac,
        "referral_id": referral_id,
        "district": district,
        "needs": needs,
        "handed_out_on": day,
    }


def forget_counted_needs(session: Session) -> None:
    """Empty the needs of cards with which somebody came: the release before left them."""
    counted = and_(card_holder.c.referral_id.is_(None), card_holder.c.arrived_on.is_not(None))
    session.execute(update(card_holder).where(counted, card_holder.c.needs != []).values(needs=[]))


def forget_cards_alone(session: Session, until: date) -> Sequence[bytes]:
    """Delete where cards lead that were handed out alone, on this day or earlier; the digests of their codes."""
    old = and_(card_holder.c.referral_id.is_(None), card_holder.c.handed_out_on <= until)
    return session.scalars(delete(card_holder).where(old).returning(card_holder.c.code_mac)).all()


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


def use_card(session: Session, organization: UUID, number: str, now: datetime) -> bytes:
    """Take an unused card of the own unit, whose sheet is open, and which is not suspended; returns its code's digest.

    One UPDATE, so that of two at the same time one gets it. Raises the 422 problem for every other number.
    """
    statement = update(card).where(card.c.number == number, card.c.organization_id == organization)
    unused = statement.where(card.c.used_at.is_(None), ~on_closed_sheet(), ~_of_suspended_unit()).values(used_at=now)
    code_mac: bytes | None = session.scalar(unused.returning(card.c.code_mac))
    if code_mac is None:
        raise Invalid(FieldError("card", NOT_AN_UNUSED_CARD))
    return code_mac


def _of_suspended_unit() -> ColumnElement[bool]:
    # the directory's event says `suspended` of suspended, closing and closed units, so a closed one's sheets are void
    unit = directory_organization.c
    return select(unit.id).where(unit.id == card.c.organization_id, unit.status == SUSPENDED).exists()
