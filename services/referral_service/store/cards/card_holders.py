"""Where cards lead: the referral that one belongs to, or that it was handed out alone and that somebody came with it.

Not for making cards (`new_cards.py`) nor for using one up (`use_card.py`).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, delete, exists, insert, select, text, update
from sqlalchemy.orm import Session

from referral_service.store.rows import TableRow
from referral_service.store.tables import task
from referral_service.store.tables_cards import arrival, card_holder

CODE_IN_HAND = text("SELECT set_config('setu.code', :code, true)")
"""Lets policies see the one card with this digest, in hex, until the transaction ends, where they let see any."""


def holder_of_code(session: Session, code_mac: bytes) -> Row[Any] | None:
    """`referral_id` (None: handed out alone), `district`, `needs`, `arrived_on`; None where it is not in scope."""
    return session.execute(select(card_holder).where(card_holder.c.code_mac == code_mac)).first()


def lock_holder(session: Session, code_mac: bytes) -> bool:
    """Hold where the card leads until the transaction ends; False where it leads nowhere (any more)."""
    held = select(card_holder.c.code_mac).where(card_holder.c.code_mac == code_mac)
    return session.scalar(held.with_for_update(read=True, key_share=True)) is not None


def is_own_card(session: Session, referral_id: UUID, code_mac: bytes) -> bool:
    """Whether this is the card of this referral, which the scope itself sent (`policies.py: CODE_OF_OWN_REFERRAL`)."""
    session.execute(CODE_IN_HAND, {"code": code_mac.hex()})
    own = (card_holder.c.code_mac == code_mac, card_holder.c.referral_id == referral_id)
    return session.scalar(select(exists().where(*own))) or False


def newest_of_chain(session: Session, root_id: UUID) -> UUID | None:
    """The record of the chain that this scope relates to, the newest first."""
    return session.scalar(
        select(task.c.id).where(task.c.root_id == root_id).order_by(task.c.submitted_at.desc(), task.c.id.desc())
    )


def count_arrival(
    session: Session, code_mac: bytes, *, organization: UUID, day: date, needs: Sequence[str], district: int
) -> None:
    """One for each need, once a card, also where two case workers enter it at once; the card forgets its needs.

    That somebody came stands at the card without a day: a card's number leads to it, and the day to provider and need.
    """
    came = update(card_holder).where(card_holder.c.code_mac == code_mac, card_holder.c.arrived_on.is_(None))
    no_day = card_holder.c.handed_out_on
    if session.scalar(came.values(arrived_on=no_day, needs=[]).returning(card_holder.c.code_mac)) is None:
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
