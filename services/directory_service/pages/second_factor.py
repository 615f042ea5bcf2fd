"""The code: as the second step of a sign-in (by ticket), or again after thirty minutes (in a session)."""

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.domain.roles import BothSides
from directory_service.domain.sign_in import BadCredentials, SignInRefused, TooManyTries
from directory_service.outside.callers import device
from directory_service.pages import entrance
from directory_service.use_cases.finish_sign_in import TicketOver, finish_sign_in
from directory_service.use_cases.sessions import SignedIn
from directory_service.use_cases.step_up import has_factor, step_up
from directory_service.use_cases.tools import tools
from service_kit.web.auth import maybe_principal, public
from service_kit.web.context import context
from service_kit.web.i18n import gettext as _
from service_kit.web.pages import render

blueprint = Blueprint("second_factor", __name__, template_folder="templates")


@blueprint.get("/second-factor")
@public
def show() -> ResponseReturnValue:
    """Ask for a code."""
    who = maybe_principal()
    if not entrance.ticket() and who is None:
        return entrance.go(url_for("sign_in.show", next=entrance.wanted_page() or None))
    if not entrance.ticket() and who is not None and not has_factor(context().db, who):
        return entrance.go(url_for("own_factor.show"))
    return _page({})


@blueprint.post("/second-factor")
@public
def submit() -> ResponseReturnValue:
    """Take the code and go on."""
    code = request.form.get("code", "").strip()
    if not code:
        return _page({"code": _("Enter the code.")}, 422)
    try:
        done = _use(code)
    except TicketOver:
        return entrance.go(url_for("sign_in.show", next=entrance.wanted_page() or None))
    except (BadCredentials, TooManyTries) as refusal:
        page = _page({"code": entrance.code_words(refusal)}, entrance.status_of(refusal))
        return entrance.retry_after(page, refusal)
    except (SignInRefused, BothSides) as refusal:
        return _page({"code": entrance.refusal_words(refusal)}, entrance.status_of(refusal))
    return entrance.welcome(done, entrance.wanted_page())


def _use(code: str) -> SignedIn:
    now, who = context().clock.now(), maybe_principal()
    try:
        return finish_sign_in(
            context().db, tools(), entrance.ticket(), code, caller=entrance.caller(), device=device(), now=now
        )
    except TicketOver:
        if who is None:
            raise
    return step_up(context().db, tools(), who, code, now)


def _page(errors: dict[str, str], status: int = 200) -> Response:
    again = not entrance.ticket()
    return render("accounts/second_factor.html", status=status, errors=errors, again=again, next=entrance.wanted_page())
