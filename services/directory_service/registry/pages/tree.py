"""The registry of a district: its units as a tree, providers and bodies beside it, and what is offered to it."""

from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from directory_service.accounts.store.accounts import district_names
from directory_service.organizations.domain.standing import GONE
from directory_service.registry.domain.units import Unit, arrange, is_kept_by
from directory_service.registry.pages.coordinated_unit import coordinator
from directory_service.registry.pages.registry_words import standing_tone, standing_words
from directory_service.registry.store.moves import waiting_moves
from directory_service.registry.store.units import own_unit, units_by_id, units_of_districts
from service_kit.identity import Principal
from service_kit.web.access.require import require
from service_kit.web.context import context
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import language
from service_kit.web.html.render import render
from setu.roles import COORDINATOR

blueprint = Blueprint("registry", __name__, template_folder="templates", url_prefix="/registry")


def count_waiting() -> int:
    """The number beside "Registry" in the menu of all three services: units that are offered to the own districts."""
    who = coordinator()
    with context().db.transaction(who.scope) as session:
        moves = waiting_moves(session, who.districts)
    return sum(move.to_district in who.districts for move in moves)


@blueprint.get("")
@require(COORDINATOR)
def show() -> ResponseReturnValue:
    """One district at a time; `all` shows closed and refused ones, too."""
    who, with_gone = coordinator(), "all" in request.args
    with context().db.transaction(who.scope) as session:
        names = district_names(session, who.districts, language())
        chosen = _chosen(who, names)
        own = own_unit(session, who)
        found = [unit for unit in units_of_districts(session, [chosen]) if is_kept_by(unit, own)]
        moves = waiting_moves(session, who.districts)
        above = {unit.parent_id for unit in found if unit.parent_id}
        known = units_by_id(session, above | {move.organization_id for move in moves})
        ends = [code for move in moves for code in (move.from_district, move.to_district)]
        names |= district_names(session, ends, language())
    shown = [unit for unit in found if with_gone or unit.standing not in GONE]
    return render(
        "registry/tree.html",
        lines=[(node, _elsewhere(node.unit, known, chosen)) for node in arrange(shown)],
        gone=len(found) - len(shown),
        with_gone=with_gone,
        chosen=str(chosen),
        districts=[(code, name) for code, name in names.items() if int(code) in who.districts],
        names=names,
        moves=[(move, known[move.organization_id], move.to_district in who.districts) for move in moves],
        standing_words=standing_words,
        standing_tone=standing_tone,
        done=_DONE.get(request.args.get("done", ""), ""),
        say=_,
    )


_DONE = {"move-refused": "refused"}


def _chosen(who: Principal, names: dict[str, str]) -> int:
    asked = request.args.get("district", "")
    return int(asked) if asked in names else who.districts[0]


def _elsewhere(unit: Unit, known: dict[UUID, Unit], district: int) -> str:
    """The name of the unit above where that lies in another district."""
    above = known.get(unit.parent_id) if unit.parent_id else None
    return above.name if above is not None and above.district != district else ""
