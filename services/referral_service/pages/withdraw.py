"""The person takes the consent back: one field, one button, the same calm answer whatever the code was (rule 7).

Promises: no account, no script needed; a code with a wrong check character is refused in words, computed from the input
alone; every well-formed code gets the same answer at once, and the worker does the rest. The code never stands in an
address: a QR code carries it in the fragment, which a small script moves into the field. Every form is answered with a
redirect, so that the back button never asks to send a code again: a mistyped one comes back once, in a sealed cookie.
When not to use it: for staff, who have buttons of their own.
"""

from datetime import timedelta

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from referral_service.outside.codes import BadCode
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.queue_withdrawal import card_code, queue_withdrawal
from service_kit.web.access.require import public
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render, see_other
from service_kit.web.sealed_cookie import SealedCookie

LONGEST = 64  # characters of a typed code, spaces and hyphens included
MISTYPED = SealedCookie("code", "mistyped-code", timedelta(minutes=1), path="/withdraw", until_closed=True)
blueprint = Blueprint("withdraw", __name__, url_prefix="/withdraw")


@blueprint.get("")
@public
def ask() -> ResponseReturnValue:
    """The one field; right after a code that cannot be one, with that code and what to do about it."""
    mistyped = MISTYPED.read()
    if mistyped is None:
        return render("referral/withdraw.html", errors={}, typed="")
    page = render("referral/withdraw.html", errors=_errors(mistyped["typed"]), typed=mistyped["typed"])
    page.headers["Cache-Control"] = "no-store"  # the code is nearly a right one
    return MISTYPED.delete_from(page)


@blueprint.post("")
@public
def withdraw() -> ResponseReturnValue:
    """The same answer for every well-formed code."""
    resources = context()
    typed = request.form.get("code", "")[:LONGEST]
    try:
        with resources.db.transaction() as session:
            queue_withdrawal(session, typed, dependencies=dependency(Dependencies), now=resources.clock.now())
    except BadCode:
        return MISTYPED.set_on(see_other(url_for("withdraw.ask")), {"typed": typed})
    return see_other(url_for("withdraw.done"))


def _errors(typed: str) -> dict[str, str]:
    try:
        card_code(typed)
    except BadCode as bad:
        return {"code": code_words(bad)}
    return {}


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
    """The calm answer."""
    return render("referral/withdrawn.html")
