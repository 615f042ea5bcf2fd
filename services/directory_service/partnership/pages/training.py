"""Training of the own districts: coverage, least covered first, what is planned and was held; planning a session."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from directory_service.accounts.store.accounts import district_names
from directory_service.organizations.domain.ranks import GROUPS, RANKS
from directory_service.partnership.domain.meetings import LONGEST_PLACE
from directory_service.partnership.domain.training import AUDIENCES, MOST_TRAINERS, TOPICS
from directory_service.partnership.pages import training_words as words
from directory_service.partnership.pages.meeting_words import district_name
from directory_service.partnership.pages.refused_text import guard_words, too_long_words
from directory_service.partnership.store.meetings import partners_of
from directory_service.partnership.use_cases.count_waiting_visits import count_waiting_visits
from directory_service.partnership.use_cases.training.plan_training import TrainingPlan, plan_training
from directory_service.partnership.use_cases.training.show_training import list_training
from service_kit.errors import NotFound
from service_kit.web.access.require import principal, require
from service_kit.web.context import context
from service_kit.web.html.i18n import asked_to_show, language, number
from service_kit.web.html.i18n import gettext as _
from service_kit.web.html.render import render, see_other
from service_kit.web.html.sent_form import shows_again
from setu.guard import CaseDetails
from setu.india import day_in_india
from setu.roles import COORDINATOR, PARTNERSHIP_READERS

blueprint = Blueprint("training", __name__, url_prefix="/training")


def count_waiting() -> int:
    """The number beside "Training" in the menu of all three services: visits that wait for this person's word."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        return count_waiting_visits(session, who, context().clock.now())


@blueprint.get("")
@require(*PARTNERSHIP_READERS)
def show() -> ResponseReturnValue:
    """Each district: how many are trained, at most; sessions ahead and past."""
    who, now = principal(), context().clock.now()
    with context().db.transaction(who.scope) as session:
        districts, waiting_visits = list_training(session, who, now), count_waiting_visits(session, who, now)
    return render(
        "partnership/training.html",
        districts=districts,
        waiting_visits=waiting_visits,
        today=day_in_india(now),
        groups=GROUPS,
        ranks=RANKS,
        words=words,
        coverage_words=words.coverage_words,
        district_name=district_name,
        done=request.args.get("done", ""),
    )


@blueprint.get("/new")
@require(COORDINATOR)
def new() -> ResponseReturnValue:
    """The form that plans a session."""
    return planning_page(_district(request.args.get("district", "")), MultiDict(), {})


@blueprint.post("/new")
@require(COORDINATOR)
@shows_again
def plan() -> ResponseReturnValue:
    """Plan it, once by the form's id."""
    who, district = principal(), _district(request.form.get("district", ""))
    if asked_to_show():
        return planning_page(district, request.form, {})
    plan, errors = typed_plan(district)
    if plan is None:
        return planning_page(district, request.form, errors, status=422)
    training = _typed_id()
    try:
        with context().db.transaction(who.scope) as session:
            plan_training(session, who, training, plan, context().clock.now())
    except CaseDetails as refused:
        return planning_page(district, request.form, {"place": guard_words(refused)}, status=422)
    return see_other(url_for("training_session.show", training_id=training, done="planned"))


def planning_page(
    district: int, typed: Mapping[str, Any], errors: Mapping[str, str], *, status: int = 200, **more: Any
) -> Response:
    """The form with what was typed: `topics` and `trainers` are lists."""
    who, now = principal(), context().clock.now()
    with context().db.transaction(who.scope) as session:
        partners, names = partners_of(session, district), district_names(session, who.districts, language())
    values: dict[str, Any] = {"typed": typed, "errors": errors, "district": district, "districts": list(names.items())}
    values |= {"topics": _topics_by_audience(), "partners": [(each.id, each.name) for each in partners]}
    values |= {"new_id": context().ids.uuid, "today": day_in_india(now)}
    return render("partnership/training_plan.html", status=status, **values, **more)


def typed_plan(district: int) -> tuple[TrainingPlan | None, dict[str, str]]:
    """What the form says, or what is wrong with it by field."""
    typed, errors = request.form, dict[str, str]()
    topics, trainers = typed.getlist("topics"), [_uuid(each) for each in typed.getlist("trainers")]
    try:
        day = date.fromisoformat(typed.get("day", ""))
    except ValueError:
        errors["day"] = _("Enter the day of the session.")
    if too_long := too_long_words(typed.get("place", ""), LONGEST_PLACE):
        errors["place"] = too_long
    if not topics or not set(topics) <= TOPICS.keys():
        errors["topics"] = _("Choose what is taught.")
    if not 1 <= len(trainers) <= MOST_TRAINERS:
        errors["trainers"] = _("Choose who trains, from 1 to %(most)s organisations.", most=number(MOST_TRAINERS))
    if errors:
        return None, errors
    return TrainingPlan(district, day, typed.get("place", ""), topics, trainers), {}


def _topics_by_audience() -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (
            title,
            [
                (topic.code, _("%(topic)s, %(count)s min", topic=_(topic.title), count=number(topic.minutes)))
                for topic in TOPICS.values()
                if topic.audience == audience
            ],
        )
        for audience, title in AUDIENCES.items()
    ]


def _district(typed: str) -> int:
    """The typed district, or the only one. Raises NotFound for another's."""
    theirs = {str(code): code for code in principal().districts}
    if not theirs or (typed and typed not in theirs):
        raise NotFound
    return theirs[typed] if typed else principal().districts[0]


def _typed_id() -> UUID:
    try:
        return UUID(request.form.get("session", ""))
    except ValueError:
        return context().ids.uuid()


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
