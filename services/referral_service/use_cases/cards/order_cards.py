"""Order sheets of cards for the own unit: the order goes to the coordinators of the unit's district.

Promises: one order of a unit waits at a time, so a second tap orders nothing; the event says that a district has an
order, neither whose nor how many.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from referral_service.domain.cards.card_order import CardOrder, OrderState
from referral_service.domain.standing import begins_nothing
from referral_service.store.cards.card_orders import add_order
from referral_service.store.directory import find_organization
from referral_service.use_cases.dependencies import Dependencies
from service_kit.db import audit, outbox
from service_kit.envelope import Event
from service_kit.errors import Conflict, NotFound
from service_kit.identity import Principal

CARDS_ORDERED = "referral.cards.ordered.v1"


def order_cards(
    session: Session, supervisor: Principal, sheets: int, *, dependencies: Dependencies, now: datetime
) -> None:
    """Order so many sheets. Raises Conflict while an order waits, NotFound for a unit suspended or in no district."""
    unit = find_organization(session, supervisor.organization)
    if unit is None or unit.district is None or begins_nothing(unit.status):
        raise NotFound
    order = CardOrder(
        id=dependencies.ids.uuid(),
        organization=unit.id,
        district=unit.district,
        sheets=sheets,
        state=OrderState.ORDERED,
        version=1,
        ordered_at=now,
    )
    if not add_order(session, order):
        raise Conflict
    data: dict[str, object] = {"order_id": str(order.id), "district": order.district, "version": order.version}
    outbox.add(session, Event(CARDS_ORDERED, str(order.id), data, dependencies.ids.uuid(), now))
    audit.record(session, "card.order", ("card_order", order.id), supervisor, now, detail={"sheets": str(sheets)})
