"""`POST /api/voices`: a person says with the code on the card how it went, without an account and without free text.

Every well-formed code gets the same 202 at once, as for a withdrawal; each card counts once a word.
"""

from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from referral_service.api.card_code import CodeSchema, answer_card_request
from referral_service.domain.voices import Voice
from service_kit.web.access.require import public
from service_kit.web.api import Blueprint

blueprint = Blueprint("voices", __name__, url_prefix="/api/voices", description="What a person says with a card")


class VoiceSchema(CodeSchema):
    """The code on a card, and one of five answers."""

    said = fields.String(required=True, validate=validate.OneOf([voice.value for voice in Voice]))


@blueprint.route("", methods=["POST"])
@public
@blueprint.arguments(VoiceSchema)
@blueprint.response(202, Schema)
def say(body: dict[str, Any]) -> Response:
    """Say it; a wish to be called reaches the service within seconds, at the latest within an hour."""
    return answer_card_request(body["code"], body["said"])
