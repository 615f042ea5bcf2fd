"""The supervisor's home: the unit's cards in a word, its people, its meetings; no referral, and nothing about one.

Promises: the word is that of `/cards`, so it follows from printing and from the own unit's submissions alone (rule 3).
When not to use it: to order cards or to report a lost sheet (`unit_cards.py`).
"""

from flask import Response

from referral_service.domain.cards.card_order import OrderState
from referral_service.domain.cards.card_stock import FEW_LEFT, card_stock, counted_until
from referral_service.pages.words.card_orders import STOCK
from referral_service.store.cards.card_orders import orders_of_unit
from referral_service.store.cards.card_sheets import count_left
from service_kit.identity import Principal
from service_kit.web.context import context
from service_kit.web.html.render import render


def render_unit_day(who: Principal) -> Response:
    """Their home page."""
    with context().db.transaction(who.scope) as session:
        left = count_left(session, who.organization, counted_until(context().clock.now()), FEW_LEFT + 1)
        newest = orders_of_unit(session, who.organization, 1)
    waiting = any(one.state is OrderState.ORDERED for one in newest)
    return render("referral/day.html", role=who.role, stock=STOCK[card_stock(left)], waiting=waiting)
