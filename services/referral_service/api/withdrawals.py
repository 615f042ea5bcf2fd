"""`POST /api/withdrawals`: a person takes consent back with the code on the card, without an account.

Every well-formed code gets the same 202 at once and is queued for the worker; a wrong check character is refused in
words, from the input alone.
"""

from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields, validate

from referral_service.outside.codes import BadCode
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.queue_withdrawal import queue_withdrawal
from service_kit.errors import FieldError, Invalid
from service_kit.web.access.require import public
from service_kit.web.api import Blueprint
from service_kit.web.context import context, dependency

blueprint = Blueprint("withdrawals", __name__, url_prefix="/api/withdrawals", description="Withdrawing consent")
BAD_CODE = {
    "length": "The code has 14 letters and digits, on the card in groups of four.",
    "symbol": "The code has no such letter or digit. It never uses 0, O, 1, I, 5, S, 8 or B.",
    "check": "One letter or digit of the code is wrong, or two have changed places. Compare it with the card.",
}


class CodeSchema(Schema):
    """The code on a card, as somebody types it."""

    code = fields.String(required=True, validate=validate.Length(min=1, max=64))


def bad_code(error: BadCode) -> Invalid:
    """The 422 problem in words."""
    return Invalid(FieldError("code", BAD_CODE[error.reason]))


@blueprint.route("", methods=["POST"])
@public
@blueprint.arguments(CodeSchema)
@blueprint.response(202, Schema)
def withdraw(body: dict[str, Any]) -> Response:
    """Take consent back; it is done within seconds, at the latest within an hour."""
    resources = context()
    try:
        with resources.db.transaction() as session:
            queue_withdrawal(session, body["code"], dependencies=dependency(Dependencies), now=resources.clock.now())
    except BadCode as error:
        raise bad_code(error) from None
    response = jsonify({})
    response.status_code = 202
    return response
