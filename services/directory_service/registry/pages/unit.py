"""A unit of the registry, and the acts on it: what each touches is counted and said in words before its button."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.accounts.store.accounts import district_names
from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.organizations.domain.standing import ACTS, MOVABLE, PENDING, REFUSED_BECAUSE, acts_from
from directory_service.registry.domain.units import ALIVE, Unit, takes_people
from directory_service.registry.pages.coordinated_unit import coordinator, find_unit
from directory_service.registry.pages.effect_words import ACT_WORDS, touched_by
from directory_service.registry.pages.registry_words import refusal_words, standing_tone, standing_words
from directory_service.registry.store.moves import waiting_move_of
from directory_service.registry.store.units import unit_of, units_by_id
from directory_service.registry.use_cases.change_standing import ActRefused, change_standing, successors_of, why_not
from directory_service.registry.use_cases.count_effects import count_effects
from service_kit.errors import NotFound, Stale
from service_kit.identity import Principal
from service_kit.web.access.require import require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.i18n import language
from service_kit.web.html.render import render, see_other
from setu.roles import COORDINATOR

blueprint = Blueprint("registry_unit", __name__, template_folder="templates", url_prefix="/registry")
NO_SUCCESSOR = "none"
_FIELD_OF = {"successor": "successor", "why": "because"}


@blueprint.get("/<uuid:unit_id>")
@require(COORDINATOR)
def show(unit_id: UUID) -> ResponseReturnValue:
    """What the registry says of it, and what can be done."""
    who = coordinator()
    with context().db.transaction(who.scope) as session:
        unit = find_unit(session, who, unit_id)
        row = unit.row
        effects = count_effects(session, row.id, row.status)
        related = units_by_id(session, [each for each in (row.parent_id, row.successor_id) if each])
        move = waiting_move_of(session, row.id)
        names = district_names(session, [row.district_code, *([move.to_district] if move else [])], language())
    own = row.id == who.organization
    return render(
        "registry/unit.html",
        unit=unit,
        row=row,
        effects=effects,
        related=related,
        reach=who.districts,
        move=move,
        names=names,
        acts=() if own else acts_from(row.status),
        movable=row.status in MOVABLE and move is None and not own,
        alive=row.status in ALIVE,
        takes_people=takes_people(unit_of(row)),
        act_words=ACT_WORDS,
        refused_because=_(REFUSED_BECAUSE[row.refused_because]) if row.refused_because else "",
        standing_words=standing_words,
        standing_tone=standing_tone,
        done=_done_words(request.args.get("done", ""), row.status),
    )


@blueprint.get("/<uuid:unit_id>/<act>")
@require(COORDINATOR)
def look(unit_id: UUID, act: str) -> ResponseReturnValue:
    """What the act touches, counted; the button is below that."""
    return _page(coordinator(), unit_id, act, {})


@blueprint.post("/<uuid:unit_id>/<act>")
@require(COORDINATOR)
def do(unit_id: UUID, act: str) -> ResponseReturnValue:
    """Do it, if it is what was read."""
    who, now = coordinator(), context().clock.now()
    if act not in ACTS:
        raise NotFound
    chosen = request.form.get("successor", "")
    if act == "close" and not chosen:
        return _page(who, unit_id, act, {"successor": _("Choose who goes on with its work, or that nobody does.")}, 422)
    because = request.form.get("because", "")
    try:
        successor = UUID(chosen) if chosen and chosen != NO_SUCCESSOR else None
    except ValueError:
        return _page(who, unit_id, act, {"successor": refusal_words(ActRefused("successor"))}, 422)
    seen = request.form.get("seen", "")
    try:
        with context().db.transaction(who.scope) as session:
            change_standing(
                session,
                dependency(Dependencies),
                who,
                unit_id,
                act,
                now,
                seen=seen,
                successor=successor,
                because=because,
            )
    except ActRefused as refused:
        if refused.reason in _FIELD_OF:
            return _page(who, unit_id, act, {_FIELD_OF[refused.reason]: refusal_words(refused)}, 422)
        return _page(who, unit_id, act, {}, 409, warning=refusal_words(refused))
    except Stale:
        return _page(who, unit_id, act, {}, 409, warning=_("The numbers below changed meanwhile. Read them again."))
    return see_other(url_for("registry_unit.show", unit_id=unit_id, done=act))


def _page(
    who: Principal, unit_id: UUID, act: str, errors: dict[str, str], status: int = 200, *, warning: str = ""
) -> Response:
    if act not in ACTS:
        raise NotFound
    with context().db.transaction(who.scope) as session:
        unit = find_unit(session, who, unit_id)
        effects = count_effects(session, unit.row.id, unit.row.status)
        successors = successors_of(session, who, unit.row) if act == "close" else []
        named = units_by_id(session, [unit.row.successor_id]) if unit.row.successor_id else {}
    why = why_not(unit.row, act, who, context().clock.now())
    possible = why is None
    if why is not None and not warning:
        status, warning = 409, refusal_words(ActRefused(why))
    values: dict[str, Any] = {"unit": unit, "row": unit.row, "effects": effects, "act": act, "errors": errors}
    values |= {"words": ACT_WORDS[act], "touched": touched_by(act, unit.row, effects), "warning": warning}
    values |= {"successors": _choices(successors), "no_successor": NO_SUCCESSOR}
    values |= {"chosen": request.form.get("successor", ""), "named": named, "possible": possible}
    values |= {"reasons": [(code, _(words)) for code, words in REFUSED_BECAUSE.items()]}
    return render("registry/act.html", status=status, **values)


def _choices(successors: list[Unit]) -> list[tuple[str, str]]:
    return [(str(each.id), each.name) for each in sorted(successors, key=lambda each: each.name.casefold())]


def _done_words(code: str, standing: str) -> str:
    made = _("It is in the directory now. Next: its people.")
    waits = _(
        "It is entered and not public yet. Next: its manager, from a file of people. Then somebody else lets it in."
    )
    words = {
        "made": waits if standing == PENDING else made,
        "changed": _("Changed."),
        "move-offered": _("Offered. It moves once the other district's coordinator takes it."),
        "moved": _("It moved."),
        "move-taken-back": _("The offer is taken back. Nothing changed."),
    }
    return _(ACT_WORDS[code].done) if code in ACT_WORDS else words.get(code, "")
