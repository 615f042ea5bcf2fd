"""Sign in, sign out, leave quickly."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.accounts.api.callers import device
from directory_service.accounts.domain.conflicting_roles import RolesClash
from directory_service.accounts.domain.sign_in import (
    InvitationWaits,
    SecondFactorRequired,
    SignInRefused,
)
from directory_service.accounts.pages import sign_in_responses
from directory_service.accounts.pages.end_browser_session import end_browser_session
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.sign_in import (
    Attempt,
    sign_in,
)
from service_kit.web.access.require import maybe_principal, public
from service_kit.web.access.session_cookie import end_session_cookie
from service_kit.web.access.sessions import owner_of_session
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render, see_other
from service_kit.web.login_redirects import leave_response, send_to_sign_in

blueprint = Blueprint("sign_in", __name__, template_folder="templates")


@blueprint.get("/sign-in")
@public
def show() -> ResponseReturnValue:
    """The form; also for somebody who is signed in, because another service may have locked the session.

    Where this browser is locked its session stands until somebody signs in or out.
    """
    return _form(joined="joined" in request.args, why=request.args.get("why", ""))


@blueprint.post("/sign-in")
@public
def submit() -> ResponseReturnValue:
    """Check name and password; on to the second step where one is asked."""
    user, password = request.form.get("user", "").strip(), request.form.get("password", "")
    errors = _missing(user, password)
    if errors:
        return _form(422, user=user, errors=errors)
    attempt = Attempt(
        user=user, password=password, caller=sign_in_responses.caller(), device=device(), opens_ticket=True
    )
    try:
        done = sign_in(context().db, dependency(Dependencies), attempt, context().clock.now())
    except SecondFactorRequired as wanted:
        return _second_step(user, wanted)
    except InvitationWaits as waits:
        return sign_in_responses.invitations_response(waits)
    except (SignInRefused, RolesClash) as refusal:
        words = {"user": sign_in_responses.refusal_words(refusal)}
        return sign_in_responses.retry_after(
            _form(sign_in_responses.status_of(refusal), user=user, errors=words), refusal
        )
    return sign_in_responses.start_session_response(done, sign_in_responses.wanted_page())


@blueprint.post("/sign-out")
@public
def leave_the_house() -> ResponseReturnValue:
    """End the session everywhere, and half a sign-in in this browser, and say so; harmless without either."""
    end_browser_session()
    return sign_in_responses.without_ticket(end_session_cookie(see_other(url_for("sign_in.signed_out"))))


@blueprint.get("/signed-out")
@public
def signed_out() -> ResponseReturnValue:
    """Say that the session is over."""
    return render("accounts/signed_out.html")


@blueprint.get("/signed-in")
@public
def signed_in() -> ResponseReturnValue:
    """Say, in a window that was opened for signing in, that it is done: what was typed waits in the other one."""
    return send_to_sign_in() if maybe_principal() is None else render("accounts/signed_in.html")


@blueprint.post("/leave")
@public
def leave() -> ResponseReturnValue:
    """Leave quickly: end the session, show something neutral."""
    end_browser_session()
    return sign_in_responses.without_ticket(leave_response())


def _missing(user: str, password: str) -> dict[str, str]:
    errors = {}
    if not user:
        errors["user"] = _("Enter your user name, phone number or mail address.")
    if not password:
        errors["password"] = _("Enter your password.")
    return errors


def _form(status: int = 200, *, user: str = "", errors: Mapping[str, str] | None = None, **more: Any) -> Response:
    """The page; where this browser is locked its session stands, and can be ended here."""
    return render(
        "accounts/sign_in.html",
        status=status,
        user=user,
        errors=errors or {},
        next=sign_in_responses.wanted_page(),
        may_sign_out=owner_of_session() is not None,
        **more,
    )


def _second_step(user: str, wanted: SecondFactorRequired) -> Response:
    if not wanted.enrolled:
        words = _(
            "Your role needs a second factor and none is set up. Begin with your sign-in slip;"
            " ask for a new one if it was used or is older than a week."
        )
        return _form(401, user=user, errors={"user": words})
    where = url_for("second_factor.show", next=sign_in_responses.wanted_page() or None)
    return sign_in_responses.with_ticket(see_other(where), wanted.ticket)
