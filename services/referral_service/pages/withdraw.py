"""The person's page, behind the card: one field, five answers and taking consent back; the same calm page after each.

Why: rules 7 and 14. Promises: no account, no script needed; a code with a wrong check character is refused in words,
computed from the input alone; every well-formed code gets the same answer at once, and the worker does the rest. The
code never stands in an address: a QR code carries it in the fragment, which a small script moves into the field. When
not to use it: for staff, who have buttons of their own.
"""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from referral_service.domain.voices import COUNTED, TO_THE_TEAM, Voice
from referral_service.outside.codes import BadCode
from referral_service.store.card_requests import WITHDRAWAL
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.queue_card_request import queue_card_request
from service_kit.web.access.require import public
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render

LONGEST = 64  # characters of a typed code, spaces and hyphens included
blueprint = Blueprint("withdraw", __name__, url_prefix="/withdraw")


@blueprint.get("")
@public
def ask() -> ResponseReturnValue:
    """The one field, and the answers."""
    return _page()


@blueprint.post("")
@public
def withdraw() -> ResponseReturnValue:
    """The same answer for every well-formed code."""
    return _queue(WITHDRAWAL, "withdraw.done")


@blueprint.post("/say")
@public
def say() -> ResponseReturnValue:
    """The same answer for every well-formed code and each of the five; Enter in the field chooses none of them."""
    said = request.form.get("said", "")
    if said not in set(Voice):
        return _page(said=_("Press one of the answers."))
    return _queue(said, "withdraw.heard")


def _queue(asked: str, calm_page: str) -> ResponseReturnValue:
    resources = context()
    try:
        with resources.db.transaction() as session:
            queue_card_request(
                session, _typed(), asked, dependencies=dependency(Dependencies), now=resources.clock.now()
            )
    except BadCode as bad:
        return _page(code=code_words(bad))
    return redirect(url_for(calm_page), 303)


def _typed() -> str:
    return request.form.get("code", "")[:LONGEST]


def _page(**errors: str) -> ResponseReturnValue:
    return render(
        "referral/withdraw.html",
        errors=errors,
        typed=_typed(),
        to_the_team=TO_THE_TEAM,
        counted=list(COUNTED),
        status=422 if errors else 200,
    )


def code_words(bad: BadCode) -> str:
    """What to do about a code that cannot be one, from the input alone."""
    if bad.reason == "length":
        return _("The code has 14 letters and numbers, on the card in groups of four.")
    if bad.reason == "symbol":
        return _("The code never has 0, O, 1, I, 5, S, 8 or B. Compare it with the card.")
    return _("One letter or number is wrong, or two have changed places. Compare it with the card.")


@blueprint.get("/done")
@public
def done() -> ResponseReturnValue:
    """The calm answer after taking consent back."""
    return render("referral/withdrawn.html")


@blueprint.get("/heard")
@public
def heard() -> ResponseReturnValue:
    """The calm answer after any of the five."""
    return render("referral/heard.html")
