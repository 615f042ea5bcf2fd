"""The coordinator's day: numbers of what needs a hand, each of which opens its list, and a look-up by reference.

Promises: counts and references of the own districts; no person, no need of one referral; unmet needs are
those of frozen figures.
"""

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from referral_service.domain.coordinator_list import Hand
from referral_service.outside.codes import BadCode, normalise
from referral_service.outside.codes import show as grouped
from referral_service.store.cards.card_orders import count_orders_to_send
from referral_service.store.directory import providers_without_case_worker, stands_in_for
from referral_service.store.tasks import count_task_hands, find_by_reference
from referral_service.use_cases.figures.list_unmet_need import list_unmet_need
from service_kit.errors import FieldError
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import form_errors, render
from setu.india import day_in_india
from setu.roles import COORDINATOR

blueprint = Blueprint("today", __name__, url_prefix="/today")


@blueprint.get("")
@require(COORDINATOR)
def show() -> ResponseReturnValue:
    """The numbers."""
    return _page()


@blueprint.get("/find")
@require(COORDINATOR)
def find() -> ResponseReturnValue:
    """Leads to the referral with this reference, where it can be voided among other things."""
    who, typed = principal(), request.args.get("reference", "")
    try:
        reference = grouped(normalise(typed))
    except BadCode:
        return _page(_("A reference looks like R-7K3M-Q2XD. Check it letter by letter."), typed, 422)
    with context().db.transaction(who.scope) as session:
        found = find_by_reference(session, who, reference, context().clock.now())
    if found is None:
        return _page(_("No referral of your districts has this reference."), typed, 404)
    return redirect(url_for("one_unanswered.show", referral_id=found), 303)


def _page(wrong: str = "", typed: str = "", status: int = 200) -> Response:
    who, now = principal(), context().clock.now()
    with context().db.transaction(who.scope) as session:
        counts = count_task_hands(session, who, now)
        nobody_home, _providers = providers_without_case_worker(session, who.districts, 0)
        stood_in_for = stands_in_for(session, who.organization)
        orders = count_orders_to_send(session, who.districts)
        unmet = list_unmet_need(session, who.districts, day_in_india(now))
    return render(
        "referral/coordinator/today.html",
        status=status,
        counts=counts,
        kinds=list(Hand),
        nobody_home=nobody_home,
        stood_in_for=stood_in_for,
        orders=orders,
        unmet=unmet,
        typed=typed,
        errors=form_errors([FieldError("reference", wrong)] if wrong else []),
    )
