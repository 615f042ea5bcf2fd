"""The code on a card as JSON carries it, and what is said of one that cannot be right; from the input alone."""

from flask import Response, jsonify
from marshmallow import Schema, fields, validate

from referral_service.outside.codes import BadCode
from referral_service.use_cases.cards.queue_card_request import queue_card_request
from referral_service.use_cases.dependencies import Dependencies
from service_kit.errors import FieldError, Invalid
from service_kit.web.context import context, dependency

BAD_CODE = {
    "length": "The code has 14 letters and digits, on the card in groups of four.",
    "symbol": "The code has no such letter or digit. It never uses 0, O, 1, I, 5, S, 8 or B.",
    "check": "One letter or digit of the code is wrong, or two have changed places. Compare it with the card.",
}


class CodeSchema(Schema):
    """The code on a card, as somebody types it."""

    code = fields.String(required=True, validate=validate.Length(min=1, max=64))


def answer_card_request(code: str, asked: str) -> Response:
    """Queue it and answer 202 with `{}`, whatever the code. Raises the 422 problem."""
    resources = context()
    try:
        with resources.db.transaction() as session:
            queue_card_request(session, code, asked, dependencies=dependency(Dependencies), now=resources.clock.now())
    except BadCode as error:
        raise Invalid(FieldError("code", BAD_CODE[error.reason])) from None
    response = jsonify({})
    response.status_code = 202
    return response
