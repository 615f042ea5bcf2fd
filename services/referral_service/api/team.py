"""`/api/team`: the case workers of the own provider, by name, and handing over all that one of them holds."""

from uuid import UUID

from flask import Response, jsonify
from marshmallow import Schema, fields

from referral_service.api.responses import transaction
from referral_service.store.team_members import list_team
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.reassign_colleague import reassign_colleague
from service_kit.web.access.require import principal, require
from service_kit.web.api import Blueprint
from service_kit.web.context import context, dependency
from setu.roles import CASE_WORKER, PROVIDER_MANAGER

blueprint = Blueprint("team", __name__, url_prefix="/api/team", description="The own team")


class TeamMemberSchema(Schema):
    """One case worker."""

    account_id = fields.UUID(required=True)
    name = fields.String(required=True)


class TeamSchema(Schema):
    """All active case workers, by name."""

    items = fields.List(fields.Nested(TeamMemberSchema), required=True)


class HandOverSchema(Schema):
    """Who takes it all; null: nobody."""

    assignee = fields.UUID(required=True, allow_none=True)


class HandedOverSchema(Schema):
    """How many referrals went over."""

    count = fields.Integer(required=True)


@blueprint.route("", methods=["GET"])
@require(CASE_WORKER, PROVIDER_MANAGER)
@blueprint.response(200, TeamSchema)
def index() -> Response:
    """List the case workers of the own provider."""
    with transaction() as session:
        members = list_team(session, principal().organization)
    return jsonify({"items": [{"account_id": str(member.account_id), "name": member.name} for member in members]})


@blueprint.route("/<uuid:account_id>/hand-over", methods=["POST"])
@require(CASE_WORKER, PROVIDER_MANAGER)
@blueprint.arguments(HandOverSchema())
@blueprint.response(200, HandedOverSchema)
def hand_over(body: dict[str, UUID | None], account_id: UUID) -> Response:
    """Hand over all that a colleague holds, also one who left, to another one or to nobody."""
    with transaction() as session:
        count = reassign_colleague(
            session,
            principal(),
            account_id,
            body["assignee"],
            dependencies=dependency(Dependencies),
            now=context().clock.now(),
        )
    return jsonify({"count": count})
