"""The page after sending: the card, what to say now, and what the sender will be told; its card as a picture, too.

Promises: it can be loaded again for ten minutes in the same session (`receipt.py`), at the address of the form that
ended with it and at no other one, so that nobody is handed another person's card; a page that stays open takes a code
away after that time (`card.js`), and "back" asks again; it reads the receipt and the public
directory, never the referral, so that nothing that happens to the referral alters it; no code is in an address.
When not to use it: for the state of what was sent.
"""

from collections.abc import Sequence

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from referral_service.domain.cards.card_language import card_language
from referral_service.domain.listed_service import ListedService
from referral_service.pages import card_picture, cards
from referral_service.pages.new_referral.form_address import render_form_gone
from referral_service.pages.new_referral.receipt import OF_LAST_RELEASE, Receipt, carried_receipt, seconds_left
from referral_service.store.directory import listed_by_id
from service_kit.identity import Principal
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.render import render
from setu.roles import CUSTODY_HEALTH, REFERRERS

blueprint = Blueprint("done", __name__, url_prefix="/new")


@blueprint.get("/<form_id>/done")
@blueprint.get("/done", defaults={"form_id": OF_LAST_RELEASE})
@require(*REFERRERS)
def show(form_id: str) -> ResponseReturnValue:
    """What was sent of this form, for ten minutes."""
    who = principal()
    receipt = carried_receipt(who, form_id)
    if receipt is None:
        return render_form_gone(who, form_id)
    services = _services(who, receipt)
    template = "referral/new/done.html" if receipt.reference else "referral/new/thanks.html"
    return render(
        template,
        receipt=receipt,
        services=services,
        ways=cards.ways_to(services),
        card=_card(receipt, services),
        card_goes_in=seconds_left(),
        health_staff=who.role == CUSTODY_HEALTH,
    )


@blueprint.get("/<form_id>/card.svg")
@blueprint.get("/card.svg", defaults={"form_id": OF_LAST_RELEASE})
@require(*REFERRERS)
def picture(form_id: str) -> ResponseReturnValue:
    """The card of this form as a picture to keep; the file's name says nothing."""
    who = principal()
    receipt = carried_receipt(who, form_id)
    card = None if receipt is None else _card(receipt, _services(who, receipt))
    if card is None:
        return render_form_gone(who, form_id)
    response = Response(card_picture.svg(card), mimetype="image/svg+xml")
    response.headers["Content-Disposition"] = 'attachment; filename="card.svg"'
    return response


def _card(receipt: Receipt, services: Sequence[ListedService]) -> cards.HandedCard | None:
    """None where no card is handed out here: after a no, and where the person got a printed one."""
    if receipt.code is None and (receipt.answer != "card_only" or receipt.own_card):
        return None
    return cards.handed(services, receipt.code, card_language(receipt.language, receipt.district))


def _services(who: Principal, receipt: Receipt) -> list[ListedService]:
    with context().db.transaction(who.scope) as session:
        listed = listed_by_id(session, receipt.services)
    return [listed[service] for service in receipt.services if service in listed]
