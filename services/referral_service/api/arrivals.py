"""`POST /api/arrivals`: someone is here with a card. The own organisation's referral, or a count without a person."""

from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields, validate

from referral_service.api.referral_schemas import ReferralSchema, task_shape
from referral_service.api.responses import transaction
from referral_service.outside.codes import BadCode
from referral_service.use_cases.cards.arrive_with_card import arrive_with_card
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.get_task import get_task
from service_kit.errors import FieldError, Invalid
from service_kit.web.access.require import principal, require
from service_kit.web.api import Blueprint
from service_kit.web.context import context, dependency

blueprint = Blueprint("arrivals", __name__, url_prefix="/api/arrivals", description="Someone is here with a card")


class ArrivalSchema(Schema):
    """The code on the card."""

    code = fields.String(required=True, validate=validate.Length(min=1, max=64))


class ArrivalAnswerSchema(Schema):
    """`referral` is null where the card was handed out alone; then an arrival was counted."""

    referral = fields.Nested(ReferralSchema, required=True, allow_none=True)
    counted = fields.Boolean(required=True)


@blueprint.route("", methods=["POST"])
@require("case_worker")
@blueprint.arguments(ArrivalSchema)
@blueprint.response(200, ArrivalAnswerSchema)
@blueprint.alt_response(404, description="No card has this code.")
def arrive(body: dict[str, Any]) -> Response:
    """Find the referral of a card, or count an arrival."""
    who, now = principal(), context().clock.now()
    try:
        with transaction() as session:
            found = arrive_with_card(session, who, body["code"], dependencies=dependency(Dependencies), now=now)
            task = None if found is None else get_task(session, who, found, now=now)
    except BadCode:
        raise Invalid(FieldError("code", "Not a card's code. Compare it with the card.")) from None
    return jsonify({"referral": None if task is None else task_shape(task, who.role), "counted": task is None})
