"""Print an order: new cards for the unit, whose codes are in the returned value alone.

Why a version is asked for: a browser that loads the answer again would print a second run and close the first, which
may be in the post by then. Promises: printing again closes every sheet of the run before, in the same transaction.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.cards.card_order import OrderState
from referral_service.domain.cards.card_stock import ON_A_SHEET
from referral_service.store.cards.card_orders import find_order, move_order
from referral_service.store.cards.card_sheets import close_sheets_of_order
from referral_service.use_cases.cards.issue_cards import PrintedCard, issue_cards
from referral_service.use_cases.dependencies import Dependencies
from service_kit.errors import NotFound
from service_kit.identity import Principal


def print_card_order(
    session: Session,
    coordinator: Principal,
    order_id: UUID,
    *,
    check: Callable[[int], None],
    dependencies: Dependencies,
    now: datetime,
) -> Sequence[PrintedCard]:
    """The cards of a new run; `check` is given the present version. Raises NotFound, Stale."""
    found = find_order(session, order_id, coordinator.districts, lock=True)
    if found is None:
        raise NotFound
    order = found.order
    check(order.version)
    close_sheets_of_order(session, order.id, now)
    move_order(session, order, OrderState.PRINTED, now)
    count = order.sheets * ON_A_SHEET
    return issue_cards(
        session, order.organization, count, dependencies=dependencies, now=now, by=coordinator, order=order.id
    )
