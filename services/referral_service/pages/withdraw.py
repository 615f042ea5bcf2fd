"""The person takes the consent back: one field, one button, the same calm answer whatever the code was (rule 7).

Promises: no account, no script needed; a code with a wrong check character is refused in words, computed from the input
alone; every well-formed code gets the same answer. The code never stands in an address: a QR code carries it in the
fragment, which a small script moves into the field. When not to use it: for staff, who have buttons of their own.
"""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from referral_service.use_cases.means import web_means
from referral_service.use_cases.withdraw_by_code import withdraw_by_code
from service_kit.codes import BadCode
from service_kit.web.auth import public
from service_kit.web.context import context
from service_kit.web.i18n import gettext as _
from service_kit.web.pages import render

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
    typed = request.form.get("code", "")[:40]
    try:
        with context().db.transaction() as session:
            withdraw_by_code(session, typed, means=web_means(), now=context().clock.now())
    except BadCode:
        message = _("This code is not right. Check it letter by letter against the card: 14 letters and numbers.")
        return render("referral/withdraw.html", errors={"code": message}, typed=typed, status=422)
    return redirect(url_for("withdraw.done"), 303)


@blueprint.get("/done")
@public
def done() -> ResponseReturnValue:
    """The calm answer."""
    return render("referral/withdrawn.html")
