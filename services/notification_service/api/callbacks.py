"""`POST /api/callbacks/{channel}`: a provider reports what became of a message, or that somebody wants no more.

Signed as Standard Webhooks says. Every report that is signed is answered alike, at once: the worker applies it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Response, jsonify, request
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from notification_service.domain.callback_signatures import Callback
from notification_service.domain.notices import OUTGOING, Channel
from notification_service.domain.reports import ReportWord
from notification_service.settings import Settings
from notification_service.use_cases.take_report import REPLY, is_from_provider, take_report
from service_kit.errors import FieldError, Invalid
from service_kit.web.access.require import public
from service_kit.web.api import Blueprint
from service_kit.web.context import context
from service_kit.web.problems import Problem

blueprint = Blueprint("callbacks", __name__, url_prefix="/api/callbacks", description="Reports of providers")
View = TypeVar("View", bound=Callable[..., Any])
_SIGNED = [
    {"in": "header", "name": name, "required": True, "schema": {"type": "string"}, "description": what}
    for name, what in (
        ("webhook-id", "The report's own id; the same one counts once"),
        ("webhook-timestamp", "Seconds since 1970; at most five minutes ago"),
        ("webhook-signature", "`v1,` and base64 of HMAC-SHA256 over `id.timestamp.body`"),
    )
]


class ReportSchema(Schema):
    """One report: about a message by its id, or of an SMS about a number, as a reply is."""

    report = fields.String(required=True, validate=validate.OneOf([*(word.value for word in ReportWord), REPLY]))
    message = fields.UUID(metadata={"description": "Our id of the message, as it was handed over"})
    address = fields.String(
        validate=validate.Length(1, 320), metadata={"description": "Who wants no more; read of an SMS only"}
    )
    text = fields.String(
        validate=validate.Length(0, 1600), metadata={"description": "Of a reply; looked at for a stop word, not kept"}
    )
    code = fields.Integer(validate=validate.Range(0, 99_999), metadata={"description": "The provider's own"})

    @validates_schema
    def _is_about_something(self, data: dict[str, Any], **_: Any) -> None:
        about = ["address", "text"] if data.get("report") == REPLY else ["message"]
        if data.get("report") == ReportWord.STOP and "message" not in data:
            about = ["address"]
        for name in about:
            if name not in data:
                raise ValidationError("Missing data for required field.", name)


def _signed(view: View) -> View:
    """Let in what one of the channel's keys has signed; checked before the body is read as anything."""

    @wraps(view)
    def checked(*arguments: Any, **values: Any) -> Any:
        keys = cast("Settings", context().settings).callback_keys
        callback, now = Callback.of(dict(request.headers), request.get_data()), context().clock.now()
        channel = values["channel"]
        if channel not in OUTGOING or not is_from_provider(callback, Channel(channel), keys, now):
            raise Problem(401, "bad-signature")
        return view(*arguments, **values)

    return cast("View", checked)


def _require_what_proves_a_sender(channel: Channel, body: dict[str, Any]) -> None:
    """Refuse a STOP by address where anybody can write any sender: by a mail in its name, one would silence another."""
    if channel is not Channel.SMS and "message" not in body:
        raise Invalid(FieldError("message", "On this channel a report names the message."))


@blueprint.route("/<string:channel>", methods=["POST"])
@public
@_signed
@blueprint.arguments(ReportSchema)
@blueprint.response(202, Schema)
@blueprint.alt_response(401, description="It is not signed by a key of this channel, or too late")
@blueprint.doc(parameters=_SIGNED)
def take(body: dict[str, Any], channel: str) -> tuple[Response, int]:
    """Take in a report. The answer is the same whatever it is about, also for one that came before."""
    _require_what_proves_a_sender(Channel(channel), body)
    own = context()
    callback_id = request.headers["webhook-id"]
    take_report(own.db, own.mac.digest, Channel(channel), callback_id, body, own.clock.now())
    return jsonify({}), 202
