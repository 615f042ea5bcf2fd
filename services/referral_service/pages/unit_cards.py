"""The supervisor's page about the unit's cards: enough, few or none; order sheets; report a lost one.

Promises: it says nothing that follows from a person's or a service's act (rule 3): a word about what is left, the own
orders, exact times. When not to use it: to look a card up; there is no answer about one card.
"""

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from referral_service.domain.cards.card_order import MOST_SHEETS, OrderState
from referral_service.domain.cards.card_stock import FEW_LEFT, ON_A_SHEET, card_stock, counted_until
from referral_service.pages.words.card_orders import ORDER_STATE, STOCK
from referral_service.store.cards.card_orders import orders_of_unit
from referral_service.store.cards.card_sheets import count_left
from referral_service.use_cases.cards.order_cards import order_cards
from referral_service.use_cases.cards.report_lost_sheet import report_lost_sheet
from referral_service.use_cases.dependencies import Dependencies
from service_kit.errors import Conflict, Invalid
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import number
from service_kit.web.html.render import render
from setu.roles import UNIT_SUPERVISOR

blueprint = Blueprint("unit_cards", __name__, url_prefix="/cards")
SHOWN = 10  # orders on the page
DONE = ("ordered", "closed")


@blueprint.get("")
@require(UNIT_SUPERVISOR)
def show() -> ResponseReturnValue:
    """The word, the orders, the two forms."""
    return _page({})


@blueprint.post("/order")
@require(UNIT_SUPERVISOR)
def order() -> ResponseReturnValue:
    """Orders so many sheets."""
    who, typed = principal(), request.form.get("sheets", "").strip()[:8]
    sheets = int(typed) if typed.isascii() and typed.isdigit() else 0
    if not 1 <= sheets <= MOST_SHEETS:
        wrong = _("Write a number from 1 to %(most)s.", most=number(MOST_SHEETS))
        return _page({"sheets": wrong}, sheets=typed, status=422)
    try:
        with context().db.transaction(who.scope) as session:
            order_cards(session, who, sheets, dependencies=dependency(Dependencies), now=context().clock.now())
    except Conflict:
        return _page({}, status=409)  # the page says that an order waits
    return redirect(url_for("unit_cards.show", done="ordered"), 303)


@blueprint.post("/lost")
@require(UNIT_SUPERVISOR)
def lost() -> ResponseReturnValue:
    """Closes a sheet, by its number or by that of a card on it."""
    who, typed = principal(), request.form.get("number", "")[:20]
    try:
        with context().db.transaction(who.scope) as session:
            report_lost_sheet(session, who, typed, now=context().clock.now())
    except Invalid:
        wrong = _("This is not the number of a sheet or a card of your unit. Check it on a card.")
        return _page({"number": wrong}, number_typed=typed, status=422)
    return redirect(url_for("unit_cards.show", done="closed"), 303)


def _page(errors: dict[str, str], *, sheets: str = "", number_typed: str = "", status: int = 200) -> Response:
    who, now = principal(), context().clock.now()
    with context().db.transaction(who.scope) as session:
        left = count_left(session, who.organization, counted_until(now), FEW_LEFT + 1)
        orders = orders_of_unit(session, who.organization, SHOWN)
    done = request.args.get("done")
    return render(
        "referral/cards/unit_cards.html",
        status=status,
        stock=STOCK[card_stock(left)],
        orders=orders,
        waiting=any(one.state is OrderState.ORDERED for one in orders),
        states=ORDER_STATE,
        on_a_sheet=ON_A_SHEET,
        most=MOST_SHEETS,
        errors=errors,
        sheets=sheets,
        number_typed=number_typed,
        done=done if done in DONE else "",
    )
