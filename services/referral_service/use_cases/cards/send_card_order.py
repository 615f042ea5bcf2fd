"""Mark a printed order as sent: it leaves the coordinator's list, and the unit sees that it is on its way."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.cards.card_order import OrderState
from referral_service.store.cards.card_orders import find_order, move_order
from service_kit.db import audit
from service_kit.errors import NotFound, Stale
from service_kit.identity import Principal


def send_card_order(
    session: Session, coordinator: Principal, order_id: UUID, *, check: Callable[[int], None], now: datetime
) -> None:
    """Only from printed. Raises NotFound, Stale."""
    found = find_order(session, order_id, coordinator.districts, lock=True)
    if found is None:
        raise NotFound
    check(found.order.version)
    if found.order.state is not OrderState.PRINTED:
        raise Stale
    move_order(session, found.order, OrderState.SENT, now)
    audit.record(session, "card.send", ("card_order", order_id), coordinator, now)
