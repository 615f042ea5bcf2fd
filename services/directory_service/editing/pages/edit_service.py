"""Change one part of a service, or put a new one into the directory.

Every form says which state it was made from (`seen`). Where somebody changed the service meanwhile, the form comes back
with what was typed, and says so: saving it then is done knowingly, over the state that was shown.
"""

from typing import Any
from uuid import UUID

import flask_babel
from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.editing.pages.form_rows import apply_row_button
from directory_service.editing.pages.listing_section import (
    Json,
    NotRight,
    Section,
    read_typed,
)
from directory_service.editing.pages.listing_sections import (
    SECTIONS,
    STATUSES,
    changed_record,
    field_of,
    written_record,
)
from directory_service.editing.pages.our_services import (
    EDITOR,
    load,
    not_found_as_404,
)
from directory_service.editing.pages.weekly_hours import DAYS
from directory_service.editing.use_cases.edit_resource import (
    create_resource,
    edit_resource,
)
from directory_service.editing.use_cases.editable import (
    Editor,
    Stale,
)
from directory_service.editing.use_cases.own_locations import own_locations
from directory_service.editing.use_cases.own_services import (
    SERVICES,
    OwnService,
)
from directory_service.listings.domain.attributes import CHOICES, FLAGS
from directory_service.listings.domain.fields import SERVICE_FIELDS
from directory_service.listings.pages.listing_words import (
    languages_words,
    rows_of_hours,
)
from directory_service.listings.use_cases.check_references import (
    NotYourPlace,
    UnknownDistrict,
)
from directory_service.organizations.store.districts_of_state import districts_of_state
from directory_service.organizations.store.tables import Organization
from service_kit.errors import NotFound
from service_kit.web.access.require import (
    principal,
    require,
)
from service_kit.web.context import context
from service_kit.web.html.i18n import asked_to_show, language
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render, see_other
from service_kit.web.html.sent_form import shows_again
from setu.india import day_in_india
from setu.languages import NAMES as LANGUAGES
from setu.needs import NEEDS

blueprint = Blueprint("edit_service", __name__, template_folder="templates", url_prefix="/listings")


@blueprint.get("/<uuid:service_id>/<section>/change")
@require(EDITOR)
def show(service_id: UUID, section: str) -> ResponseReturnValue:
    """The form of one part."""
    part, own = _part(section), load(service_id)
    return _form(part, own, part.shown(written_record(own.record)), seen=own.tag)


@blueprint.post("/<uuid:service_id>/<section>/change")
@require(EDITOR)
@shows_again
def save(service_id: UUID, section: str) -> ResponseReturnValue:
    """Save what was typed, or add and take away rows."""
    part, own = _part(section), load(service_id)
    typed, seen, now = part.typed(request.form), request.form.get("seen", ""), context().clock.now()
    if apply_row_button(request.form, typed, part.rows) or asked_to_show():
        return _form(part, own, typed, seen=seen)
    who = principal()
    try:
        record = changed_record(part, own.record, typed, now)
        with context().db.transaction(who.scope) as session, not_found_as_404():
            edited = edit_resource(session, SERVICES, record, Editor.of(who), now, seen=seen)
    except NotRight as wrong:
        return _form(part, own, typed, {name: _(text) for name, text in wrong.errors.items()}, seen=seen, status=422)
    except (NotYourPlace, UnknownDistrict) as unknown:
        field = "places" if isinstance(unknown, NotYourPlace) else "districts"
        return _form(part, own, typed, {field: _("Choose among the answers shown.")}, seen=seen, status=422)
    except Stale:
        newest = load(service_id)
        return _form(part, newest, typed, seen=newest.tag, stale=True, status=409)
    return see_other(url_for("our_services.one", service_id=service_id, done=edited.state))


@blueprint.get("/new")
@require(EDITOR)
def new() -> ResponseReturnValue:
    """The form for a new service: as little as makes it a listing."""
    return _new_form({"name": "", "phone": "", "needs": [], "accepting": "", "cost": ""}, {})


@blueprint.post("/new")
@require(EDITOR)
def create() -> ResponseReturnValue:
    """Put it in, and go on with the rest of it. What its manager has just typed counts as confirmed today."""
    who, now, form = principal(), context().clock.now(), request.form
    typed: Json = {"name": form.get("name", "").strip(), "phone": form.get("phone_number.0", "").strip()}
    typed |= {name: form.get(name, "") for name in ("accepting", "cost")}
    typed["needs"] = list(dict.fromkeys(form.getlist("needs")))
    with context().db.transaction(who.scope) as session, not_found_as_404():
        home = session.get_one(Organization, who.organization).district_code
        made = {key: value for key, value in typed.items() if value}
        made |= {"id": str(context().ids.uuid()), "organization_id": str(who.organization), "districts": [home]}
        made["assured_date"] = day_in_india(now).isoformat()
        try:
            record = read_typed(SERVICE_FIELDS, made, {}, {}, lambda path: field_of(path, {}))
        except NotRight as wrong:
            return _new_form(typed, {name: _(text) for name, text in wrong.errors.items()}, 422)
        edited = create_resource(session, SERVICES, record, Editor.of(who), now)
    return see_other(url_for("our_services.one", service_id=record.id, done=edited.state))


def _part(key: str) -> Section:
    if key not in SECTIONS:
        raise NotFound
    return SECTIONS[key]


def _new_form(typed: Json, errors: dict[str, str], status: int = 200) -> Response:
    needs = [(need.code, _(need.name)) for need in NEEDS]
    accepting, cost = (
        [("", _("Not said")), *((code, _(text)) for code, text in CHOICES[field].items())]
        for field in ("accepting", "cost")
    )
    choices = {"needs": needs, "accepting": accepting, "cost": cost}
    limits = SERVICE_FIELDS.limits
    return render("editing/new.html", typed=typed, errors=errors, choices=choices, limits=limits, status=status)


def _form(
    part: Section,
    own: OwnService,
    typed: Json,
    errors: dict[str, str] | None = None,
    *,
    seen: str,
    stale: bool = False,
    status: int = 200,
) -> Response:
    return render(
        "editing/change.html",
        status=status,
        typed_form="change",
        part=part,
        own=own,
        typed=typed,
        errors=errors or {},
        limits=SERVICE_FIELDS.limits,
        seen=seen,
        stale=stale,
        choices={field: [(code, _(text)) for code, text in words.items()] for field, words in CHOICES.items()},
        **_answers(part, own, typed),
    )


def _answers(part: Section, own: OwnService, typed: Json) -> dict[str, Any]:
    """What may be chosen in this part."""
    if part.key == "where":
        return _places_and_districts(typed)
    if part.key == "hours":
        names = flask_babel.get_locale().days["stand-alone"]["wide"]
        rules = own.record.schedules
        others = [(at, "; ".join(" ".join(row) for row in rows_of_hours((rules[int(at)],)))) for at in _others(own)]
        return {
            "days": [(day, names[at]) for at, day in enumerate(DAYS)],
            "others": others,
            "more": bool(own.record.hsds.get("schedules")),
        }
    status_words = CHOICES["status"]
    languages = sorted(((code, languages_words((code,))) for code in LANGUAGES), key=lambda row: row[1])
    return {
        "needs": [(need.code, _(need.name), _(need.meaning)) for need in NEEDS],
        "flags": [(flag.field, _(flag.name)) for flag in FLAGS],
        "languages_known": languages,
        "statuses": [(code, _(status_words[code])) for code in STATUSES],
    }


def _others(own: OwnService) -> list[str]:
    kept: list[str] = SECTIONS["hours"].shown(written_record(own.record))["kept"]
    return kept


def _places_and_districts(typed: Json) -> dict[str, Any]:
    who = principal()
    chosen = [int(code) for code in typed["districts"] if code.isascii() and code.isdigit() and len(code) < 6]
    with context().db.transaction(who.scope) as session:
        places = own_locations(session, who.organization)
        home = session.get_one(Organization, who.organization).district_code
        districts = districts_of_state(session, [home, *chosen], language())
    named = [(str(each.id), ", ".join(filter(None, (each.record.name, each.record.area)))) for each in places]
    first = [(code, name) for code, name in districts if code in chosen]
    return {"places": named, "districts": [*first, *(row for row in districts if row not in first)]}
