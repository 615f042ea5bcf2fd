"""`/api/choices`: which kinds of notices are sent to the reader on which channels, when, and in which language."""

from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, ValidationError, fields, post_load, validate

from notification_service.domain.bad_choice import BadChoice
from notification_service.domain.choices import Choices
from notification_service.domain.notices import OUTGOING, Channel
from notification_service.domain.quiet_hours import QuietHours
from notification_service.domain.routing_table import KINDS
from notification_service.store import choices
from notification_service.use_cases.change_choices import change_choices
from service_kit.web.access.require import principal, require
from service_kit.web.api import Blueprint
from service_kit.web.context import context
from service_kit.web.etag import if_match, if_none_match, not_modified, set_etag
from setu.languages import SCREEN_LANGUAGES

blueprint = Blueprint(
    "choices", __name__, url_prefix="/api/choices", description="What is sent to the reader, and when"
)


class SwitchedOffSchema(Schema):
    """A kind of notice that a channel does not carry; it stands in the list all the same."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    channel = fields.String(required=True, validate=validate.OneOf(OUTGOING))


class QuietHoursSchema(Schema):
    """A daily span in Indian time, over midnight where it ends before it starts."""

    starts = fields.Time("%H:%M", required=True, data_key="from")
    ends = fields.Time("%H:%M", required=True, data_key="until")


class ChoicesSchema(Schema):
    """What the reader chose. Urgent kinds cannot be switched off; `language` null: that of the account."""

    off = fields.List(fields.Nested(SwitchedOffSchema), required=True, validate=validate.Length(max=200))
    quiet_hours = fields.Nested(QuietHoursSchema, required=True, allow_none=True)
    language = fields.String(required=True, allow_none=True, validate=validate.OneOf(tuple(SCREEN_LANGUAGES)))

    @post_load
    def _to_choices(self, data: dict[str, Any], **_: Any) -> Choices:
        off = frozenset((pair["kind"], Channel(pair["channel"])) for pair in data["off"])
        try:
            quiet = QuietHours(**data["quiet_hours"]) if data["quiet_hours"] else None
        except BadChoice:
            raise ValidationError({"quiet_hours": {"until": ["Quiet hours need two different times."]}}) from None
        return Choices(off, quiet, data["language"])


@blueprint.route("", methods=["GET"])
@require()
@blueprint.response(200, ChoicesSchema)
@blueprint.alt_response(304, description="Nothing changed since the entity tag that you hold")
def get_choices() -> Response:
    """What the reader chose; before that: nothing is off, no quiet hours, the account's language."""
    with context().db.transaction(principal().scope) as session:
        chosen, version = choices.find(session, principal().account)
    return not_modified(version) if if_none_match(version) else set_etag(jsonify(_document(chosen)), version)


@blueprint.route("", methods=["PUT"])
@require()
@blueprint.arguments(ChoicesSchema)
@blueprint.response(200, ChoicesSchema)
@blueprint.alt_response(412, description="They changed in the meantime")
@blueprint.alt_response(428, description="If-Match is missing")
@blueprint.doc(parameters=[{"in": "header", "name": "If-Match", "schema": {"type": "string"}}])
def put_choices(chosen: Choices) -> Response:
    """Choose anew. Of `off` only kinds count that the reader's role may switch off; the rest is left out."""
    version = change_choices(context(), principal(), chosen, check=if_match)
    with context().db.transaction(principal().scope) as session:
        kept, _version = choices.find(session, principal().account)
    return set_etag(jsonify(_document(kept)), version)


def _document(chosen: Choices) -> dict[str, object]:
    quiet = chosen.quiet
    return {
        "off": [{"kind": kind, "channel": channel.value} for kind, channel in sorted(chosen.off)],
        "quiet_hours": {"from": f"{quiet.starts:%H:%M}", "until": f"{quiet.ends:%H:%M}"} if quiet else None,
        "language": chosen.language,
    }
