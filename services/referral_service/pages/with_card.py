"""Someone is here with a card: one field. It finds the referral, or counts an arrival and stores no person."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from referral_service.outside.codes import BadCode
from referral_service.pages.withdraw import LONGEST, code_words
from referral_service.use_cases.cards.arrive_with_card import arrive_with_card
from referral_service.use_cases.dependencies import Dependencies
from service_kit.errors import NotFound
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render

blueprint = Blueprint("with_card", __name__, url_prefix="/with-card")


@blueprint.get("")
@require("case_worker")
def ask() -> ResponseReturnValue:
    """The one field."""
    return render("referral/with_card.html", errors={}, typed="", counted=False)


@blueprint.post("")
@require("case_worker")
def find() -> ResponseReturnValue:
    """Leads to the referral of the own organisation, or says that the arrival was counted.

    From the person's page the code comes along into the field, and nothing is counted yet.
    """
    who = principal()
    typed = request.form.get("code", "")[:LONGEST]
    if request.form.get("from") == "card":
        return render("referral/with_card.html", errors={}, typed=typed, counted=False)
    try:
        with context().db.transaction(who.scope) as session:
            found = arrive_with_card(
                session, who, typed, dependencies=dependency(Dependencies), now=context().clock.now()
            )
    except BadCode as bad:
        return _show_error(typed, code_words(bad))
    except NotFound:
        return _show_error(typed, _("No request to your organisation has this code."))
    if found is None:
        return render("referral/with_card.html", errors={}, typed="", counted=True)
    return redirect(url_for("inbox.show", referral_id=found, card="shown"), 303)


def _show_error(typed: str, message: str) -> ResponseReturnValue:
    return render("referral/with_card.html", errors={"code": message}, typed=typed, counted=False, status=422)
