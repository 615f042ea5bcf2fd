"""Changing to another of one's own roles."""

from typing import Any
from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.accounts.domain.conflicting_roles import RolesClash
from directory_service.accounts.domain.sign_in import NotYourMembership, SecondFactorRequired, SignInRefused
from directory_service.accounts.pages import sign_in_responses
from directory_service.accounts.store import accounts
from directory_service.accounts.store.invitations import offers_to
from directory_service.accounts.use_cases.switch_membership import switch_membership
from service_kit.errors import Forbidden, NotFound
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.render import render, see_other
from service_kit.web.site import own_base, url_of
from setu.roles import PEOPLE, TITLES

blueprint = Blueprint("switch", __name__, template_folder="templates")


@blueprint.get("/switch")
@require(*PEOPLE)
def show() -> ResponseReturnValue:
    """The own memberships, the present one marked."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        held = accounts.held_by(session, who.account)
        offers = offers_to(session, who.account, context().clock.now())
    page: dict[str, Any] = {"held": held, "present": who.membership, "offers": offers, "role_names": TITLES}
    return render("accounts/switch.html", joined="joined" in request.args, **page)


@blueprint.post("/switch")
@require(*PEOPLE)
def submit() -> ResponseReturnValue:
    """Go on in the chosen one; a role that needs a code asks for it first."""
    who = principal()
    try:
        wanted = UUID(request.form.get("membership", ""))
    except ValueError:
        raise NotFound from None
    try:
        with context().db.transaction(who.scope) as session:
            done = switch_membership(session, who, wanted, context().clock.now())
    except NotYourMembership:
        raise NotFound from None
    except SecondFactorRequired as needed:
        where = url_for("switch.show", _external=False)
        back = f"{own_base()}{where.removeprefix(request.script_root)}"
        where_code = url_for("second_factor.show", next=back)
        return see_other(where_code if needed.enrolled else url_for("own_factor.show"))
    except (SignInRefused, RolesClash) as refusal:
        raise Forbidden(sign_in_responses.refusal_words(refusal)) from None
    return sign_in_responses.start_session_response(done, url_of("referral", "/"))
