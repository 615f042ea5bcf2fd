"""`/api/partnership/training` and `/coverage`: sessions, who came by rank, and how many are trained at most."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from flask import Response, jsonify, request, url_for

from directory_service.accounts.use_cases.dependencies import Dependencies
from directory_service.partnership.api import training_schemas as schemas
from directory_service.partnership.api.meeting_schemas import MeetingsQuery
from directory_service.partnership.api.refusals import IF_MATCH, IF_MATCH_REQUIRED, refusals_as_problems
from directory_service.partnership.domain.training import RankCount
from directory_service.partnership.store.training import sessions_of
from directory_service.partnership.use_cases.training.count_training import (
    count_training,
    hold_training,
    take_back_held,
)
from directory_service.partnership.use_cases.training.find_training import find_training
from directory_service.partnership.use_cases.training.plan_training import (
    TrainingPlan,
    cancel_training,
    change_training,
    plan_training,
)
from directory_service.partnership.use_cases.training.show_training import cover_districts, show_training
from service_kit import cursor
from service_kit.errors import FieldError, Invalid
from service_kit.web.access.require import principal, require
from service_kit.web.api import Blueprint
from service_kit.web.context import context, dependency
from service_kit.web.etag import if_match, set_etag
from setu.roles import COORDINATOR, PARTNERSHIP_READERS, UNIT_SUPERVISOR

blueprint = Blueprint("training_api", __name__, url_prefix="/api/partnership", description="Training by district")


@contextmanager
def _problems() -> Iterator[None]:
    try:
        with refusals_as_problems("place"):
            yield
    except ValueError:
        raise Invalid(FieldError("counts", "The unit has no such rank.")) from None


@blueprint.route("/training")
@require(*PARTNERSHIP_READERS)
@blueprint.arguments(MeetingsQuery, location="query")
@blueprint.response(200, schemas.TrainingsOut)
def list_trainings(query: dict[str, Any]) -> Response:
    """The sessions of the own districts, the latest first."""
    who, limit, after = principal(), query["limit"], cursor.decode(query.get("cursor"))
    day = (after[0].date(), after[1]) if after else None
    with context().db.transaction(who.scope) as session:
        found = sessions_of(session, who.districts, limit + 1, day)
    following = None
    if len(found) > limit:
        last = cursor.encode(datetime.combine(found[limit - 1].day, time(), UTC), found[limit - 1].id)
        following = url_for("training_api.list_trainings", limit=limit, cursor=last)
    return jsonify({"items": [schemas.training_document(row) for row in found[:limit]], "next": following})


@blueprint.route("/training/<uuid:training_id>")
@require(*PARTNERSHIP_READERS)
@blueprint.response(200, schemas.WholeTrainingOut)
def get_training(training_id: UUID) -> Response:
    """A session with the organisations that train, and who came by rank."""
    return _answer(training_id)


@blueprint.route("/training/<uuid:training_id>", methods=["PUT"])
@require(COORDINATOR)
@blueprint.arguments(schemas.TrainingIn)
@blueprint.response(200, schemas.WholeTrainingOut)
@blueprint.doc(parameters=[IF_MATCH])
def put_training(body: TrainingPlan, training_id: UUID) -> Response:
    """Plan a session under an id of your own; with If-Match, change it as it was seen (its district stays)."""
    who, now = principal(), context().clock.now()
    with context().db.transaction(who.scope) as session, _problems():
        if "If-Match" in request.headers:
            seen = find_training(session, who, training_id).version
            if_match(seen)
            change_training(session, who, training_id, body, seen, now)
        else:
            plan_training(session, who, training_id, body, now)
    return _answer(training_id)


@blueprint.route("/training/<uuid:training_id>/counts/<uuid:organization_id>", methods=["PUT"])
@require(COORDINATOR, UNIT_SUPERVISOR)
@blueprint.arguments(schemas.CountsIn)
@blueprint.response(200, schemas.WholeTrainingOut)
def put_counts(body: dict[str, list[RankCount]], training_id: UUID, organization_id: UUID) -> Response:
    """Count who came from a unit: a supervisor the own, the coordinator any of the district."""
    return _counted(training_id, organization_id, body["counts"])


@blueprint.route("/training/<uuid:training_id>/counts", methods=["PUT"])
@require(COORDINATOR)
@blueprint.arguments(schemas.CountsIn)
@blueprint.response(200, schemas.WholeTrainingOut)
def put_counts_together(body: dict[str, list[RankCount]], training_id: UUID) -> Response:
    """Count who came from several units together."""
    return _counted(training_id, None, body["counts"])


@blueprint.route("/training/<uuid:training_id>/held", methods=["POST"])
@require(COORDINATOR)
@blueprint.response(200, schemas.WholeTrainingOut)
@blueprint.doc(parameters=[IF_MATCH_REQUIRED])
def hold(training_id: UUID) -> Response:
    """Say that it was held, on its day or after."""
    who = principal()
    with context().db.transaction(who.scope) as session, _problems():
        seen = find_training(session, who, training_id).version
        if_match(seen)
        hold_training(session, who, training_id, seen, context().clock.now())
    return _answer(training_id)


@blueprint.route("/training/<uuid:training_id>/held", methods=["DELETE"])
@require(COORDINATOR)
@blueprint.response(200, schemas.WholeTrainingOut)
@blueprint.doc(parameters=[IF_MATCH_REQUIRED])
def take_back(training_id: UUID) -> Response:
    """Take back, within seven days, to have said or counted that it was held: it is planned again, its counts stay."""
    who = principal()
    with context().db.transaction(who.scope) as session, _problems():
        seen = find_training(session, who, training_id).version
        if_match(seen)
        take_back_held(session, who, training_id, seen, context().clock.now())
    return _answer(training_id)


@blueprint.route("/training/<uuid:training_id>/cancelled", methods=["POST"])
@require(COORDINATOR)
@blueprint.response(200, schemas.WholeTrainingOut)
@blueprint.doc(parameters=[IF_MATCH_REQUIRED])
def cancel(training_id: UUID) -> Response:
    """Call it off while it is planned, or held only because units counted who came."""
    who = principal()
    with context().db.transaction(who.scope) as session, _problems():
        seen = find_training(session, who, training_id).version
        if_match(seen)
        cancel_training(session, who, training_id, seen, context().clock.now())
    return _answer(training_id)


@blueprint.route("/coverage")
@require(*PARTNERSHIP_READERS)
@blueprint.response(200, schemas.CoveragesOut)
def get_coverage() -> Response:
    """Trained in the last 24 months against posted, by rank and group of ranks: the least covered district first."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        found = cover_districts(session, who.districts, context().clock.now())
    return jsonify({"items": [schemas.district_coverage_document(*each) for each in found.items()]})


def _counted(training_id: UUID, unit: UUID | None, counts: list[RankCount]) -> Response:
    who, ids = principal(), dependency(Dependencies).ids
    with context().db.transaction(who.scope) as session, _problems():
        count_training(session, who, training_id, unit, counts, context().clock.now(), ids=ids)
    return _answer(training_id)


def _answer(training_id: UUID) -> Response:
    who = principal()
    with context().db.transaction(who.scope) as session:
        view = show_training(session, who, training_id)
    return set_etag(jsonify(schemas.whole_training_document(view)), view.training.version)
