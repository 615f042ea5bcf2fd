"""The code: as the second step of a sign-in (by ticket), or again after thirty minutes (in a session)."""

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.accounts.api.callers import device
from directory_service.accounts.domain.conflicting_roles import RolesClash
from directory_service.accounts.domain.sign_in import (
    BadCredentials,
    InvitationWaits,
    SignInRefused,
    TooManyTries,
)
from directory_service.accounts.pages import sign_in_responses
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.finish_sign_in import (
    TicketOver,
    finish_sign_in,
)
from directory_service.accounts.use_cases.sessions import SignedIn
from directory_service.accounts.use_cases.step_up import (
    has_factor,
    step_up,
)
from service_kit.web.access.require import (
    maybe_principal,
    public,
)
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render, see_other

blueprint = Blueprint("second_factor", __name__, template_folder="templates")


@blueprint.get("/second-factor")
@public
def show() -> ResponseReturnValue:
    """Ask for a code."""
    who = maybe_principal()
    if not sign_in_responses.ticket() and who is None:
        return see_other(url_for("sign_in.show", next=sign_in_responses.wanted_page() or None))
    if not sign_in_responses.ticket() and who is not None and not has_factor(context().db, who):
        return see_other(url_for("own_factor.show"))
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
        return see_other(url_for("sign_in.show", next=sign_in_responses.wanted_page() or None))
    except InvitationWaits as waits:
        return sign_in_responses.invitations_response(waits)
    except (BadCredentials, TooManyTries) as refusal:
        page = _page({"code": sign_in_responses.code_words(refusal)}, sign_in_responses.status_of(refusal))
        return sign_in_responses.retry_after(page, refusal)
    except (SignInRefused, RolesClash) as refusal:
        return _page({"code": sign_in_responses.refusal_words(refusal)}, sign_in_responses.status_of(refusal))
    return sign_in_responses.start_session_response(done, sign_in_responses.wanted_page())


def _use(code: str) -> SignedIn:
    now, who = context().clock.now(), maybe_principal()
    try:
        return finish_sign_in(
            context().db,
            dependency(Dependencies),
            sign_in_responses.ticket(),
            code,
            caller=sign_in_responses.caller(),
            device=device(),
            now=now,
        )
    except TicketOver:
        if who is None:
            raise
    return step_up(context().db, dependency(Dependencies), who, code, now)


def _page(errors: dict[str, str], status: int = 200) -> Response:
    again = not sign_in_responses.ticket()
    return render(
        "accounts/second_factor.html", status=status, errors=errors, again=again, next=sign_in_responses.wanted_page()
    )
