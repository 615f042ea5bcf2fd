"""Inviting somebody who has an account, by user name. The answer is the same whoever that is, and if it is nobody."""

from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.accounts.domain.conflicting_roles import RoleRefused
from directory_service.accounts.domain.grants import has_roles_of_two, roles_one_gives
from directory_service.accounts.domain.handles import BadHandle, user_name
from directory_service.accounts.domain.sign_in import TooManyTries
from directory_service.accounts.pages import sign_in_responses
from directory_service.accounts.pages.account import handle_words
from directory_service.accounts.pages.districts_offered import chosen_districts, offered_districts
from directory_service.accounts.pages.members import REFUSALS_OF_MEMBERS, takes_nobody_words
from directory_service.accounts.use_cases.check_takes_people import TakesNobody, check_takes_people
from directory_service.accounts.use_cases.count_attempts import count_try, invitation_counts
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.grant_membership import AlreadyMember
from directory_service.accounts.use_cases.invite_member import NewInvitation, invite_member
from directory_service.accounts.use_cases.withdraw_invitation import withdraw_invitation
from service_kit.errors import NotFound
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render, see_other
from setu.roles import MANAGERS, TITLES

blueprint = Blueprint("invite", __name__, template_folder="templates", url_prefix="/members/invite")


@blueprint.get("")
@require(*MANAGERS)
def show() -> ResponseReturnValue:
    """The form."""
    return _form({})


@blueprint.post("")
@require(*MANAGERS)
def send() -> ResponseReturnValue:
    """Send the invitation."""
    who, now, errors = principal(), context().clock.now(), _errors()
    if errors:
        return _form(errors, 422)
    try:
        count_try(context().db, invitation_counts(dependency(Dependencies), who.account), now)
    except TooManyTries as refusal:
        words = _("You have sent many invitations today. Go on tomorrow.")
        return sign_in_responses.retry_after(_form({"user_name": words}, 429), refusal)
    districts = tuple(int(code) for code in chosen_districts())
    wanted = NewInvitation(user_name(request.form["user_name"]), request.form["role"], districts)
    try:
        with context().db.transaction(who.scope) as session:
            check_takes_people(session, who.organization)
            invite_member(session, dependency(Dependencies), who.organization, wanted, by=who.account, now=now)
    except AlreadyMember:
        return _form({"user_name": _("This person has this role here already.")}, 422)
    except TakesNobody:
        return _form({"user_name": takes_nobody_words()}, 409)
    except RoleRefused as refused:
        if refused.reason not in REFUSALS_OF_MEMBERS:
            raise
        return _form({"role": _(REFUSALS_OF_MEMBERS[refused.reason])}, 422)
    return see_other(url_for("members.show", done="invited"))


@blueprint.post("/<uuid:invitation_id>/withdraw")
@require(*MANAGERS)
def withdraw(invitation_id: UUID) -> ResponseReturnValue:
    """Take an invitation back."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        if not withdraw_invitation(session, who, invitation_id, context().clock.now()):
            raise NotFound
    return see_other(url_for("members.show", done="withdrawn"))


def _errors() -> dict[str, str]:
    errors = {}
    try:
        user_name(request.form.get("user_name", ""))
    except BadHandle as bad:
        errors["user_name"] = handle_words(bad)
    if request.form.get("role") not in roles_one_gives(principal().organization_kind):
        errors["role"] = _("Choose a role.")
    if not set(chosen_districts()) <= set(offered_districts()):
        errors["districts"] = _("Choose among your own districts.")
    return errors


def _form(errors: dict[str, str], status: int = 200) -> Response:
    return render(
        "accounts/invite.html",
        status=status,
        errors=errors,
        user_name=request.form.get("user_name", ""),
        role=request.form.get("role", ""),
        roles=[(role, _(TITLES[role])) for role in roles_one_gives(principal().organization_kind)],
        two_people=has_roles_of_two(principal().organization_kind),
        districts=list(offered_districts().items()),
        chosen=chosen_districts(),
    )
