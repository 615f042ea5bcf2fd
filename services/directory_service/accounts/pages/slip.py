"""The page with a new sign-in slip: what a form that printed one leads to.

Why: were the slip the answer to the form itself, a reload would print another one, or make a second account.
Promises: it can be loaded again for ten minutes in the same session, from a sealed cookie; the code is in no address;
signing out takes it away, and one that is void by then is not shown, but said to be so. When not to use it: to print a
slip.
"""

from dataclasses import asdict
from datetime import datetime, timedelta

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue

from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.print_slip import PrintedSlip
from directory_service.accounts.use_cases.void_copied_slip import is_copied
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.render import render, see_other
from service_kit.web.sealed_cookie import SealedCookie
from setu.roles import MANAGERS, TITLES, TWO_PEOPLE

COOKIE = SealedCookie("slip", "page-of-a-slip", timedelta(minutes=10))
PRINTING = tuple(dict.fromkeys((*MANAGERS, *TWO_PEOPLE)))
_LATER = ("half", "role", "organization")  # apart: the release before reads the rest of the cookie during an upgrade
blueprint = Blueprint("slip", __name__, template_folder="templates", url_prefix="/slip")


def led_to_slip(slip: PrintedSlip, back: str) -> Response:
    """The answer to a form that printed one; `back` is the list that the page leads back to."""
    plain = asdict(slip) | {"expires_at": slip.expires_at.isoformat()}
    later = {name: plain.pop(name) for name in _LATER}
    return COOKIE.set_on(
        see_other(url_for("slip.show")),
        {"session": str(principal().session), "slip": plain, "later": later, "back": back},
    )


@blueprint.get("")
@require(*PRINTING)
def show() -> ResponseReturnValue:
    """The slip that was printed last, for ten minutes."""
    plain = COOKIE.read()
    if plain is None or plain["session"] != str(principal().session):
        return render("accounts/slip_gone.html", status=410)
    expires_at = datetime.fromisoformat(plain["slip"]["expires_at"])
    slip = PrintedSlip(**plain["slip"] | plain.get("later", {}) | {"expires_at": expires_at})
    with context().db.transaction(principal().scope) as session:
        is_void = is_copied(session, dependency(Dependencies), slip)
    return render("accounts/slip.html", slip=slip, is_void=is_void, role_names=TITLES, back=plain["back"])
