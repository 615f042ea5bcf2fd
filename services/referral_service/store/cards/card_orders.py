"""Orders of card sheets: a unit's own, and those that the coordinators of its district print.

Coordinators see orders of units that take part: what a suspended or closed unit ordered is on nobody's list.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from referral_service.domain.cards.card_order import CardOrder, OrderState
from referral_service.domain.standing import ACTIVE
from referral_service.store.tables_cards import ORDER_WAITS, card_order
from referral_service.store.tables_directory import directory_organization

_ORDER, _UNIT = card_order.c, directory_organization.c
_OF_ACTIVE_UNIT = card_order.join(
    directory_organization,
    and_(_UNIT.id == _ORDER.organization_id, ~_UNIT.deleted, _UNIT.status == ACTIVE),
)


@dataclass(frozen=True)
class UnitOrder:
    """An order with the public name of the unit."""

    order: CardOrder
    unit: str


def add_order(session: Session, order: CardOrder) -> bool:
    """Insert a new order; False where the unit has one already that nobody has printed."""
    values = {
        "id": order.id,
        "organization_id": order.organization,
        "district": order.district,
        "sheets": order.sheets,
        "state": order.state,
        "version": order.version,
        "ordered_at": order.ordered_at,
    }
    once = insert(card_order).on_conflict_do_nothing(index_elements=["organization_id"], index_where=ORDER_WAITS)
    return session.scalar(once.values(values).returning(_ORDER.id)) is not None


def orders_of_unit(session: Session, unit: UUID, limit: int) -> Sequence[CardOrder]:
    """The unit's own, newest first."""
    newest = select(card_order).where(_ORDER.organization_id == unit).order_by(_ORDER.ordered_at.desc(), _ORDER.id)
    return [_order(row) for row in session.execute(newest.limit(limit))]


def orders_to_send(session: Session, districts: Collection[int], limit: int) -> Sequence[UnitOrder]:
    """Orders of the districts that were not sent yet, oldest first."""
    return _with_units(session, _to_send(districts), _ORDER.ordered_at.asc(), limit)


def orders_sent(session: Session, districts: Collection[int], limit: int) -> Sequence[UnitOrder]:
    """The last ones that were sent, newest order first."""
    sent = and_(_ORDER.district.in_(districts), _ORDER.state == OrderState.SENT)
    return _with_units(session, sent, _ORDER.ordered_at.desc(), limit)


def count_orders_to_send(session: Session, districts: Collection[int]) -> int:
    """How many orders of the districts wait to be printed or sent."""
    return session.scalar(select(func.count()).select_from(_OF_ACTIVE_UNIT).where(_to_send(districts))) or 0


def find_order(session: Session, order_id: UUID, districts: Collection[int], *, lock: bool = False) -> UnitOrder | None:
    """One order of the districts, None where there is none; `lock` holds it until the transaction ends."""
    query = _query(and_(_ORDER.id == order_id, _ORDER.district.in_(districts)))
    row = session.execute(query.with_for_update(of=card_order) if lock else query).first()
    return None if row is None else UnitOrder(_order(row), row.unit)


def move_order(session: Session, order: CardOrder, state: OrderState, now: datetime) -> None:
    """Printed, or sent; the next version. The caller holds the order."""
    at = {"printed_at": now, "sent_at": None} if state is OrderState.PRINTED else {"sent_at": now}
    moved = update(card_order).where(_ORDER.id == order.id)
    session.execute(moved.values(state=state, version=order.version + 1, **at))


def _to_send(districts: Collection[int]) -> ColumnElement[bool]:
    return and_(_ORDER.district.in_(districts), _ORDER.state != OrderState.SENT)


def _query(condition: ColumnElement[bool]) -> Select[Any]:
    return select(card_order, _UNIT.name.label("unit")).select_from(_OF_ACTIVE_UNIT).where(condition)


def _with_units(
    session: Session, condition: ColumnElement[bool], order_by: ColumnElement[datetime], limit: int
) -> Sequence[UnitOrder]:
    rows = session.execute(_query(condition).order_by(order_by, _ORDER.id).limit(limit))
    return [UnitOrder(_order(row), row.unit) for row in rows]


def _order(row: Row[Any]) -> CardOrder:
    return CardOrder(
        id=row.id,
        organization=row.organization_id,
        district=row.district,
        sheets=row.sheets,
        state=OrderState(row.state),
        version=row.version,
        ordered_at=row.ordered_at,
        printed_at=row.printed_at,
        sent_at=row.sent_at,
    )
