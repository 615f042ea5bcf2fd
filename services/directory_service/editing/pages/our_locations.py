"""Our places: where a provider gives its services, and whether the address may be known."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.editing.pages.listing_section import (
    FAULTS,
    Json,
    NotRight,
    read_typed,
    text_section,
)
from directory_service.editing.pages.our_services import (
    EDITOR,
    not_found_as_404,
)
from directory_service.editing.pages.saved_words import saved_words
from directory_service.editing.use_cases.edit_resource import (
    create_resource,
    edit_resource,
    remove_resource,
)
from directory_service.editing.use_cases.editable import (
    Editor,
    Stale,
)
from directory_service.editing.use_cases.own_locations import (
    LOCATIONS,
    OwnLocation,
    own_location,
    own_locations,
)
from directory_service.listings.domain.fields import LOCATION_FIELDS
from directory_service.listings.use_cases.check_references import UnknownDistrict
from directory_service.organizations.store.districts_of_state import districts_of_state
from directory_service.organizations.store.tables import Organization
from service_kit.translations import N_
from service_kit.web.access.require import (
    principal,
    require,
)
from service_kit.web.context import context
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import language
from service_kit.web.html.render import render, see_other
from setu.telling_words import tells

blueprint = Blueprint("our_places", __name__, template_folder="templates", url_prefix="/listings/places")
TEXTS = (
    *("name", "area", "address_1", "address_2", "city", "postal_code", "landmark", "transportation"),
    *("latitude", "longitude", "district"),
)
ON_A_CARD = ("landmark", "area")
ORDER = ("confidential", *TEXTS)
_TEXTS = text_section("", "", *TEXTS, table=LOCATION_FIELDS)
NO_DISTRICT = FAULTS["district"]


@blueprint.get("")
@require(EDITOR)
def show() -> ResponseReturnValue:
    """The list."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        places = own_locations(session, who.organization)
        saved = saved_words(session, who.organization)
    return render("editing/places.html", places=places, saved=saved, done=request.args.get("done", ""))


@blueprint.get("/new")
@require(EDITOR)
def new() -> ResponseReturnValue:
    """The form for a new place."""
    return _form(None, {"confidential": False, **dict.fromkeys(TEXTS, "")}, seen="")


@blueprint.post("/new")
@require(EDITOR)
def add() -> ResponseReturnValue:
    """Add it."""
    return _save(None, {"id": str(context().ids.uuid()), "organization_id": str(principal().organization)})


@blueprint.get("/<uuid:place_id>")
@require(EDITOR)
def one(place_id: UUID) -> ResponseReturnValue:
    """The form of a place, with its exact address also where that is confidential."""
    own = _load(place_id)
    record = LOCATION_FIELDS.write(own.record)
    return _form(own, {"confidential": own.record.confidential, **_TEXTS.shown(record)}, seen=own.tag)


@blueprint.post("/<uuid:place_id>")
@require(EDITOR)
def save(place_id: UUID) -> ResponseReturnValue:
    """Save what was typed."""
    own = _load(place_id)
    return _save(own, LOCATION_FIELDS.write(own.record))


@blueprint.get("/<uuid:place_id>/remove")
@require(EDITOR)
def ask_remove(place_id: UUID) -> ResponseReturnValue:
    """Ask before taking it away."""
    return render("editing/remove_place.html", own=_load(place_id))


@blueprint.post("/<uuid:place_id>/remove")
@require(EDITOR)
def remove(place_id: UUID) -> ResponseReturnValue:
    """Take it away from every service."""
    who, now = principal(), context().clock.now()
    try:
        with context().db.transaction(who.scope) as session, not_found_as_404():
            remove_resource(session, LOCATIONS, place_id, Editor.of(who), now, seen=request.form.get("seen", ""))
    except Stale:
        return render("editing/remove_place.html", own=_load(place_id), stale=True, status=409)
    return see_other(url_for("our_places.show", done="removed"))


def _save(own: OwnLocation | None, before: Json) -> ResponseReturnValue:
    who, now, form = principal(), context().clock.now(), request.form
    typed = {**_TEXTS.typed(form), "confidential": form.get("confidential") == "yes"}
    errors: dict[str, str] = {}
    made = {**_TEXTS.change(before, typed, errors), "confidential": typed["confidential"]}
    alone = [name for name in ("latitude", "longitude") if not typed[name]]
    if len(alone) == 1:
        errors.setdefault(alone[0], N_("Give both, or leave both empty."))
    for name in ON_A_CARD:
        if tells(typed[name]):
            errors.setdefault(name, N_("Others may read this on a card. Leave out what the service is for."))
    try:
        record = read_typed(LOCATION_FIELDS, made, before, errors)
    except NotRight as wrong:
        said = {name: _(text) for name, text in wrong.errors.items()}
        return _form(own, typed, said, seen=form.get("seen", ""), status=422)
    try:
        with context().db.transaction(who.scope) as session, not_found_as_404():
            if own is None:
                edited = create_resource(session, LOCATIONS, record, Editor.of(who), now)
            else:
                edited = edit_resource(session, LOCATIONS, record, Editor.of(who), now, seen=form.get("seen", ""))
    except UnknownDistrict:
        return _form(own, typed, {"district": _(NO_DISTRICT)}, seen=form.get("seen", ""), status=422)
    except Stale as stale:
        return _form(own, typed, seen=stale.tag, stale=True, status=409)
    hidden = record.confidential and edited.state == "live"
    return see_other(url_for("our_places.show", done="confidential" if hidden else edited.state))


def _load(place_id: UUID) -> OwnLocation:
    who = principal()
    with context().db.transaction(who.scope) as session, not_found_as_404():
        return own_location(session, who.organization, place_id)


def _form(
    own: OwnLocation | None,
    typed: Json,
    errors: dict[str, str] | None = None,
    *,
    seen: str,
    stale: bool = False,
    status: int = 200,
) -> Response:
    who = principal()
    with context().db.transaction(who.scope) as session:
        home = session.get_one(Organization, who.organization).district_code
        chosen = {int(typed["district"])} if typed["district"].isdecimal() and len(typed["district"]) < 6 else set()
        districts = districts_of_state(session, {home, *chosen}, language())
    values: dict[str, Any] = {"own": own, "typed": typed, "seen": seen, "stale": stale, "districts": districts}
    values["limits"] = LOCATION_FIELDS.limits
    values["errors"] = {name: (errors or {})[name] for name in ORDER if name in (errors or {})}
    return render("editing/place.html", status=status, home=home, **values)
