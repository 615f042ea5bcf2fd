"""Sign in, sign out, leave quickly."""

from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.domain.roles import BothSides
from directory_service.domain.sign_in import InvitationWaits, SecondFactorRequired, SignInRefused
from directory_service.outside.callers import device
from directory_service.pages import entrance
from directory_service.use_cases.sign_in import Attempt, sign_in
from directory_service.use_cases.sign_out import sign_out
from directory_service.use_cases.tickets import INVITATION, SECOND_FACTOR, open_ticket
from directory_service.use_cases.tools import tools
from service_kit.db.engine import Scope
from service_kit.web.auth import maybe_principal, public
from service_kit.web.context import context
from service_kit.web.i18n import gettext as _
from service_kit.web.pages import render
from service_kit.web.sessions import end_session_cookie
from service_kit.web.signin import leave_response

blueprint = Blueprint("sign_in", __name__, template_folder="templates")


@blueprint.get("/sign-in")
@public
def show() -> ResponseReturnValue:
    """The form; also for somebody who is signed in, because another service may have locked the session."""
    joined = "joined" in request.args
    return render("accounts/sign_in.html", errors={}, user="", next=entrance.wanted_page(), joined=joined)


@blueprint.post("/sign-in")
@public
def submit() -> ResponseReturnValue:
    """Check name and password; on to the second step where one is asked."""
    user, password = request.form.get("user", "").strip(), request.form.get("password", "")
    errors = _missing(user, password)
    if errors:
        return _again(user, errors, 422)
    attempt = Attempt(user=user, password=password, caller=entrance.caller(), device=device())
    try:
        done = sign_in(context().db, tools(), attempt, context().clock.now())
    except SecondFactorRequired as wanted:
        return _second_step(user, wanted)
    except InvitationWaits as waits:
        return _with_ticket(waits.account, INVITATION, url_for("invitations.show"))
    except (SignInRefused, BothSides) as refusal:
        words = {"user": entrance.refusal_words(refusal)}
        return entrance.retry_after(_again(user, words, entrance.status_of(refusal)), refusal)
    return entrance.welcome(done, entrance.wanted_page())


@blueprint.post("/sign-out")
@public
def leave_the_house() -> ResponseReturnValue:
    """End the session everywhere and say so; harmless without one."""
    _end()
    return end_session_cookie(entrance.go(url_for("sign_in.signed_out")))


@blueprint.get("/signed-out")
@public
def signed_out() -> ResponseReturnValue:
    """Say that the session is over."""
    return render("accounts/signed_out.html")


@blueprint.post("/leave")
@public
def leave() -> ResponseReturnValue:
    """Leave quickly: end the session, show something neutral."""
    _end()
    return entrance.without_ticket(leave_response())


def _end() -> None:
    who = maybe_principal()
    if who is not None:
        with context().db.transaction(who.scope) as session:
            sign_out(session, tools(), who, context().clock.now())


def _missing(user: str, password: str) -> dict[str, str]:
    errors = {}
    if not user:
        errors["user"] = _("Enter your user name, phone number or mail address.")
    if not password:
        errors["password"] = _("Enter your password.")
    return errors


def _again(user: str, errors: dict[str, str], status: int) -> Response:
    return render("accounts/sign_in.html", status=status, errors=errors, user=user, next=entrance.wanted_page())


def _second_step(user: str, wanted: SecondFactorRequired) -> Response:
    if not wanted.enrolled:
        words = _("Your role needs a second factor and none is set up. Ask for a new sign-in slip and begin with that.")
        return _again(user, {"user": words}, 401)
    where = url_for("second_factor.show", next=entrance.wanted_page() or None)
    return _with_ticket(wanted.account, SECOND_FACTOR, where)


def _with_ticket(account: UUID, purpose: str, where: str) -> Response:
    with context().db.transaction(Scope(account=account)) as session:
        ticket = open_ticket(session, tools(), account, purpose, context().clock.now())
    return entrance.with_ticket(entrance.go(where), ticket)
