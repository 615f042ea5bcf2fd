"""The members of one's own organisation: list, add, end, print a new slip. Inviting: `invite`."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.accounts.domain.conflicting_roles import RoleRefused
from directory_service.accounts.domain.grants import has_roles_of_two, roles_one_gives
from directory_service.accounts.domain.provider_membership import INVITES_NOBODY, ONE_MANAGER
from directory_service.accounts.domain.resets import PASSWORD, ResetRefused
from directory_service.accounts.pages.account import handle_words
from directory_service.accounts.pages.districts_offered import chosen_districts, offered_districts
from directory_service.accounts.pages.slip import led_to_slip
from directory_service.accounts.store import accounts
from directory_service.accounts.store.api_keys import keys_in_use
from directory_service.accounts.store.invitations import sent_by
from directory_service.accounts.store.tables import Account, Membership
from directory_service.accounts.use_cases.add_member import NewMember, add_member, faults, spelled, with_free_digits
from directory_service.accounts.use_cases.check_takes_people import TakesNobody, check_takes_people
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.end_membership import (
    NotHandedOver,
    end_membership,
    seems_last_case_worker,
)
from directory_service.accounts.use_cases.reset_account import audit_refusal, reset_alone
from service_kit.errors import NotFound
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render, see_other
from setu.languages import SCREEN_LANGUAGES
from setu.roles import INTEGRATION_MANAGERS, MANAGERS, REFERRERS, TITLES
from setu.text import N_

blueprint = Blueprint("members", __name__, template_folder="templates", url_prefix="/members")
FIELDS = ("name", "user_name", "role", "phone", "mail", "language")
ORDER = ("name", "user_name", "role", "districts", "phone", "mail", "language")
REFUSALS_OF_MEMBERS: Mapping[str, str] = {
    ONE_MANAGER: N_("While your organisation waits to be let in it has one manager. Add others afterwards."),
    INVITES_NOBODY: N_("While your organisation waits to be let in it invites nobody. Invite people afterwards."),
}
"""Why nobody becomes a member in this role now: what a manager meets of the rule `domain.provider_membership`."""


@blueprint.get("")
@require(*MANAGERS)
def show() -> ResponseReturnValue:
    """The list."""
    return _list()


@blueprint.get("/new")
@require(*MANAGERS)
def new() -> ResponseReturnValue:
    """The form for a new member."""
    return _form({}, {"language": principal().language})


@blueprint.post("/new")
@require(*MANAGERS)
def add() -> ResponseReturnValue:
    """Add the person; the page after it shows the slip of the new account."""
    typed = {field: request.form.get(field, "").strip() for field in FIELDS}
    errors = {bad.field: handle_words(bad) for bad in faults(_member_of(typed))}
    if typed["role"] not in roles_one_gives(principal().organization_kind):
        errors["role"] = _("Choose a role.")
    if not set(chosen_districts()) <= set(offered_districts()):
        errors["districts"] = _("Choose among your own districts.")
    if errors:
        return _form({field: errors[field] for field in ORDER if field in errors}, typed, 422)
    who, now, wanted = principal(), context().clock.now(), spelled(_member_of(typed))
    try:
        with context().db.transaction(who.scope) as session:
            check_takes_people(session, who.organization)
            member = with_free_digits(session, dependency(Dependencies), wanted)
            slip = add_member(session, dependency(Dependencies), who.organization, member, by=who.account, now=now)[1]
    except TakesNobody:
        return _form({"name": takes_nobody_words()}, typed, 409)
    except RoleRefused as refused:
        if refused.reason not in REFUSALS_OF_MEMBERS:
            raise
        return _form({"role": _(REFUSALS_OF_MEMBERS[refused.reason])}, typed, 422)
    return led_to_slip(slip, url_for("members.show"))


@blueprint.get("/<uuid:membership_id>/end")
@require(*MANAGERS)
def confirm_end(membership_id: UUID) -> ResponseReturnValue:
    """Ask before ending."""
    return _end_form(membership_id, {})


@blueprint.post("/<uuid:membership_id>/end")
@require(*MANAGERS)
def end(membership_id: UUID) -> ResponseReturnValue:
    """End the membership and the sessions in it."""
    who, now, handed_over = principal(), context().clock.now(), request.form.get("handed_over") == "yes"
    try:
        with context().db.transaction(who.scope) as session:
            if not end_membership(session, dependency(Dependencies), who, membership_id, now, handed_over=handed_over):
                raise NotFound
    except NotHandedOver:
        words = _("Say that what is open was handed over, or add another case worker first.")
        return _end_form(membership_id, {"handed_over": words}, 422)
    return see_other(url_for("members.show", done="ended"))


@blueprint.get("/<uuid:membership_id>/slip")
@require(*MANAGERS)
def confirm_slip(membership_id: UUID) -> ResponseReturnValue:
    """Say what a new slip does, and ask before printing it."""
    member = _member(membership_id)
    role = member.membership.role
    does = {"refers": role in REFERRERS, "manages": role in MANAGERS}
    return render("accounts/member_slip.html", member=member, role_name=TITLES[role], **does)


@blueprint.post("/<uuid:membership_id>/slip")
@require(*MANAGERS)
def print_new_slip(membership_id: UUID) -> ResponseReturnValue:
    """Print a new slip where one person may do that."""
    who, now = principal(), context().clock.now()
    member = _member(membership_id)
    try:
        with context().db.transaction(who.scope) as session:
            account = session.get_one(Account, member.account.id)
            slip = reset_alone(session, dependency(Dependencies), who, account, PASSWORD, now)
    except ResetRefused as refused:
        with context().db.transaction(who.scope) as session:
            audit_refusal(session, who, member.account.id, refused, PASSWORD, now)
        return _list(reset_words(refused), 403)
    return led_to_slip(slip, url_for("members.show"))


def _end_form(membership_id: UUID, errors: dict[str, str], status: int = 200) -> Response:
    member, who, now = _member(membership_id), principal(), context().clock.now()
    with context().db.transaction(who.scope) as session:
        members = accounts.members_of(session, who.organization)
        invitations = [one for one in sent_by(session, who.organization, now) if not one.hands]
        keys = keys_in_use(session, who.organization, now)
    page: dict[str, Any] = {"member": member, "role_name": TITLES[member.membership.role]}
    page["is_last"] = "handed_over" in errors or seems_last_case_worker(members, member)
    page["manages"] = member.membership.role in MANAGERS
    page["manages_keys"] = member.membership.role in INTEGRATION_MANAGERS
    page |= {"invitations": len(invitations), "keys": keys}
    return render("accounts/member_end.html", status=status, errors=errors, **page)


def _member_of(typed: dict[str, str]) -> NewMember:
    return NewMember(
        name=typed["name"],
        user_name=typed["user_name"],
        role=typed["role"],
        phone=typed["phone"],
        mail=typed["mail"],
        language=typed["language"],
        districts=tuple(int(code) for code in chosen_districts() if code in offered_districts()),
    )


def takes_nobody_words() -> str:
    """Why nobody is added now."""
    return _("Your organisation is suspended or closing. It takes nobody new; its people finish what is theirs.")


def reset_words(refused: ResetRefused) -> str:
    """What to do about a refused reset."""
    words = {
        "two-people": _(
            "This reset takes two people: a coordinator asks for it and another coordinator or a data officer agrees."
            " Where a state has no second person, whoever operates Setu resets coordinators and data officers."
        ),
        "own-account": _("Nobody resets the own account."),
        "own-supervisor": _("The account's own supervisor or manager takes no part in this reset."),
        "same-person": _("You asked for this reset. The second person must be another one."),
        "one-hand": _(
            "One of you came in with a slip from the other, or both did from one person. Ask a third person to agree."
        ),
        "set-up-another": _(
            "You, or whoever let you in, had a part in setting up another data officer of this body."
            " Somebody else has to do it."
        ),
        "confirmed": _("You agreed to this role as the second person. Whoever proposed it prints the slip."),
        "ask-again": _(
            "This reset cannot be agreed to as it was asked: whoever asked has no half of the code, or does not work"
            " as coordinator or data officer any more. Refuse it, and ask for it again."
        ),
        "waiting": _("A reset of this account already waits for a second person."),
    }
    return words.get(refused.reason, _("There is no such account in your organisation or districts."))


def _member(membership_id: UUID) -> accounts.Member:
    who = principal()
    with context().db.transaction(who.scope) as session:
        membership = session.get(Membership, membership_id)
        here = membership is not None and membership.organization_id == who.organization
        found = accounts.members_of(session, who.organization) if here else []
    member = next((one for one in found if one.membership.id == membership_id), None)
    if member is None:
        raise NotFound
    return member


def _list(refused: str = "", status: int = 200) -> Response:
    who = principal()
    with context().db.transaction(who.scope) as session:
        members = accounts.members_of(session, who.organization)
        invitations = sent_by(session, who.organization, context().clock.now())
    page: dict[str, Any] = {"members": members, "invitations": invitations, "own": who.account}
    page |= {"role_names": TITLES, "refused": refused, "done": request.args.get("done", "")}
    return render("accounts/members.html", status=status, **page)


def _form(errors: dict[str, str], typed: dict[str, str], status: int = 200) -> Response:
    roles = [(role, _(TITLES[role])) for role in roles_one_gives(principal().organization_kind)]
    offered, districts = list(SCREEN_LANGUAGES.items()), list(offered_districts().items())
    return render(
        "accounts/member_new.html",
        status=status,
        errors=errors,
        typed=typed,
        roles=roles,
        offered=offered,
        two_people=has_roles_of_two(principal().organization_kind),
        districts=districts,
        chosen=chosen_districts(),
    )
