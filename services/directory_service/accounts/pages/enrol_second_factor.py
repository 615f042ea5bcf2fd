"""Enrolling a second factor again from the own account.

Asks for the present password, and where a factor is in force also for a code of the last 30 minutes: whoever finds an
open session cannot move the second factor to another phone.
"""

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from directory_service.accounts.domain.sign_in import BadCredentials, TooManyTries
from directory_service.accounts.pages import sign_in_responses
from directory_service.accounts.pages.enrolment import KINDS, picture
from directory_service.accounts.store import accounts
from directory_service.accounts.store.tables import Account, SessionRow
from directory_service.accounts.use_cases import change_account as changes
from directory_service.accounts.use_cases import second_factor as factors
from directory_service.accounts.use_cases.count_attempts import count_try, session_counts
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.publish_staffing import publish_staffing_of
from directory_service.accounts.use_cases.sessions import SignedIn, describe_session
from directory_service.accounts.use_cases.step_up import has_factor
from directory_service.accounts.use_cases.switch_membership import is_live
from service_kit.identity import Principal
from service_kit.web.access.fresh_second_factor import has_fresh_second_factor
from service_kit.web.access.require import principal, require
from service_kit.web.access.sessions import Absence
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render, see_other
from service_kit.web.login_redirects import send_to_second_factor, send_to_sign_in
from setu.roles import PEOPLE

blueprint = Blueprint("own_factor", __name__, template_folder="templates", url_prefix="/account/second-factor")


@blueprint.get("")
@require(*PEOPLE)
def show() -> ResponseReturnValue:
    """The choice between app and printed list."""
    return _stale() or _choice({})


@blueprint.post("")
@require(*PEOPLE)
def begin() -> ResponseReturnValue:
    """Make the new factor and show it; the old one stays in force until the first code of the new one."""
    if (stale := _stale()) is not None:
        return stale
    who, now, kind = principal(), context().clock.now(), request.form.get("kind", "")
    if kind not in KINDS:
        return _choice({"kind": _("Choose one of the two.")}, 422)
    try:
        changes.check_own_password(context().db, dependency(Dependencies), who, request.form.get("password", ""), now)
    except BadCredentials:
        return _choice({"password": _("This is not your present password.")}, 401)
    except TooManyTries as refusal:
        return sign_in_responses.retry_after(
            _choice({"password": sign_in_responses.refusal_words(refusal)}, 429), refusal
        )
    with context().db.transaction(who.scope) as session:
        made = factors.begin(session, dependency(Dependencies), _enroller(who), kind, now)
        user_name = session.get_one(Account, who.account).user_name
    return picture(made, user_name, {}, url_for("own_factor.confirm"))


@blueprint.post("/code")
@require(*PEOPLE)
def confirm() -> ResponseReturnValue:
    """Put the new factor in force with its first code."""
    if (stale := _stale()) is not None:
        return stale
    who, now = principal(), context().clock.now()
    kind, code = request.form.get("kind", ""), request.form.get("code", "").strip()
    try:
        count_try(context().db, session_counts(dependency(Dependencies), "code", who.account), now)
    except TooManyTries as refusal:
        return sign_in_responses.retry_after(_choice({"kind": sign_in_responses.refusal_words(refusal)}, 429), refusal)
    with context().db.transaction(who.scope) as session:
        if not is_live(session, who):
            return send_to_sign_in(Absence.ENDED)
        if factors.confirm(session, dependency(Dependencies), _enroller(who), kind, code, now):
            publish_staffing_of(session, who.account, now)
            changes.record(session, who, "account.second-factor", "done", now)
            done, shown, user_name = _fresh(session, session.get_one(SessionRow, who.session)), None, ""
        else:
            done, shown = None, factors.waiting(session, dependency(Dependencies), _enroller(who), kind, now)
            user_name = session.get_one(Account, who.account).user_name
    if done is not None:
        response = see_other(url_for("account.show", done="second-factor"))
        return sign_in_responses.with_session(response, done)
    if shown is None:
        return see_other(url_for("own_factor.show"))
    return picture(
        shown, user_name, {"code": sign_in_responses.code_words(BadCredentials())}, url_for("own_factor.confirm"), 401
    )


def _enroller(who: Principal) -> factors.Enroller:
    return factors.Enroller(who.account, within=who.session)


def _fresh(session: Session, row: SessionRow) -> SignedIn:
    """A session in which a code was shown just now."""
    who, now = principal(), context().clock.now()
    row.second_factor_at = now
    held, account = accounts.held_by(session, who.account), session.get_one(Account, who.account)
    chosen = next(one for one in held if one.id == who.membership)
    return describe_session(row, account, chosen, held, now)


def _stale() -> ResponseReturnValue | None:
    who = principal()
    return None if has_fresh_second_factor(who) or not has_factor(context().db, who) else send_to_second_factor()


def _choice(errors: dict[str, str], status: int = 200) -> Response:
    page: dict[str, Any] = {"errors": errors, "action": url_for("own_factor.begin"), "with_password": True}
    return render("accounts/factor_choice.html", status=status, **page)
