"""Roles that two people give: propose one, agree as the second, print the slip. For coordinators and data officers."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from directory_service.accounts.domain import handles
from directory_service.accounts.domain.conflicting_roles import RoleRefused
from directory_service.accounts.domain.resets import ResetRefused
from directory_service.accounts.pages.account import handle_words
from directory_service.accounts.pages.members import takes_nobody_words
from directory_service.accounts.pages.slip import led_to_slip
from directory_service.accounts.store.grants import places_of_two_people, waiting_grants
from directory_service.accounts.use_cases.add_member import NewMember, faults, spelled
from directory_service.accounts.use_cases.check_takes_people import TakesNobody
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.accounts.use_cases.grant_membership import AlreadyMember
from directory_service.accounts.use_cases.grants.decide_grant import confirm_grant, refuse_grant
from directory_service.accounts.use_cases.grants.finish_grant import finish_grant
from directory_service.accounts.use_cases.grants.propose_grant import NewGrant, audit_refused_grant, propose_grant
from directory_service.organizations.use_cases.extend_reach import extend_reach
from service_kit.errors import NotFound
from service_kit.identity import Principal
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render, see_other
from setu.languages import SCREEN_LANGUAGES
from setu.roles import COORDINATOR, CUSTODY_HEALTH, DATA_OFFICER, PRISON, TITLES, TWO_PEOPLE

blueprint = Blueprint("grants", __name__, template_folder="templates", url_prefix="/grants")
FIELDS = ("organization", "person", "name", "user_name", "phone", "mail", "language")
NEW, KNOWN = "new", "known"
_NAME = Markup('<span translate="no">{}</span>')


@blueprint.get("")
@require(*TWO_PEOPLE)
def show() -> ResponseReturnValue:
    """What waits, and for coordinators the form to propose one."""
    return _page({}, {"person": NEW, "language": principal().language})


@blueprint.post("")
@require(COORDINATOR)
def propose() -> ResponseReturnValue:
    """Write the proposal down for a second person."""
    who, now = _reader(), context().clock.now()
    typed = {field: request.form.get(field, "").strip() for field in FIELDS}
    new, errors = _read_form(who, typed)
    if new is None:
        return _page(errors, typed, 422)
    try:
        with context().db.transaction(who.scope) as session:
            propose_grant(session, dependency(Dependencies), who, new, now)
    except RoleRefused as refused:
        _log(who, ("organization", new.organization), refused)
        return _page({"organization": grant_words(refused)}, typed, 403)
    return see_other(url_for("grants.show", done="asked"))


@blueprint.post("/<uuid:grant_id>/confirm")
@require(*TWO_PEOPLE)
def confirm(grant_id: UUID) -> ResponseReturnValue:
    """Agree as the second person."""
    who = _reader()
    try:
        with context().db.transaction(who.scope) as session:
            if not confirm_grant(session, who, grant_id, context().clock.now()):
                raise NotFound
    except RoleRefused as refused:
        _log(who, ("grant", grant_id), refused)
        return _page({"waiting": grant_words(refused)}, {}, 403)
    return see_other(url_for("grants.show", done="agreed"))


@blueprint.post("/<uuid:grant_id>/refuse")
@require(*TWO_PEOPLE)
def refuse(grant_id: UUID) -> ResponseReturnValue:
    """Close it with nothing given."""
    who = _reader()
    with context().db.transaction(who.scope) as session:
        if not refuse_grant(session, who, grant_id, context().clock.now()):
            raise NotFound
    return see_other(url_for("grants.show", done="refused"))


@blueprint.post("/<uuid:grant_id>/finish")
@require(COORDINATOR)
def finish(grant_id: UUID) -> ResponseReturnValue:
    """Print the slip, or send the invitation, of what both agreed on."""
    who, now = _reader(), context().clock.now()
    try:
        with context().db.transaction(who.scope) as session:
            slip = finish_grant(session, dependency(Dependencies), who, grant_id, now)
    except RoleRefused as refused:
        _log(who, ("grant", grant_id), refused)
        return _page({"waiting": grant_words(refused)}, {}, 403)
    except (TakesNobody, AlreadyMember) as refused_now:
        words = takes_nobody_words() if isinstance(refused_now, TakesNobody) else already_words()
        return _page({"waiting": words}, {}, 409)
    return see_other(url_for("grants.show", done="invited")) if slip is None else led_to_slip(slip, url_for(".show"))


def count_waiting() -> int:
    """The number in the menu: what this person may agree to, or has to finish."""
    who, now = _reader(), context().clock.now()
    with context().db.transaction(who.scope) as session:
        found = waiting_grants(session, who, now)
    return sum(not one.mine or one.grant.decision is not None for one in found)


def grant_words(refused: RoleRefused | ResetRefused) -> str:
    """Why a role that two people give is not given so."""
    words = {
        "same-person": _("You proposed this. The second person must be another one."),
        "own-account": _("Nobody gives a role to the own account."),
        "own-supervisor": _("The own supervisor or manager takes no part in it."),
        "one-hand": _(
            "One of you came in with a slip from the other, or both did from one person. Ask a third person to agree."
        ),
        "set-up-another": _(
            "You, or whoever let you in, had a part in setting up another data officer of this body."
            " Somebody else has to do it."
        ),
        "let-them-in": _("You, or whoever let you in, let this person in. Somebody else has to agree."),
        "of-one-hand": _(
            "This person was let in by somebody who had a part in setting up another data officer of this body."
            " Propose another person."
        ),
        "not-a-states": _("Only the body of a whole state has data officers."),
    }
    return words.get(refused.reason, _("This role does not exist there."))


def already_words() -> str:
    """Why nobody is invited."""
    return _("This person has this role here already.")


def _role_at(kind: str) -> str:
    return CUSTODY_HEALTH if kind == PRISON else DATA_OFFICER


def _reader() -> Principal:
    return extend_reach(context().db, principal())


def _log(who: Principal, about: tuple[str, UUID], refused: RoleRefused) -> None:
    with context().db.transaction(who.scope) as session:
        audit_refused_grant(session, who, about, refused, context().clock.now())


def _read_form(who: Principal, typed: dict[str, str]) -> tuple[NewGrant | None, dict[str, str]]:
    """The proposal; what is wrong, in the order of the form."""
    with context().db.transaction(who.scope) as session:
        kinds = {str(place.id): (place.id, place.kind) for place in places_of_two_people(session, who)}
    found, errors = kinds.get(typed["organization"]), {}
    if found is None:
        errors["organization"] = _("Choose where.")
    if typed["person"] not in (NEW, KNOWN):
        errors["person"] = _("Choose one.")
    invites = typed["person"] == KNOWN
    role = _role_at(found[1] if found is not None else "")
    name = (
        typed["user_name"] if invites else typed["name"]
    )  # of somebody who has an account only the user name is asked
    member = NewMember(name, typed["user_name"], role, typed["phone"], typed["mail"], typed["language"])
    errors |= {bad.field: handle_words(bad) for bad in faults(member) if not invites or bad.field == "user_name"}
    if found is None or errors:
        return None, {field: errors[field] for field in FIELDS if field in errors}
    member = NewMember("", handles.user_name(typed["user_name"]), role) if invites else spelled(member)
    return NewGrant(found[0], member, invites), {}


def _page(errors: dict[str, str], typed: dict[str, str], status: int = 200) -> Response:
    who = _reader()
    with context().db.transaction(who.scope) as session:
        waiting = waiting_grants(session, who, context().clock.now())
        places = places_of_two_people(session, who) if who.role == COORDINATOR else ()
    shown: dict[str, Any] = {
        "places": [
            (
                str(place.id),
                _NAME.format(place.name),
                _(TITLES[CUSTODY_HEALTH if place.kind == PRISON else DATA_OFFICER]),
            )
            for place in places
        ],
        "waiting": waiting,
        "titles": TITLES,
        "offered": list(SCREEN_LANGUAGES.items()),
        "done": request.args.get("done", ""),
    }
    return render("accounts/grants.html", status=status, errors=errors, typed=typed, **shown)
