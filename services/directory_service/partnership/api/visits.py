"""`/api/partnership/visits`: visits of units to services that the caller takes part in, or coordinates."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify
from marshmallow import Schema, fields, validate

from directory_service.partnership.api.refusals import IF_MATCH_REQUIRED, refusals_as_problems
from directory_service.partnership.domain.visits import MOST_SEATS, MOVES, STATES
from directory_service.partnership.store.tables_visits import HostedVisit
from directory_service.partnership.use_cases.visit_service import ask_visit, find_visit, move_visit, visits_of
from service_kit.errors import NotFound
from service_kit.web.access.require import principal, require
from service_kit.web.api import Blueprint
from service_kit.web.context import context
from service_kit.web.etag import if_match, set_etag
from setu.roles import PARTNERS, PARTNERSHIP_READERS, UNIT_SUPERVISOR

blueprint = Blueprint("visits_api", __name__, url_prefix="/api/partnership", description="Hosted visits to services")
_STEP = {"name": "step", "in": "path", "required": True, "schema": {"type": "string", "enum": list(MOVES)}}


class VisitOut(Schema):
    """A visit; seats, never names."""

    id = fields.UUID(required=True)
    district = fields.Integer(required=True)
    unit_id = fields.UUID(required=True)
    provider_id = fields.UUID(required=True)
    service_id = fields.UUID(required=True)
    day = fields.Date(required=True)
    seats = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    version = fields.Integer(required=True)


class VisitsOut(Schema):
    """The visits, the latest day first; at most 200."""

    items = fields.List(fields.Nested(VisitOut), required=True)


class VisitIn(Schema):
    """What a unit asks for."""

    service_id = fields.UUID(required=True)
    day = fields.Date(required=True)
    seats = fields.Integer(required=True, strict=True, validate=validate.Range(1, MOST_SEATS))


@blueprint.route("/visits")
@require(*PARTNERSHIP_READERS)
@blueprint.response(200, VisitsOut)
def list_visits() -> Response:
    """The visits that the caller takes part in, or coordinates."""
    with context().db.transaction(principal().scope) as session:
        return jsonify({"items": [visit_document(row) for row in visits_of(session, principal())]})


@blueprint.route("/visits/<uuid:visit_id>", methods=["PUT"])
@require(UNIT_SUPERVISOR)
@blueprint.arguments(VisitIn)
@blueprint.response(200, VisitOut)
def put_visit(body: dict[str, Any], visit_id: UUID) -> Response:
    """Ask for a visit, once by its id (a UUID of your own)."""
    who, now = principal(), context().clock.now()
    with context().db.transaction(who.scope) as session, refusals_as_problems():
        row = ask_visit(session, who, visit_id, body["service_id"], body["day"], body["seats"], now)
    return _answer(row)


@blueprint.route("/visits/<uuid:visit_id>/<string:step>", methods=["POST"], parameters=[_STEP])
@require(*PARTNERS)
@blueprint.response(200, VisitOut)
@blueprint.doc(parameters=[IF_MATCH_REQUIRED])
def take_step(visit_id: UUID, step: str) -> Response:
    """`agree` and `decline` (the provider), `hold` (provider, coordinator; from its day), `cancel` (anybody in it).

    Once an agreed visit's day is over, `hold` and `cancel` say whether it was held.
    """
    if step not in MOVES:
        raise NotFound
    who = principal()
    with context().db.transaction(who.scope) as session, refusals_as_problems():
        seen = find_visit(session, who, visit_id).version
        if_match(seen)
        row = move_visit(session, who, visit_id, step, seen, context().clock.now())
    return _answer(row)


def _answer(row: HostedVisit) -> Response:
    return set_etag(jsonify(visit_document(row)), row.version)


def visit_document(row: HostedVisit) -> dict[str, Any]:
    """A visit."""
    return {
        "id": str(row.id),
        "district": row.district_code,
        "unit_id": str(row.unit_id),
        "provider_id": str(row.provider_id),
        "service_id": str(row.service_id),
        "day": row.day.isoformat(),
        "seats": row.seats,
        "state": row.state,
        "version": row.version,
    }
