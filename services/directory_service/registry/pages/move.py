"""Move a unit to another district: offered by the one coordinator, taken or refused by the other."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from directory_service.accounts.store.accounts import district_names
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.organizations.domain.standing import MOVABLE
from directory_service.organizations.store.districts_of_state import districts_of_state
from directory_service.organizations.store.tables import Organization
from directory_service.registry.pages.coordinated_unit import UnitRow, coordinator, find_unit
from directory_service.registry.pages.effect_words import touched_by
from directory_service.registry.pages.registry_words import refusal_words
from directory_service.registry.store.moves import waiting_move_of
from directory_service.registry.store.tables import OrganizationMove
from directory_service.registry.use_cases.change_standing import ActRefused
from directory_service.registry.use_cases.count_effects import count_effects
from directory_service.registry.use_cases.move_unit import offer_move, refuse_move, take_move
from directory_service.registry.use_cases.withdraw_move import withdraw_move
from service_kit.errors import NotFound, Stale
from service_kit.identity import Principal
from service_kit.web.access.require import require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import language
from service_kit.web.html.render import render, see_other
from setu.roles import COORDINATOR

blueprint = Blueprint("registry_move", __name__, template_folder="templates", url_prefix="/registry")


@blueprint.get("/<uuid:unit_id>/move")
@require(COORDINATOR)
def look(unit_id: UUID) -> ResponseReturnValue:
    """Ask whoever coordinates it where to, and whoever it is offered to whether to take it."""
    return _page(coordinator(), unit_id, {})


@blueprint.post("/<uuid:unit_id>/move")
@require(COORDINATOR)
def offer(unit_id: UUID) -> ResponseReturnValue:
    """Offer it; it moves at once where both districts are one's own."""
    who, chosen, now = coordinator(), request.form.get("district", ""), context().clock.now()
    to = int(chosen) if chosen.isdecimal() and len(chosen) <= 5 else 0
    seen = request.form.get("seen", "")
    try:
        with context().db.transaction(who.scope) as session:
            moved = offer_move(session, dependency(Dependencies), who, unit_id, to, now, seen=seen)
    except ActRefused as refused:
        if refused.reason == "district":
            return _page(who, unit_id, {"district": refusal_words(refused)}, 422)
        return _page(who, unit_id, {}, 409, warning=refusal_words(refused))
    except Stale:
        return _page(who, unit_id, {}, 409, warning=_("The numbers below changed meanwhile. Read them again."))
    return see_other(url_for("registry_unit.show", unit_id=unit_id, done="moved" if moved else "move-offered"))


@blueprint.post("/<uuid:unit_id>/move/take")
@require(COORDINATOR)
def take(unit_id: UUID) -> ResponseReturnValue:
    """The other district's coordinator agrees."""
    who = coordinator()
    with context().db.transaction(who.scope) as session:
        take_move(session, dependency(Dependencies), who, unit_id, context().clock.now())
    return see_other(url_for("registry_unit.show", unit_id=unit_id, done="moved"))


@blueprint.post("/<uuid:unit_id>/move/refuse")
@require(COORDINATOR)
def refuse(unit_id: UUID) -> ResponseReturnValue:
    """It stays where it is."""
    who = coordinator()
    with context().db.transaction(who.scope) as session:
        refuse_move(session, who, unit_id, context().clock.now())
    return see_other(url_for("registry.show", done="move-refused"))


@blueprint.post("/<uuid:unit_id>/move/withdraw")
@require(COORDINATOR)
def withdraw(unit_id: UUID) -> ResponseReturnValue:
    """The offer is taken back."""
    who = coordinator()
    with context().db.transaction(who.scope) as session:
        if not withdraw_move(session, who, unit_id, context().clock.now()):
            raise NotFound
    return see_other(url_for("registry_unit.show", unit_id=unit_id, done="move-taken-back"))


def _page(who: Principal, unit_id: UUID, errors: dict[str, str], status: int = 200, *, warning: str = "") -> Response:
    with context().db.transaction(who.scope) as session:
        unit, move = _own_or_offered(session, who, unit_id)
        row = unit.row
        effects = count_effects(session, row.id, row.status)
        if row.district_code not in who.districts:
            effects = replace(effects, members=None)
        choices = districts_of_state(session, [row.district_code], language())
        names = district_names(session, [row.district_code, *([move.to_district] if move else [])], language())
    values: dict[str, Any] = {"unit": unit, "row": row, "effects": effects, "move": move, "names": names}
    values |= {"touched": touched_by("move", row, effects), "errors": errors, "warning": warning}
    values |= {"districts": [each for each in choices if each[0] != row.district_code]}
    values |= {"offered": move is not None and move.to_district in who.districts, "own": who.organization == row.id}
    values |= {"possible": row.status in MOVABLE, "chosen": request.form.get("district", "")}
    return render("registry/move.html", status=status, **values)


def _own_or_offered(session: Session, who: Principal, unit_id: UUID) -> tuple[UnitRow, OrganizationMove | None]:
    """The unit of the own districts, or one that is offered to them. Raises NotFound."""
    move = waiting_move_of(session, unit_id)
    if move is not None and move.to_district in who.districts:
        return UnitRow(session.get_one(Organization, unit_id)), move
    return find_unit(session, who, unit_id), move
