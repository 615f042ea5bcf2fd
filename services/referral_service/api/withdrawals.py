"""`POST /api/withdrawals`: a person takes consent back with the code on the card, without an account.

Every well-formed code gets the same 202 at once and is queued for the worker; a wrong check character is refused in
words, from the input alone.
"""

from typing import Any

from flask import Response
from marshmallow import Schema

from referral_service.api.card_code import CodeSchema, answer_card_request
from referral_service.store.cards.card_requests import WITHDRAWAL
from service_kit.web.access.require import public
from service_kit.web.api import Blueprint

blueprint = Blueprint("withdrawals", __name__, url_prefix="/api/withdrawals", description="Withdrawing consent")


@blueprint.route("", methods=["POST"])
@public
@blueprint.arguments(CodeSchema)
@blueprint.response(202, Schema)
def withdraw(body: dict[str, Any]) -> Response:
    """Take consent back; it is done within seconds, at the latest within an hour."""
    return answer_card_request(body["code"], WITHDRAWAL)
