"""Posted strength of a district: each rank with what is known, and each unit with its figures."""

from collections.abc import Mapping

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from directory_service.accounts.store.accounts import district_names
from directory_service.organizations.domain.posted_strength import Posted, PostingUnit, posted_in_district
from directory_service.organizations.domain.ranks import GROUPS, RANKS, Rank
from directory_service.organizations.store.strength import strength_of
from directory_service.registry.pages.coordinated_unit import coordinator
from directory_service.registry.store.units import peopled_units
from service_kit.web.access.require import require
from service_kit.web.context import context
from service_kit.web.html.i18n import language
from service_kit.web.html.render import render
from setu.india import day_in_india
from setu.roles import COORDINATOR

blueprint = Blueprint("registry_strength", __name__, template_folder="templates", url_prefix="/registry/strength")


@blueprint.get("")
@require(COORDINATOR)
def show() -> ResponseReturnValue:
    """A district: each rank with what is known, and each unit with its figures."""
    who, today = coordinator(), day_in_india(context().clock.now())
    with context().db.transaction(who.scope) as session:
        names = district_names(session, who.districts, language())
        chosen = asked if (asked := request.args.get("district", "")) in names else str(who.districts[0])
        units = peopled_units(session, int(chosen))
        rows = strength_of(session, [unit.id for unit in units])
    posting = [PostingUnit(unit.id, unit.kind.kind, unit.kind.level == "district") for unit in units]
    known = posted_in_district(posting, rows, today)
    return render(
        "registry/strength.html",
        chosen=chosen,
        districts=list(names.items()),
        ranks=_by_group(known),
        units=[(unit, [row for row in rows if row.unit == unit.id]) for unit in units],
        rank_names={code: rank.title for code, rank in RANKS.items()},
        done=request.args.get("done", ""),
    )


def _by_group(known: Mapping[str, Posted]) -> list[tuple[str, list[tuple[Rank, Posted]]]]:
    """Titles of the groups, each with its ranks that somebody here may have."""
    ranks = [(RANKS[code], posted) for code, posted in known.items()]
    found = [(title, [each for each in ranks if each[0].group == group]) for group, title in GROUPS.items()]
    return [(title, theirs) for title, theirs in found if theirs]
