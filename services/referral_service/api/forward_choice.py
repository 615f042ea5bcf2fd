"""`/api/referrals/{id}/forward-choice`: whom a coordinator may ask next, as the page shows it.

Promises: the same services in the same order as on the page, and of each what the directory publishes; no need, and
nothing of which services Setu itself would pick (ADR 36). Each reading is one line of the audit log.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response, jsonify
from marshmallow import Schema, fields

from referral_service.api.responses import transaction
from referral_service.domain.lifecycle import NotAllowed
from referral_service.domain.matching.ranking import Match
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.find_forward_choice import find_forward_choice
from referral_service.use_cases.get_task import get_task
from service_kit.web.access.require import principal, require
from service_kit.web.api import Blueprint
from service_kit.web.context import context, dependency
from setu.roles import COORDINATOR

blueprint = Blueprint("forward_choice", __name__, url_prefix="/api/referrals", description="Whom to forward to")


class NamedServiceSchema(Schema):
    """A service that may be named in `forward`."""

    service_id = fields.UUID(required=True)
    name = fields.String(required=True)
    organization_name = fields.String(required=True)
    serves_district = fields.Boolean(required=True, metadata={"description": "false: it is in another district"})
    is_open = fields.Boolean(required=True, metadata={"description": "at this moment"})
    accepting = fields.String(required=True, allow_none=True)
    women_hours = fields.Boolean(required=True, metadata={"description": "it has hours for women only"})
    visits_in_custody = fields.Boolean(
        required=True, metadata={"description": "it says that it visits people in custody; false: it does not say so"}
    )
    places_available = fields.Integer(required=True, allow_none=True)
    places_as_of = fields.DateTime(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)


class ForwardChoiceSchema(Schema):
    """The services that may be named, and whether Setu finds one where nobody is named."""

    named = fields.List(fields.Nested(NamedServiceSchema), required=True)
    picks = fields.Boolean(required=True, metadata={"description": "a forward that names nobody finds a service"})


@blueprint.route("/<uuid:referral_id>/forward-choice", methods=["GET"])
@require(COORDINATOR)
@blueprint.response(200, ForwardChoiceSchema)
def show(referral_id: UUID) -> Response:
    """List the services that may be named in a forward; 409 where it may not be forwarded now."""
    who, now = principal(), context().clock.now()
    with transaction() as session:
        task = get_task(session, who, referral_id, now=now)
        if "forward" not in task.actions(who.organization, who.role):
            raise NotAllowed("This referral cannot be forwarded now.")
        choice = find_forward_choice(session, who, task, dependencies=dependency(Dependencies), now=now)
    if choice is None:
        raise NotAllowed("The person's consent has ended.")
    named = [_shape(match, task.district) for match in choice.named]
    return jsonify({"named": named, "picks": bool(choice.picked)})


def _shape(match: Match, district: int) -> dict[str, Any]:
    service = match.service
    return {
        "service_id": str(service.id),
        "name": service.name,
        "organization_name": service.organization_name,
        "serves_district": district in service.districts,
        "is_open": match.opens.is_open,
        "accepting": service.accepting or None,
        "women_hours": "women_hours" in match.reasons,
        "visits_in_custody": service.visits_in_custody,
        "places_available": service.places_available,
        "places_as_of": _moment(service.places_as_of),
        "phone": service.phone,
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()
