"""`GET /api/team`: the case workers of the own provider, by name: whom a referral can be assigned to."""

from flask import Response, jsonify
from marshmallow import Schema, fields

from referral_service.api.responses import transaction
from referral_service.store.team_members import list_team
from service_kit.web.access.require import principal, require
from service_kit.web.api import Blueprint
from setu.roles import CASE_WORKER, PROVIDER_MANAGER

blueprint = Blueprint("team", __name__, url_prefix="/api/team", description="The own team")


class TeamMemberSchema(Schema):
    """One case worker."""

    account_id = fields.UUID(required=True)
    name = fields.String(required=True)


class TeamSchema(Schema):
    """All active case workers, by name."""

    items = fields.List(fields.Nested(TeamMemberSchema), required=True)


@blueprint.route("", methods=["GET"])
@require(CASE_WORKER, PROVIDER_MANAGER)
@blueprint.response(200, TeamSchema)
def index() -> Response:
    """List the case workers of the own provider."""
    with transaction() as session:
        members = list_team(session, principal().organization)
    return jsonify({"items": [{"account_id": str(member.account_id), "name": member.name} for member in members]})
