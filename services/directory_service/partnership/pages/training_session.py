"""One training session: its page for everybody of the district, what the coordinator does with it, certificates."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from directory_service.editing.domain.sheets.table import file_of
from directory_service.organizations.domain.ranks import ranks_of_kind
from directory_service.partnership.domain.training import (
    DAYS_TO_CALL_OFF,
    HELD,
    TAKEN_BACK_WITHIN,
    TOPICS,
    can_take_back,
)
from directory_service.partnership.domain.training_file import COLUMNS
from directory_service.partnership.pages import training_words as words
from directory_service.partnership.pages.meeting import stale_as_conflict
from directory_service.partnership.pages.meeting_words import day_words, district_name
from directory_service.partnership.pages.refused_text import guard_words
from directory_service.partnership.pages.seen_version import seen_version
from directory_service.partnership.pages.training import planning_page, typed_plan
from directory_service.partnership.use_cases.training.count_training import hold_training, take_back_held
from directory_service.partnership.use_cases.training.plan_training import cancel_training, change_training
from directory_service.partnership.use_cases.training.show_training import TrainingView, show_training
from service_kit.errors import NotFound
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.render import render, see_other
from setu.guard import CaseDetails
from setu.india import day_in_india
from setu.roles import COORDINATOR, PARTNERSHIP_READERS, UNIT_SUPERVISOR

blueprint = Blueprint("training_session", __name__, url_prefix="/training/<uuid:training_id>")


@blueprint.get("")
@require(*PARTNERSHIP_READERS)
def show(training_id: UUID) -> ResponseReturnValue:
    """What is taught, who trains, who came."""
    return _page("partnership/training_session.html", training_id)


@blueprint.get("/certificates")
@require(COORDINATOR, UNIT_SUPERVISOR)
def certificates(training_id: UUID) -> ResponseReturnValue:
    """A certificate to print as often as people came, once the session was held: the name is written by hand."""
    if _view(training_id).training.state != HELD:
        raise NotFound
    return _page("partnership/certificate.html", training_id)


@blueprint.get("/attendance.csv")
@require(COORDINATOR)
def template(training_id: UUID) -> ResponseReturnValue:
    """The session's units with a code and their ranks, numbers as they are."""
    view, rows = _view(training_id), [list(COLUMNS)]
    for unit in view.units:
        known = view.counts.get(unit.id, {})
        for rank in ranks_of_kind(unit.kind) if unit.code else ():
            count = known.get(rank.code)
            numbers = [str(count.attended), str(count.repeat)] if count else ["0", "0"]
            rows.append([str(training_id), unit.code, rank.code, *numbers])
    response = Response(file_of(rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="attendance.csv"'
    return response


@blueprint.get("/change")
@require(COORDINATOR)
def edit(training_id: UUID) -> ResponseReturnValue:
    """The form with what is planned."""
    view = _view(training_id)
    row = view.training
    typed = MultiDict([("day", row.day.isoformat()), ("place", row.place)])
    typed.setlist("topics", row.topics)
    typed.setlist("trainers", [str(each) for each in view.trainers])
    return planning_page(row.district_code, typed, {}, training=row, seen=row.version)


@blueprint.post("/change")
@require(COORDINATOR)
def change(training_id: UUID) -> ResponseReturnValue:
    """Change it, as it was seen."""
    who, row = principal(), _view(training_id).training
    plan, errors = typed_plan(row.district_code)
    again: dict[str, Any] = {"status": 422, "training": row, "seen": seen_version()}
    if plan is None:
        return planning_page(row.district_code, request.form, errors, **again)
    try:
        with context().db.transaction(who.scope) as session, stale_as_conflict():
            change_training(session, who, training_id, plan, seen_version(), context().clock.now())
    except CaseDetails as refused:
        return planning_page(row.district_code, request.form, {"place": guard_words(refused)}, **again)
    return _back(training_id, "changed")


@blueprint.post("/cancel")
@require(COORDINATOR)
def cancel(training_id: UUID) -> ResponseReturnValue:
    """Call it off."""
    with context().db.transaction(principal().scope) as session, stale_as_conflict():
        cancel_training(session, principal(), training_id, seen_version(), context().clock.now())
    return _back(training_id, "cancelled")


@blueprint.post("/held")
@require(COORDINATOR)
def hold(training_id: UUID) -> ResponseReturnValue:
    """Say that it was held."""
    with context().db.transaction(principal().scope) as session, stale_as_conflict():
        hold_training(session, principal(), training_id, seen_version(), context().clock.now())
    return _back(training_id, "held")


@blueprint.post("/unhold")
@require(COORDINATOR)
def take_back(training_id: UUID) -> ResponseReturnValue:
    """Take back to have said that it was held."""
    with context().db.transaction(principal().scope) as session, stale_as_conflict():
        take_back_held(session, principal(), training_id, seen_version(), context().clock.now())
    return _back(training_id, "unheld")


def _page(template: str, training_id: UUID) -> Response:
    view, now = _view(training_id), context().clock.now()
    row, today = view.training, day_in_india(now)
    values: dict[str, Any] = {"view": view, "training": row, "words": words, "today": today}
    values |= {"district_name": district_name, "day_words": day_words, "done": request.args.get("done", "")}
    values["days_to_call_off"] = DAYS_TO_CALL_OFF
    values["can_take_back"] = can_take_back(row.state, row.said_at, now)
    values["take_back_until"] = row.said_at + TAKEN_BACK_WITHIN if row.said_at else None
    values["minutes"] = sum(TOPICS[code].minutes for code in row.topics)
    return render(template, **values)


def _view(training_id: UUID) -> TrainingView:
    with context().db.transaction(principal().scope) as session:
        return show_training(session, principal(), training_id)


def _back(training_id: UUID, done: str) -> ResponseReturnValue:
    return see_other(url_for("training_session.show", training_id=training_id, done=done))
