"""The own account: sessions, password, contacts, language, second factor. One page, small forms."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.accounts.domain.handles import BadHandle
from directory_service.accounts.domain.passwords import WeakPassword
from directory_service.accounts.domain.sign_in import BadCredentials, TooManyTries
from directory_service.accounts.pages import sign_in_responses
from directory_service.accounts.store import accounts
from directory_service.accounts.store.invitations import offers_to
from directory_service.accounts.store.tables import Account
from directory_service.accounts.use_cases import change_account as changes
from directory_service.accounts.use_cases.count_attempts import contact_counts, count_try
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.second_factor import PRINTED, codes_left
from directory_service.accounts.use_cases.sign_out import end_own_session
from service_kit.errors import NotFound
from service_kit.web.access.require import principal, require
from service_kit.web.access.sessions import Absence
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import COOKIE
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render, see_other
from service_kit.web.login_redirects import send_to_sign_in
from setu.languages import SCREEN_LANGUAGES
from setu.roles import PEOPLE

blueprint = Blueprint("account", __name__, template_folder="templates", url_prefix="/account")


@blueprint.get("")
@require(*PEOPLE)
def show() -> ResponseReturnValue:
    """The page."""
    return _page({}, done=request.args.get("done", ""))


@blueprint.post("/password")
@require(*PEOPLE)
def password() -> ResponseReturnValue:
    """Change the password; all other sessions end."""
    who, now = principal(), context().clock.now()
    try:
        changes.check_own_password(context().db, dependency(Dependencies), who, request.form.get("password", ""), now)
        with context().db.transaction(who.scope) as session:
            done = changes.change_password(
                session, dependency(Dependencies), who, request.form.get("new_password", ""), now
            )
    except (BadCredentials, TooManyTries) as refusal:
        return sign_in_responses.retry_after(
            _page({"password": _present(refusal)}, sign_in_responses.status_of(refusal)), refusal
        )
    except WeakPassword as weak:
        return _page({"new_password": sign_in_responses.password_words(weak)}, 422)
    return sign_in_responses.with_session(_back("password"), done)


@blueprint.post("/contacts")
@require(*PEOPLE)
def contacts() -> ResponseReturnValue:
    """Change phone and mail, with which the person signs in and is told of things."""
    who, now = principal(), context().clock.now()
    phone, mail = request.form.get("phone", ""), request.form.get("mail", "")
    try:
        changes.check_own_password(
            context().db, dependency(Dependencies), who, request.form.get("contacts_password", ""), now
        )
        count_try(context().db, contact_counts(dependency(Dependencies), who.account), now)
        with context().db.transaction(who.scope) as session:
            changes.change_contacts(session, dependency(Dependencies), who, phone=phone, mail=mail, now=now)
    except (BadCredentials, TooManyTries) as refusal:
        errors = {"contacts_password": _present(refusal)}
        return sign_in_responses.retry_after(
            _page(errors, sign_in_responses.status_of(refusal), phone=phone, mail=mail), refusal
        )
    except BadHandle as bad:
        return _page({bad.field: handle_words(bad)}, 422, phone=phone, mail=mail)
    return _back("contacts")


@blueprint.post("/language")
@require(*PEOPLE)
def language() -> ResponseReturnValue:
    """Change the language of pages and messages."""
    who, chosen = principal(), request.form.get("language", "")
    if chosen not in SCREEN_LANGUAGES:
        return _page({"language": _("Choose one of the languages.")}, 422)
    try:
        with context().db.transaction(who.scope) as session:
            done = changes.change_language(session, dependency(Dependencies), who, chosen, context().clock.now())
    except BadCredentials:  # ended elsewhere since this request began
        return send_to_sign_in(Absence.ENDED)
    response = sign_in_responses.with_session(_back("language"), done)
    response.delete_cookie(COOKIE, path="/")
    return response


@blueprint.post("/sessions/<uuid:session_id>/end")
@require(*PEOPLE)
def end_session(session_id: UUID) -> ResponseReturnValue:
    """End one of the own sessions, on another device perhaps."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        if not end_own_session(session, dependency(Dependencies), who, session_id, context().clock.now()):
            raise NotFound
    return _back("session")


def handle_words(bad: BadHandle) -> str:
    """What a phone number, mail address or user name has to look like; of a number what is wrong with it."""
    if bad.field == "phone":
        return _(str(bad))
    return {
        "mail": _("Enter a mail address such as name@example.org."),
        "user_name": _("3 to 40 letters a–z, digits, dots, hyphens or underscores; the first is a letter."),
        "name": _("Enter the name, at most 80 characters."),
        "unseen": _("It has a character that cannot be seen. Type it anew."),
        "language": _("Choose one of the languages."),
    }[bad.code]


def _present(refusal: BadCredentials | TooManyTries) -> str:
    return (
        sign_in_responses.refusal_words(refusal)
        if isinstance(refusal, TooManyTries)
        else _("This is not your present password.")
    )


def _back(done: str) -> Response:
    return see_other(url_for("account.show", done=done))


def _page(errors: dict[str, str], status: int = 200, *, done: str = "", **typed: str) -> Response:
    who, now = principal(), context().clock.now()
    with context().db.transaction(who.scope) as session:
        account = session.get_one(Account, who.account)
        factor = accounts.factor_in_force(session, who.account)
        left = codes_left(session, factor) if factor and factor.kind == PRINTED else None
        values: dict[str, Any] = {
            "account": account,
            "phone": typed.get("phone", account.phone or ""),
            "mail": typed.get("mail", account.mail or ""),
            "factor": factor.kind if factor else "",
            "codes_left": left,
            "sessions": accounts.live_sessions(session, who.account, now),
            "held": accounts.held_by(session, who.account),
            "offers": offers_to(session, who.account, now),
            "own_session": who.session,
        }
        return render("accounts/account.html", status=status, errors=errors, done=done, **values)
