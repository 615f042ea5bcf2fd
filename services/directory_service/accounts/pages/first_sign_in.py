"""First sign-in by slip: the slip, a password, and a second factor where the role needs one. Three plain forms."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.accounts.api.callers import device
from directory_service.accounts.domain.conflicting_roles import RolesClash
from directory_service.accounts.domain.passwords import WeakPassword
from directory_service.accounts.domain.sign_in import (
    BadCredentials,
    OrganizationPending,
    SignInRefused,
    SlipVoid,
    TooManyTries,
)
from directory_service.accounts.pages import sign_in_responses
from directory_service.accounts.pages.enrolment import (
    KINDS,
    picture,
)
from directory_service.accounts.use_cases import first_sign_in as steps
from directory_service.accounts.use_cases import second_factor as factors
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.finish_sign_in import TicketOver
from directory_service.accounts.use_cases.sessions import SignedIn
from directory_service.accounts.use_cases.tickets import account_of
from service_kit.identity import Scope
from service_kit.web.access.require import public
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render, see_other

blueprint = Blueprint("first_sign_in", __name__, template_folder="templates", url_prefix="/first-sign-in")


@blueprint.get("")
@public
def show() -> ResponseReturnValue:
    """Ask for the user name and the code on the slip."""
    return render("accounts/first_slip.html", errors={}, user="")


@blueprint.post("")
@public
def submit() -> ResponseReturnValue:
    """Take the slip; the paper stays good until the end."""
    user, code = request.form.get("user", "").strip(), request.form.get("slip", "").strip()
    if errors := _missing(user, code):
        return render("accounts/first_slip.html", status=422, errors=errors, user=user)
    try:
        ticket = steps.show_slip(
            context().db,
            dependency(Dependencies),
            user,
            code,
            held=sign_in_responses.ticket(),
            caller=sign_in_responses.caller(),
            now=context().clock.now(),
        )
    except (BadCredentials, TooManyTries) as refusal:
        words = sign_in_responses.refusal_words(refusal)
        if isinstance(refusal, BadCredentials):
            words = _(
                "This name and slip do not belong together, or the slip was used or is older than a week. Of a slip"
                " that two people gave, type both halves. If somebody else may have used it, ask for a new one at once."
            )
        page = render(
            "accounts/first_slip.html", status=sign_in_responses.status_of(refusal), errors={"user": words}, user=user
        )
        return sign_in_responses.retry_after(page, refusal)
    except SlipVoid as refusal:
        return _refused(refusal, user)
    response = see_other(url_for("first_sign_in.password"))
    return sign_in_responses.with_ticket(response, ticket)


@blueprint.get("/password")
@public
def password() -> ResponseReturnValue:
    """Ask for a password."""
    with context().db.transaction(_scope()) as session:
        try:
            at = steps.standing(session, dependency(Dependencies), sign_in_responses.ticket(), context().clock.now())
        except TicketOver:
            return _begin_again()
        except SlipVoid as refusal:
            return _refused(refusal)
        begun_before = steps.begun_before(session, at)
    return _password_page(at, {}, begun_before=begun_before)


@blueprint.post("/password")
@public
def submit_password() -> ResponseReturnValue:
    """Take the password; done, or on to the second factor."""
    now, done = context().clock.now(), None
    try:
        with context().db.transaction(_scope()) as session:
            at = steps.standing(session, dependency(Dependencies), sign_in_responses.ticket(), now)
            begun_before = steps.begun_before(session, at)
            is_good = steps.choose_password(session, at, request.form.get("password", ""), now)
            if is_good and at.wants == steps.NOTHING:
                done = steps.finish(
                    session, dependency(Dependencies), at, caller=sign_in_responses.caller(), device=device(), now=now
                )
    except TicketOver:
        return _begin_again()
    except WeakPassword as weak:
        return _password_page(at, {"password": sign_in_responses.password_words(weak)}, 422, begun_before=begun_before)
    except (SignInRefused, RolesClash) as refusal:
        return _refused(refusal)
    if not is_good:
        return _refused(SlipVoid())
    return _end(done) if done else see_other(url_for("first_sign_in.second_factor"))


@blueprint.get("/second-factor")
@public
def second_factor() -> ResponseReturnValue:
    """Ask for the code of the factor that is there, or offer the choice of a new one."""
    try:
        with context().db.transaction(_scope()) as session:
            at = steps.standing(session, dependency(Dependencies), sign_in_responses.ticket(), context().clock.now())
    except TicketOver:
        return _begin_again()
    except SlipVoid as refusal:
        return _refused(refusal)
    if at.wants == steps.NOTHING:
        return see_other(url_for("first_sign_in.password"))
    if at.wants == steps.CODE:
        return render("accounts/first_code.html", errors={})
    return render("accounts/factor_choice.html", errors={}, action=url_for("first_sign_in.enrol"), with_password=False)


@blueprint.post("/second-factor")
@public
def enrol() -> ResponseReturnValue:
    """Make the secret or the codes, and show them this once."""
    kind = request.form.get("kind", "")
    if kind not in KINDS:
        errors = {"kind": _("Choose one of the two.")}
        page: dict[str, Any] = {"errors": errors, "action": url_for("first_sign_in.enrol"), "with_password": False}
        return render("accounts/factor_choice.html", status=422, **page)
    now = context().clock.now()
    try:
        with context().db.transaction(_scope()) as session:
            at = steps.standing(session, dependency(Dependencies), sign_in_responses.ticket(), now)
            if at.wants != steps.ENROL:
                return see_other(url_for("first_sign_in.second_factor"))
            made = factors.begin(session, dependency(Dependencies), at.enroller, kind, now)
    except TicketOver:
        return _begin_again()
    except SlipVoid as refusal:
        return _refused(refusal)
    return picture(made, at.account.user_name, {}, url_for("first_sign_in.confirm"))


@blueprint.post("/second-factor/code")
@public
def confirm() -> ResponseReturnValue:
    """Take the code; with it the slip is used up and the session starts."""
    kind, code = request.form.get("kind", ""), request.form.get("code", "").strip()
    now, shown = context().clock.now(), None
    try:
        with context().db.transaction(_scope()) as session:
            at = steps.standing(session, dependency(Dependencies), sign_in_responses.ticket(), now)
            done = steps.finish(
                session,
                dependency(Dependencies),
                at,
                kind=kind,
                code=code,
                caller=sign_in_responses.caller(),
                device=device(),
                now=now,
            )
            if done is None:
                shown = factors.waiting(session, dependency(Dependencies), at.enroller, kind, now)
    except TicketOver:
        return _begin_again()
    except (SignInRefused, RolesClash) as refusal:
        return _refused(refusal)
    if done is not None:
        return _end(done)
    errors = {"code": sign_in_responses.code_words(BadCredentials())}
    if at.wants == steps.CODE:
        return render("accounts/first_code.html", status=401, errors=errors)
    if shown is None:  # somebody has begun another one since, or it has waited for too long
        return see_other(url_for("first_sign_in.second_factor"))
    return picture(shown, at.account.user_name, errors, url_for("first_sign_in.confirm"), 401)


@blueprint.get("/ready")
@public
def ready() -> ResponseReturnValue:
    """Say that all is set up, and that the organisation waits."""
    return render("accounts/first_ready.html")


def _end(done: SignedIn | OrganizationPending) -> Response:
    if isinstance(done, OrganizationPending):
        return sign_in_responses.without_ticket(see_other(url_for("first_sign_in.ready")))
    return sign_in_responses.start_session_response(done)


def _missing(user: str, code: str) -> dict[str, str]:
    errors = {}
    if not user:
        errors["user"] = _("Enter the user name that stands on the slip.")
    if not code:
        errors["slip"] = _("Enter the code that stands on the slip.")
    return errors


def _password_page(
    at: steps.Standing, errors: dict[str, str], status: int = 200, *, begun_before: datetime | None = None
) -> Response:
    values: dict[str, Any] = {"name": at.account.name, "user_name": at.account.user_name, "begun_before": begun_before}
    values["steps"] = 2 if at.wants == steps.NOTHING else 3
    return render("accounts/first_password.html", status=status, errors=errors, **values)


def _scope() -> Scope:
    return Scope(account=account_of(sign_in_responses.ticket()))


def _void_words() -> str:
    return _(
        "Somebody has begun with this slip in another browser, so it lets nobody in any more. Ask for a new slip, and"
        " say that this one may have been copied."
    )


def _begin_again() -> Response:
    return see_other(url_for("first_sign_in.show"))


def _refused(refusal: SignInRefused | RolesClash, user: str = "") -> Response:
    is_slips_fault = isinstance(refusal, SlipVoid)
    errors = {"slip": _void_words()} if is_slips_fault else {"user": sign_in_responses.refusal_words(refusal)}
    page = render("accounts/first_slip.html", status=sign_in_responses.status_of(refusal), errors=errors, user=user)
    return sign_in_responses.retry_after(page, refusal)
