"""Our services: what a provider has in the directory, whether it is still right, and what waits for a coordinator."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from directory_service.accounts.domain.staffing import lacks_case_worker
from directory_service.accounts.store.accounts import district_names
from directory_service.accounts.store.tables import Account
from directory_service.accounts.use_cases.callback_code import callback_code
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.editing.pages.change_words import (
    ChangeWords,
    ReferenceNames,
    change_words,
)
from directory_service.editing.pages.listing_section import Section
from directory_service.editing.pages.listing_sections import (
    SECTIONS,
    written_record,
)
from directory_service.editing.pages.refusal_words import refusal_words
from directory_service.editing.pages.saved_words import saved_words
from directory_service.editing.use_cases.confirm_service import confirm_service
from directory_service.editing.use_cases.decide_change import take_back_change
from directory_service.editing.use_cases.edit_resource import remove_resource
from directory_service.editing.use_cases.editable import (
    Editor,
    NotThere,
    Stale,
    changes_of,
)
from directory_service.editing.use_cases.own_locations import own_locations
from directory_service.editing.use_cases.own_services import (
    SERVICES,
    OwnService,
    own_service,
    own_services,
)
from directory_service.listings.domain.attributes import FLAGS
from directory_service.listings.domain.confirmation import unconfirmed
from directory_service.listings.domain.history import Difference
from directory_service.listings.store.history import history_of
from directory_service.listings.use_cases.count_to_confirm import count_to_confirm
from directory_service.organizations.domain.standing import PENDING
from directory_service.organizations.store.tables import Organization
from service_kit.errors import NotFound
from service_kit.identity import Principal
from service_kit.web.access.require import (
    principal,
    require,
)
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import (
    gettext,
    language,
)
from service_kit.web.html.render import render, see_other
from setu.india import day_in_india
from setu.needs import refused
from setu.roles import OFFICER

blueprint = Blueprint("our_services", __name__, template_folder="templates", url_prefix="/listings")
EDITOR = "provider_manager"
REMEMBERED = 200  # entries of the history on one page
_KEPT = {"contact": ("hsds.phones", "hsds.contacts")}
_FLAGS = frozenset(flag.field for flag in FLAGS)


@blueprint.get("")
@require(EDITOR)
def show() -> ResponseReturnValue:
    """The list."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        organization = session.get_one(Organization, who.organization)
        services = own_services(session, who.organization)
        unstaffed = lacks_case_worker(organization.kind, organization.staffed)
        places = len(own_locations(session, who.organization))
        code = _code_of(session, who) if organization.status == PENDING else ""
    today = day_in_india(context().clock.now())
    return render(
        "editing/services.html",
        organization=organization,
        unstaffed=unstaffed,
        services=[(each, unconfirmed(each.record.assured_date, today)) for each in services],
        places=places,
        code=code,
        done=request.args.get("done", ""),
    )


def _code_of(session: Session, who: Principal) -> str:
    """What this manager reads out to whoever rings before approving the organisation."""
    account = session.get_one(Account, who.account)
    return callback_code(dependency(Dependencies), account.id, who.organization, account.password_changed_at)


def count_waiting() -> int:
    """The number beside "Our services" in the menu of all three services: those that want a "still right"."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        return count_to_confirm(session, who.organization, context().clock.now())


@blueprint.get("/<uuid:service_id>")
@require(EDITOR)
def one(service_id: UUID) -> ResponseReturnValue:
    """A service in its parts, each with a way to change it."""
    return _service_page(service_id)


@blueprint.post("/<uuid:service_id>/confirm")
@require(EDITOR)
def confirm(service_id: UUID) -> ResponseReturnValue:
    """This is still right."""
    who, now = principal(), context().clock.now()
    with context().db.transaction(who.scope) as session, not_found_as_404():
        try:
            confirm_service(session, service_id, Editor.of(who), now, seen=request.form.get("seen", ""))
        except Stale:
            return _service_page(service_id, stale=True)
    return see_other(url_for("our_services.one", service_id=service_id, done="confirmed"))


@blueprint.post("/<uuid:service_id>/take-back")
@require(EDITOR)
def take_back(service_id: UUID) -> ResponseReturnValue:
    """Take back what waits for a coordinator."""
    who, now = principal(), context().clock.now()
    with context().db.transaction(who.scope) as session, not_found_as_404():
        was_new = not own_service(session, who.organization, service_id).live
        take_back_change(session, Editor.of(who), service_id, now)
    if was_new:
        return see_other(url_for("our_services.show", done="taken_back"))
    return see_other(url_for("our_services.one", service_id=service_id, done="taken_back"))


@blueprint.get("/<uuid:service_id>/history")
@require(EDITOR)
def history(service_id: UUID) -> ResponseReturnValue:
    """What changed, when, and by which organisation."""
    who = principal()
    with context().db.transaction(who.scope) as session, not_found_as_404():
        own = own_service(session, who.organization, service_id)
        entries = history_of(session, [service_id, *own.record.places], REMEMBERED)
        named = names_of(session, who.organization, [each.change for each in entries])
    shown = [(each, change_words([each.change], named)) for each in entries]
    return render("editing/history.html", own=own, entries=[(each, words[0]) for each, words in shown if words])


@blueprint.get("/<uuid:service_id>/remove")
@require(EDITOR)
def ask_remove(service_id: UUID) -> ResponseReturnValue:
    """Ask before taking it out."""
    return render("editing/remove.html", own=load(service_id))


@blueprint.post("/<uuid:service_id>/remove")
@require(EDITOR)
def remove(service_id: UUID) -> ResponseReturnValue:
    """Take it out of the directory."""
    who, now = principal(), context().clock.now()
    with context().db.transaction(who.scope) as session, not_found_as_404():
        try:
            remove_resource(session, SERVICES, service_id, Editor.of(who), now, seen=request.form.get("seen", ""))
        except Stale:
            return _service_page(service_id, stale=True)
    return see_other(url_for("our_services.show", done="removed"))


def load(service_id: UUID) -> OwnService:
    """The own service; raises the 404 problem."""
    who = principal()
    with context().db.transaction(who.scope) as session, not_found_as_404():
        return own_service(session, who.organization, service_id)


@contextmanager
def not_found_as_404() -> Iterator[None]:
    """What is not there, or not ours, is the 404 problem."""
    try:
        yield
    except NotThere:
        raise NotFound from None


def names_of(session: Session, organization: UUID, changes: list[Difference]) -> ReferenceNames:
    """What the districts and places in these changes are called."""
    said = [value for each in changes for value in (each.before, each.after) if each.top in {"districts", "district"}]
    codes = {code for value in said for code in (value if isinstance(value, list) else [value]) if code}
    districts = {int(code): name for code, name in district_names(session, list(codes), language()).items()}
    places = {str(each.id): each.record.name or each.record.area for each in own_locations(session, organization)}
    return ReferenceNames(districts, places)


def _service_page(service_id: UUID, *, stale: bool = False) -> Response:
    who = principal()
    with context().db.transaction(who.scope) as session, not_found_as_404():
        own = own_service(session, who.organization, service_id)
        shown = {key: value for key, value in written_record(own.record).items() if key != "id"}
        rows = [Difference(field, None, value) for field, value in _flat(shown)]
        waiting = list(changes_of(own.waiting)) if own.waiting else []
        named = names_of(session, who.organization, [*rows, *waiting])
        saved = saved_words(session, who.organization)
        organization = session.get_one(Organization, who.organization)
        unstaffed = lacks_case_worker(organization.kind, organization.staffed)
    parts = {key: _facts(section, rows, named) for key, section in SECTIONS.items()}
    today = day_in_india(context().clock.now())
    return render(
        "editing/service.html",
        status=409 if stale else 200,
        own=own,
        saved=saved,
        unstaffed=unstaffed,
        beyond_officers=bool(own.record.needs) and refused(own.record.needs, OFFICER) == frozenset(own.record.needs),
        sections=[(SECTIONS[key], facts) for key, facts in parts.items()],
        waiting=change_words(waiting, named) if own.live else [],
        refused=refusal_words(own.refused.reason) if own.refused else "",
        unconfirmed=unconfirmed(own.record.assured_date, today),
        stale=stale,
        done="" if stale else request.args.get("done", ""),
    )


def _facts(section: Section, rows: list[Difference], named: ReferenceNames) -> list[ChangeWords]:
    """What a part says; the statements that are true stand together."""
    theirs = [row for row in rows if row.top in section.fields or row.field in _KEPT.get(section.key, ())]
    flags = tuple(gettext(flag.name) for flag in FLAGS if any(row.field == flag.field for row in theirs))
    said = change_words([row for row in theirs if row.top not in _FLAGS], named)
    return [*said, ChangeWords(gettext("What is true of it"), (), flags)] if flags else said


def _flat(record: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in record.items():
        if name in {"names", "descriptions", "hsds"}:
            yield from ((f"{name}.{key}", inner) for key, inner in value.items())
        else:
            yield name, value
