"""Attendance by rank on a phone: two numbers a rank, plus and minus beside them where scripts run."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.organizations.domain.ranks import GROUPS, RANKS, Rank
from directory_service.partnership.domain.training import MOST_CAME, RankCount
from directory_service.partnership.pages import training_words as words
from directory_service.partnership.pages.meeting import stale_as_conflict
from directory_service.partnership.pages.meeting_words import day_words, district_name
from directory_service.partnership.use_cases.training.count_training import count_training
from directory_service.partnership.use_cases.training.show_training import TrainingView, show_training
from service_kit.errors import NotFound
from service_kit.web.access.require import principal, require
from service_kit.web.context import context, dependency
from service_kit.web.html.i18n import asked_to_show, number
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render, see_other
from service_kit.web.html.sent_form import shows_again
from setu.roles import COORDINATOR, UNIT_SUPERVISOR

blueprint = Blueprint("training_count", __name__, url_prefix="/training/<uuid:training_id>/attendance")
TOGETHER = "together"


@blueprint.get("")
@require(COORDINATOR, UNIT_SUPERVISOR)
def show(training_id: UUID) -> ResponseReturnValue:
    """The numbers as they are, of the own unit or of one that the coordinator chose."""
    return _page(training_id, request.args.get("unit", ""), {})


@blueprint.post("")
@require(COORDINATOR, UNIT_SUPERVISOR)
@shows_again
def count(training_id: UUID) -> ResponseReturnValue:
    """Store them."""
    who, chosen = principal(), request.form.get("unit", "")
    view = _view(training_id)
    counts, errors = _typed_counts(_ranks(view, chosen))
    if errors or asked_to_show():
        return _page(training_id, chosen, errors, status=422)
    unit, ids = _unit(view, chosen), dependency(Dependencies).ids
    with context().db.transaction(who.scope) as session, stale_as_conflict():
        count_training(session, who, training_id, unit, counts, context().clock.now(), ids=ids)
    return see_other(url_for("training_session.show", training_id=training_id, done="counted"))


def _typed_counts(ranks: list[Rank]) -> tuple[list[RankCount], dict[str, str]]:
    counts, errors = [], dict[str, str]()
    for rank in ranks:
        came, again = _number(f"came.{rank.code}"), _number(f"again.{rank.code}")
        if came is None:
            errors[f"came.{rank.code}"] = _(
                "%(rank)s: enter a number from 0 to %(most)s.", rank=_(rank.title), most=number(MOST_CAME)
            )
        elif again is None or again > came:
            errors[f"again.{rank.code}"] = _(
                "%(rank)s: not more than came can have been trained before.", rank=_(rank.title)
            )
        else:
            counts.append(RankCount(rank.code, came, again))
    return counts, errors


def _number(field: str) -> int | None:
    """Digits of any script; an empty field is 0."""
    bare = request.form.get(field, "").strip()
    if not bare:
        return 0
    return int(bare) if bare.isdecimal() and len(bare) <= 3 and int(bare) <= MOST_CAME else None


def _page(training_id: UUID, chosen: str, errors: dict[str, str], *, status: int = 200) -> Response:
    view = _view(training_id)
    unit, ranks = _unit(view, chosen), _ranks(view, chosen)
    known = view.counts.get(unit, {})
    typed = {f"came.{code}": each.attended for code, each in known.items()}
    typed |= {f"again.{code}": each.repeat for code, each in known.items() if each.repeat}
    values: dict[str, Any] = {"view": view, "training": view.training, "errors": errors, "most": MOST_CAME}
    values |= {"typed": request.form or typed, "chosen": str(unit or TOGETHER), "words": words}
    values["groups"] = [
        (title, theirs) for group, title in GROUPS.items() if (theirs := [one for one in ranks if one.group == group])
    ]
    values["unit_choices"] = [(TOGETHER, _("Several units together")), *((each.id, each.name) for each in view.units)]
    values["unit_name"] = next((each.name for each in view.units if each.id == unit), "")
    values |= {"district_name": district_name, "day_words": day_words}
    return render("partnership/training_count.html", status=status, **values)


def _view(training_id: UUID) -> TrainingView:
    with context().db.transaction(principal().scope) as session:
        return show_training(session, principal(), training_id)


def _unit(view: TrainingView, chosen: str) -> UUID | None:
    """The unit that is counted: a supervisor's own; None where several are counted together. Raises NotFound."""
    who = principal()
    if who.role != COORDINATOR:
        return who.organization
    if chosen in ("", TOGETHER):
        return None
    found = [each.id for each in view.units if str(each.id) == chosen]
    if not found:
        raise NotFound
    return found[0]


def _ranks(view: TrainingView, chosen: str) -> list[Rank]:
    unit = _unit(view, chosen)
    kinds = {each.kind for each in view.units if unit in (None, each.id)}
    return [rank for rank in RANKS.values() if rank.kind in kinds]
