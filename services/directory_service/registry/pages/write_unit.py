"""Forms to put a unit into the registry and to change what it says of one."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.accounts.store.accounts import district_names
from directory_service.organizations.domain.unit_kinds import UNIT_KINDS
from directory_service.registry.domain.plan import EntryLine
from directory_service.registry.domain.unit_entry import COLUMNS, BadEntry, read_entry
from directory_service.registry.domain.units import ALIVE, Unit
from directory_service.registry.pages.coordinated_unit import coordinator, find_unit
from directory_service.registry.pages.registry_words import fault_words, kind_choices
from directory_service.registry.store.units import unit_of, units_by_id, units_of_states
from directory_service.registry.use_cases.write_entries import plan_now, write_entries
from service_kit.errors import NotFound
from service_kit.identity import Principal
from service_kit.web.access.require import require
from service_kit.web.context import context
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import language
from service_kit.web.html.render import render, see_other
from setu.india import day_in_india
from setu.roles import COORDINATOR

blueprint = Blueprint("registry_unit_form", __name__, template_folder="templates", url_prefix="/registry")


@blueprint.get("/new")
@require(COORDINATOR)
def new() -> ResponseReturnValue:
    """The empty form, in the district from which one came."""
    who = coordinator()
    asked = request.args.get("district", "")
    district = asked if asked in map(str, who.districts) else str(who.districts[0])
    return _form(who, {"district_code": district}, {})


@blueprint.post("/new")
@require(COORDINATOR)
def make() -> ResponseReturnValue:
    """Make it: its people are added next. It is active at once, but for a provider."""
    return _write(coordinator(), None)


@blueprint.get("/<uuid:unit_id>/edit")
@require(COORDINATOR)
def edit(unit_id: UUID) -> ResponseReturnValue:
    """The form with what the directory says."""
    who = coordinator()
    return _form(who, _as_typed(who, _editable(who, unit_id)), {}, about=unit_id)


@blueprint.post("/<uuid:unit_id>/edit")
@require(COORDINATOR)
def change(unit_id: UUID) -> ResponseReturnValue:
    """Change it."""
    who = coordinator()
    _editable(who, unit_id)
    return _write(who, unit_id)


def _write(who: Principal, about: UUID | None) -> Response:
    typed, now = {column: request.form.get(column, "") for column in COLUMNS}, context().clock.now()
    if about is not None:  # neither changes here
        typed |= {name: value for name, value in _as_typed(who, _editable(who, about)).items() if name in FIXED}
    try:
        line = EntryLine(read_entry(typed, day_in_india(now)), about=about, is_new=about is None)
    except BadEntry as bad:
        errors = {fault.field: fault_words(fault) for fault in bad.faults}
        errors |= {"kind": _("Choose what it is.")} if "kind" in errors else {}
        return _form(who, typed, errors, 422, about=about)
    with context().db.transaction(who.scope) as session:
        plan = plan_now(session, who, [line], to_write=True)
        written = [] if plan.faults else write_entries(session, who, plan, context().ids, now)
    if plan.faults:
        errors = {each.fault.field: fault_words(each.fault) for each in plan.faults}
        return _form(who, typed, errors, 422, about=about)
    return see_other(url_for("registry_unit.show", unit_id=about or written[0], done="changed" if about else "made"))


FIXED = ("kind", "district_code")


def _editable(who: Principal, unit_id: UUID) -> Unit:
    with context().db.transaction(who.scope) as session:
        unit = unit_of(find_unit(session, who, unit_id).row)
    if unit.standing not in ALIVE:
        raise NotFound
    return unit


def _as_typed(who: Principal, unit: Unit) -> dict[str, str]:
    with context().db.transaction(who.scope) as session:
        above = units_by_id(session, [unit.parent_id]).get(unit.parent_id) if unit.parent_id else None
    return {
        "kind": unit.kind.code,
        "code": unit.code,
        "name": unit.name,
        "parent_code": above.code if above else "",
        "district_code": str(unit.district),
        "opened_on": unit.opened_on.isoformat() if unit.opened_on else "",
    }


def _form(
    who: Principal, typed: dict[str, str], errors: dict[str, str], status: int = 200, *, about: UUID | None = None
) -> Response:
    with context().db.transaction(who.scope) as session:
        districts = district_names(session, who.districts, language())
        units = units_of_states(session, who.districts)
    kinds = {kind.kind for kind in UNIT_KINDS.values() if about is None or kind.code == typed["kind"]}
    parents = [unit for unit in units if unit.code and unit.standing in ALIVE and unit.kind.kind in kinds]
    values: dict[str, Any] = {"typed": typed, "errors": errors, "about": about, "kinds": kind_choices()}
    values["districts"] = list(districts.items())
    values["parents"] = [(unit.code, f"{unit.name} ({unit.code})") for unit in sorted(parents, key=lambda u: u.name)]
    return render("registry/write_unit.html", status=status, **values)
