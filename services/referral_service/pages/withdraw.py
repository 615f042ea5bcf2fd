"""The person takes the consent back: one field, one button, the same calm answer whatever the code was (rule 7).

Promises: no account, no script needed; a code with a wrong check character is refused in words, computed from the input
alone; every well-formed code gets the same answer at once, and the worker does the rest. The code never stands in an
address: a QR code carries it in the fragment, which a small script moves into the field. When not to use it: for
staff, who have buttons of their own.
"""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from referral_service.outside.codes import BadCode
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.queue_withdrawal import queue_withdrawal
from service_kit.web.access.require import public
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render

LONGEST = 64  # characters of a typed code, spaces and hyphens included
blueprint = Blueprint("withdraw", __name__, url_prefix="/withdraw")


@blueprint.get("")
@public
def ask() -> ResponseReturnValue:
    """The one field."""
    return render("referral/withdraw.html", errors={}, typed="")


@blueprint.post("")
@public
def withdraw() -> ResponseReturnValue:
    """The same answer for every well-formed code."""
    resources = context()
    typed = request.form.get("code", "")[:LONGEST]
    try:
        with resources.db.transaction() as session:
            queue_withdrawal(session, typed, dependencies=dependency(Dependencies), now=resources.clock.now())
    except BadCode as bad:
        return render("referral/withdraw.html", errors={"code": code_words(bad)}, typed=typed, status=422)
    return redirect(url_for("withdraw.done"), 303)


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
