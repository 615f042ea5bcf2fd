"""The coordinator's orders of cards: what units of the own districts ordered, the print page, and what was sent.

Promises: printing is a POST whose answer is the cards, kept by nobody (no-store); loading it again prints nothing,
since it asks for a version of the order that has passed. When not to use it: to see what a unit has used; no
coordinator can.
"""

from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from referral_service.domain.cards.card_language import card_language
from referral_service.domain.cards.card_stock import ON_A_SHEET
from referral_service.pages.card_sheets import PAPERS, render_sheets
from referral_service.pages.sent import seen
from referral_service.pages.words.card_orders import ORDER_STATE
from referral_service.store.cards.card_orders import count_orders_to_send, find_order, orders_sent, orders_to_send
from referral_service.use_cases.cards.print_card_order import print_card_order
from referral_service.use_cases.cards.send_card_order import send_card_order
from referral_service.use_cases.dependencies import Dependencies
from service_kit.errors import NotFound, Stale
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render
from setu.languages import SCREEN_LANGUAGES
from setu.roles import COORDINATOR

blueprint = Blueprint("card_orders", __name__, url_prefix="/card-orders")
MOST, LATEST = 100, 20  # orders that wait, and that were sent, on the page


@blueprint.get("")
@require(COORDINATOR)
def show_list() -> ResponseReturnValue:
    """What waits, oldest first; below it what was sent last."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        total = count_orders_to_send(session, who.districts)
        waiting = orders_to_send(session, who.districts, MOST)
        sent = orders_sent(session, who.districts, LATEST)
    just_sent = request.args.get("done") == "sent"
    return render(
        "referral/cards/card_orders.html",
        waiting=waiting,
        total=total,
        sent=sent,
        states=ORDER_STATE,
        just_sent=just_sent,
    )


def count_waiting() -> int:
    """The number beside its link in the menu."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        return count_orders_to_send(session, who.districts)


@blueprint.get("/<uuid:order_id>")
@require(COORDINATOR)
def show(order_id: UUID) -> ResponseReturnValue:
    """One order, and what can be done with it."""
    return _page(order_id, {})


@blueprint.post("/<uuid:order_id>/print")
@require(COORDINATOR)
def print_cards(order_id: UUID) -> ResponseReturnValue:
    """Makes the cards and shows them, once."""
    who, paper, language = principal(), request.form.get("paper", ""), request.form.get("language", "")
    if paper not in PAPERS or language not in SCREEN_LANGUAGES:
        return _page(order_id, {"paper": _("Choose the paper and the language.")}, status=422)
    try:
        with context().db.transaction(who.scope) as session:
            issued = print_card_order(
                session,
                who,
                order_id,
                check=seen(request.form.get("version", "")),
                dependencies=dependency(Dependencies),
                now=context().clock.now(),
            )
    except Stale:
        again = _(
            "These cards were printed already, and their codes are shown once. Print the order again if you must."
        )
        return _page(order_id, {"paper": again}, status=409)
    return render_sheets(issued, paper=paper, language=language, back=url_for("card_orders.show", order_id=order_id))


@blueprint.post("/<uuid:order_id>/sent")
@require(COORDINATOR)
def mark_sent(order_id: UUID) -> ResponseReturnValue:
    """The pack is on its way."""
    who = principal()
    try:
        with context().db.transaction(who.scope) as session:
            check = seen(request.form.get("version", ""))
            send_card_order(session, who, order_id, check=check, now=context().clock.now())
    except Stale:
        changed = _("This order has changed meanwhile. Look again.")
        return _page(order_id, {"paper": changed}, status=409)
    return redirect(url_for("card_orders.show_list", done="sent"), 303)


def _page(order_id: UUID, errors: dict[str, str], status: int = 200) -> Response:
    who = principal()
    with context().db.transaction(who.scope) as session:
        found = find_order(session, order_id, who.districts)
    if found is None:
        raise NotFound
    return render(
        "referral/cards/card_order.html",
        status=status,
        found=found,
        order=found.order,
        state=ORDER_STATE[found.order.state],
        cards=found.order.sheets * ON_A_SHEET,
        papers=[(code, _(words)) for code, words in PAPERS.items()],
        card_languages=list(SCREEN_LANGUAGES.items()),
        language=card_language("", found.order.district),
        errors=errors,
    )
