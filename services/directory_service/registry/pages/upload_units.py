"""Units from a file: send it, look at what it would make, change and leave, then one button."""

from collections.abc import Iterable, Sequence
from itertools import chain, count
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.accounts.store.accounts import district_names
from directory_service.registry.domain.unit_entry import COLUMNS
from directory_service.registry.domain.units import ALIVE, Unit
from directory_service.registry.pages.coordinated_unit import coordinator
from directory_service.registry.pages.registry_files import (
    LARGEST_FILE,
    answer_sent_file,
    csv_answer,
    file_form,
    own_file,
    throw_file_away,
)
from directory_service.registry.pages.registry_words import column_words, fault_words, kind_choices
from directory_service.registry.store.units import units_by_id, units_of_districts, units_of_states
from directory_service.registry.use_cases.upload_units import preview_units, write_units
from service_kit.errors import Stale
from service_kit.web.access.require import require
from service_kit.web.context import context
from service_kit.web.html.i18n import language
from service_kit.web.html.render import render, see_other
from service_kit.web.uploads import takes_file
from setu.roles import COORDINATOR

blueprint = Blueprint("registry_upload", __name__, template_folder="templates", url_prefix="/registry/upload")
KIND = "units"
DONE = ("added", "changed", "unchanged")
DISTRICTS_SHOWN = 2
DISTRICT_POLICE = "police_district"


@blueprint.get("")
@require(COORDINATOR)
def show() -> ResponseReturnValue:
    """The form; after a confirmation, what was done."""
    return _form({})


@blueprint.get("/template.csv")
@require(COORDINATOR)
def template() -> ResponseReturnValue:
    """The columns, and new units of two districts, of which only the names need to be changed."""
    who = coordinator()
    codes = list(who.districts[:DISTRICTS_SHOWN])
    with context().db.transaction(who.scope) as session:
        names = district_names(session, codes, "en")
        known = units_of_states(session, codes)
    rows = [row for code in codes for row in _new_units(code, names.get(str(code), str(code)), known)]
    return csv_answer([list(COLUMNS), *rows], "units-example.csv")


@blueprint.get("/units.csv")
@require(COORDINATOR)
def units() -> ResponseReturnValue:
    """The own districts' units as they are, those with a code."""
    who = coordinator()
    with context().db.transaction(who.scope) as session:
        found = [unit for unit in units_of_districts(session, who.districts) if unit.code]
        above = units_by_id(session, [unit.parent_id for unit in found if unit.parent_id])
    rows = [
        [
            unit.kind.code,
            unit.code,
            unit.name,
            above[unit.parent_id].code if unit.parent_id in above else "",
            str(unit.district),
            unit.opened_on.isoformat() if unit.opened_on else "",
        ]
        for unit in found
    ]
    return csv_answer([list(COLUMNS), *rows], "units.csv")


@blueprint.post("")
@require(COORDINATOR)
@takes_file(LARGEST_FILE)
def send() -> ResponseReturnValue:
    """Keep the file and go to what it would do; one that cannot be used is not kept."""
    who, now = coordinator(), context().clock.now()
    return answer_sent_file(
        KIND,
        who,
        lambda session, content: preview_units(session, who, content, now),
        form=_form,
        preview="registry_upload.preview",
    )


@blueprint.get("/<uuid:upload_id>")
@require(COORDINATOR)
def preview(upload_id: UUID) -> ResponseReturnValue:
    """What the file would do, as of now."""
    return _preview(upload_id)


@blueprint.post("/<uuid:upload_id>")
@require(COORDINATOR)
def confirm(upload_id: UUID) -> ResponseReturnValue:
    """Do it, if it is still what was looked at."""
    who, now, seen = coordinator(), context().clock.now(), request.form.get("seen", "")
    try:
        with context().db.transaction(who.scope) as session:
            upload = own_file(session, who, KIND, upload_id)
            plan = write_units(session, who, upload.content, context().ids, now, seen=seen)
            session.delete(upload)
    except Stale:
        return _preview(upload_id, moved=True)
    told: dict[str, Any] = {each: len(getattr(plan, each)) for each in DONE}
    return see_other(url_for("registry_upload.show", done=1, **told))


@blueprint.post("/<uuid:upload_id>/discard")
@require(COORDINATOR)
def discard(upload_id: UUID) -> ResponseReturnValue:
    """Throw the file away."""
    throw_file_away(KIND, coordinator(), upload_id)
    return see_other(url_for("registry_upload.show"))


def _new_units(district: int, name: str, known: Sequence[Unit]) -> list[list[str]]:
    begun = next((unit.code for unit in known if _is_police_of(district, unit)), "")
    own = f"D{district}"
    above = begun or _free_code(known, chain([own], (f"{own}-{number}" for number in count(2))))

    def code_of(abbreviation: str) -> str:
        return _free_code(known, (f"{own}-{abbreviation}-{number}" for number in count(1)))

    station = ["police_station", code_of("PS"), f"A police station in {name}", above, str(district), ""]
    return [
        *([] if begun else [[DISTRICT_POLICE, above, f"{name} district police", "", str(district), ""]]),
        station,
        ["prison", code_of("PR"), f"A prison in {name}", "", str(district), ""],
        ["provider", code_of("NGO"), f"A provider of help in {name}", "", str(district), ""],
    ]


def _is_police_of(district: int, unit: Unit) -> bool:
    """Whether the example's station can hang below it: what was closed takes nothing any more."""
    if not unit.code or unit.standing not in ALIVE:
        return False
    return (unit.kind.code, unit.district) == (DISTRICT_POLICE, district)


def _free_code(known: Sequence[Unit], codes: Iterable[str]) -> str:
    """The first that no unit of the state has: a code that is taken would give that unit another name."""
    taken = {unit.code for unit in known}
    return next(code for code in codes if code not in taken)


def _preview(upload_id: UUID, *, moved: bool = False) -> Response:
    who = coordinator()
    with context().db.transaction(who.scope) as session:
        content = own_file(session, who, KIND, upload_id).content
        found = preview_units(session, who, content, context().clock.now())
        names = district_names(session, who.districts, language())
    values: dict[str, Any] = {"upload_id": upload_id, "found": found, "plan": found.plan, "moved": moved}
    values |= {"renamed": sum("name" in each.changed for each in found.plan.changed)}
    values |= {"fault_words": fault_words, "columns": COLUMNS, "district_names": names}
    return render("registry/upload_units_preview.html", status=409 if moved else 200, **values)


def _form(errors: dict[str, str], status: int = 200) -> Response:
    done = {each: int(text) for each in DONE if (text := request.args.get(each, "0")).isdecimal() and len(text) < 5}
    columns = [*((column, column_words(column)) for column in COLUMNS), *kind_choices()]
    return file_form(
        "registry/upload_units.html",
        errors,
        status,
        send_to="registry_upload.send",
        columns=columns,
        finished="done" in request.args,
        done=done,
    )
