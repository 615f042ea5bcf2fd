"""Resets for coordinators and data officers: a new slip for an officer, or a reset that two people decide."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.accounts.domain.handles import BadHandle
from directory_service.accounts.domain.resets import PASSWORD, SECOND_FACTOR, ResetRefused
from directory_service.accounts.outside.phones import spell
from directory_service.accounts.pages.members import reset_words
from directory_service.accounts.pages.slip import led_to_slip
from directory_service.accounts.store import accounts
from directory_service.accounts.store.resets import decided_resets
from directory_service.accounts.store.tables import Account
from directory_service.accounts.use_cases import reset_account as resets
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.print_slip import PrintedSlip
from directory_service.organizations.use_cases.extend_reach import extend_reach
from service_kit.errors import NotFound
from service_kit.identity import Principal
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render, see_other
from setu.roles import TITLES, TWO_PEOPLE

blueprint = Blueprint("resets", __name__, template_folder="templates", url_prefix="/resets")


@blueprint.get("")
@require(*TWO_PEOPLE)
def show() -> ResponseReturnValue:
    """What waits for a second person, and the form to ask for one."""
    return _page(_reader(), {})


def count_waiting() -> int:
    """The number beside "Resets" in the menu of all three services: in this person's reach, asked for by others."""
    who = _reader()
    with context().db.transaction(who.scope) as session:
        waiting = resets.resets_to_decide(session, who, context().clock.now())
    return sum(not each.mine for each in waiting)


@blueprint.post("")
@require(*TWO_PEOPLE)
def ask() -> ResponseReturnValue:
    """Reset at once where one person may, else open the reset for a second one; the page after it shows the slip."""
    who, now = _reader(), context().clock.now()
    user, what = request.form.get("user", "").strip(), request.form.get("what", "")
    if what not in (PASSWORD, SECOND_FACTOR):
        return _page(who, {"what": _("Choose what is to be reset.")}, 422, user=user)
    account = _find(who, user)
    if account is None:
        return _page(
            who, {"user": _("There is no such account in your organisation or districts.")}, 422, user=user, what=what
        )
    try:
        slip = _reset_or_ask(who, account, what)
    except ResetRefused as refused:
        with context().db.transaction(who.scope) as session:
            resets.audit_refusal(session, who, account.id, refused, what, now)
        status = 422 if refused.reason == "not-yours" else 403  # as for an account that is not there
        return _page(who, {"user": reset_words(refused)}, status, user=user, what=what)
    return led_to_slip(slip, url_for("resets.show", asked="1" if slip.half else None))


@blueprint.post("/<uuid:reset_id>/approve")
@require(*TWO_PEOPLE)
def approve(reset_id: UUID) -> ResponseReturnValue:
    """Agree as the second person; the page after it shows the slip."""
    who, now = _reader(), context().clock.now()
    try:
        with context().db.transaction(who.scope) as session:
            slip = resets.approve_reset(session, dependency(Dependencies), who, reset_id, now)
    except ResetRefused as refused:
        with context().db.transaction(who.scope) as session:
            resets.audit_refusal(session, who, reset_id, refused, "approve", now)
        return _page(who, {"waiting": reset_words(refused)}, 403)
    if slip is None:
        raise NotFound
    return led_to_slip(slip, url_for("resets.show"))


@blueprint.post("/<uuid:reset_id>/refuse")
@require(*TWO_PEOPLE)
def refuse(reset_id: UUID) -> ResponseReturnValue:
    """Close it without doing it."""
    who = _reader()
    with context().db.transaction(who.scope) as session:
        if not resets.refuse_reset(session, who, reset_id, context().clock.now()):
            raise NotFound
    return see_other(url_for("resets.show", refused="1"))


def _reader() -> Principal:
    """Whoever asks; in the body of a whole state with its every district, since a district may have one coordinator."""
    return extend_reach(context().db, principal())


def _find(who: Principal, user: str) -> Account | None:
    """The account of an exact handle, if it is in this person's reach: row-level security decides."""
    try:
        kind, handle = spell(user)
    except BadHandle:
        return None
    with context().db.transaction(who.scope) as session:
        found = [session.get(Account, one.account) for one in accounts.look_up(session, kind, handle)]
    near = [account for account in found if account is not None]
    return near[0] if len(near) == 1 else None  # a number that two people have names neither


def _reset_or_ask(who: Principal, account: Account, what: str) -> PrintedSlip:
    """The slip, or the first half of one that waits for a second person."""
    now = context().clock.now()
    try:
        with context().db.transaction(who.scope) as session:
            return resets.reset_alone(
                session, dependency(Dependencies), who, session.get_one(Account, account.id), what, now
            )
    except ResetRefused as refused:
        if refused.reason != "two-people":
            raise
    with context().db.transaction(who.scope) as session:
        owner = session.get_one(Account, account.id)
        return resets.ask_reset(session, dependency(Dependencies), who, owner, what, now)


def _page(who: Principal, errors: dict[str, str], status: int = 200, *, user: str = "", what: str = "") -> Response:
    now = context().clock.now()
    with context().db.transaction(who.scope) as session:
        waiting, decided = resets.resets_to_decide(session, who, now), decided_resets(session, who, now)
    shown: dict[str, Any] = {"waiting": waiting, "decided": decided, "titles": TITLES, "user": user, "what": what}
    shown |= {"asked": "asked" in request.args, "refused": "refused" in request.args}
    return render("accounts/resets.html", status=status, errors=errors, **shown)
