"""What organisations offer to the person who signs in: accept or refuse, two plain forms for each.

Open in a session, and by a ticket to somebody who has no membership any more and so can have no session: password and,
where there is one, second factor were right, and accepting comes before signing in. The ticket ends with accepting.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from directory_service.accounts.domain.conflicting_roles import RoleRefused
from directory_service.accounts.pages import sign_in_responses
from directory_service.accounts.store.invitations import offers_to
from directory_service.accounts.store.tables import Ticket
from directory_service.accounts.use_cases.answer_invitation import accept_invitation, refuse_invitation
from directory_service.accounts.use_cases.check_takes_people import TakesNobody
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.finish_sign_in import TicketOver
from directory_service.accounts.use_cases.tickets import INVITATION, account_of, find_ticket
from service_kit.errors import Conflict, NotFound
from service_kit.identity import Scope
from service_kit.web.access.own_origins import own_origins
from service_kit.web.access.require import maybe_principal, principal, public, require
from service_kit.web.context import context, dependency
from service_kit.web.html.menu_counts import count_response
from service_kit.web.html.render import render, see_other
from service_kit.web.login_redirects import send_to_sign_in
from service_kit.web.site import url_of
from setu.roles import PEOPLE, TITLES

blueprint = Blueprint("invitations", __name__, template_folder="templates", url_prefix="/invitations")
Act = Callable[[Session, UUID], bool]


@blueprint.get("")
@public
def show() -> ResponseReturnValue:
    """Who invites, and as what."""
    account = _invited()
    return send_to_sign_in() if account is None else _page(account)


@blueprint.get("/waiting")
@require(*PEOPLE)
@own_origins
def count_waiting() -> Response:
    """How many wait, for the line on the home pages of all three services."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        return count_response(len(offers_to(session, who.account, context().clock.now())))


@blueprint.post("/<uuid:invitation_id>/accept")
@public
def accept(invitation_id: UUID) -> ResponseReturnValue:
    """Begin the membership."""
    now = context().clock.now()
    try:
        refused = _answer(lambda session, account: _accept(session, account, invitation_id, now))
    except TicketOver:
        return send_to_sign_in()
    except RoleRefused as refusal:
        raise Conflict(str(refusal)) from None
    except TakesNobody:
        account = _invited()
        return send_to_sign_in() if account is None else _page(account, refused=invitation_id)
    if refused is not None:
        return refused
    if maybe_principal() is None:
        return sign_in_responses.without_ticket(see_other(url_for("sign_in.show", joined="1")))
    return see_other(url_for("switch.show", joined="1"))


@blueprint.post("/<uuid:invitation_id>/refuse")
@public
def refuse(invitation_id: UUID) -> ResponseReturnValue:
    """Hide it for good."""
    now = context().clock.now()
    refused = _answer(lambda session, account: refuse_invitation(session, account, invitation_id, now))
    return refused if refused is not None else see_other(url_for("invitations.show"))


def _accept(session: Session, account: UUID, invitation_id: UUID, now: datetime) -> bool:
    """Make the membership, and use up the ticket. Raises `TicketOver` where it was ended meanwhile."""
    done = accept_invitation(session, dependency(Dependencies), account, invitation_id, now)
    if done and maybe_principal() is None:
        ticket = _ticket(session)  # after the account, which the membership locked
        if ticket is None:
            raise TicketOver
        ticket.used_at = now
    return done


def _page(account: UUID, refused: UUID | None = None) -> Response:
    with context().db.transaction(_scope(account)) as session:
        offers = offers_to(session, account, context().clock.now())
    page: dict[str, Any] = {"offers": offers, "role_names": TITLES, "signed_in": maybe_principal() is not None}
    status = 200 if refused is None else 409
    return render("accounts/invitations.html", status=status, on_with=_start_page(), refused=refused, **page)


def _answer(act: Act) -> ResponseReturnValue | None:
    account = _invited()
    if account is None:
        return send_to_sign_in()
    with context().db.transaction(_scope(account)) as session:
        if not act(session, account):
            raise NotFound
    return None


def _invited() -> UUID | None:
    """The account of the session, else of a ticket that is real."""
    who = maybe_principal()
    if who is not None:
        return who.account
    account = account_of(sign_in_responses.ticket())
    if account is None:
        return None
    with context().db.transaction(_scope(account)) as session:
        found = _ticket(session)
    return account if found is not None else None


def _ticket(session: Session) -> Ticket | None:
    now = context().clock.now()
    return find_ticket(session, dependency(Dependencies), sign_in_responses.ticket(), INVITATION, now)


def _scope(account: UUID) -> Scope:
    who = maybe_principal()
    return who.scope if who is not None else Scope(account=account)


def _start_page() -> str:
    return url_of("referral", "/")
