"""`/api/deliveries`: whether messages arrived, for the manager of the receiving organisation and the coordinator.

No address and no name is here: a recipient is a role. A failed message can be put back in the queue.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from flask import Response, jsonify, url_for
from marshmallow import Schema, fields, post_load, validate

from notification_service.domain.notices import OUTGOING
from notification_service.domain.references import group_reference
from notification_service.domain.routing_table import KINDS
from notification_service.settings import Settings
from notification_service.store import delivery_log
from notification_service.store.delivery_log import STATES, Wanted
from notification_service.store.tables import AttemptRow, DeliveryRow
from notification_service.use_cases.resend_messages import find_delivery, reader_of, replay, resend_one
from notification_service.use_cases.write_mail import write_text
from service_kit import cursor
from service_kit.web.access.require import principal, require
from service_kit.web.api import Blueprint
from service_kit.web.context import context
from service_kit.web.etag import if_match, set_etag
from service_kit.web.parked_pages import REPLAY_REASONS
from setu.roles import INTEGRATION_MANAGERS

blueprint = Blueprint("deliveries", __name__, url_prefix="/api/deliveries", description="Whether messages arrived")


class DeliveriesQuery(Schema):
    """Which part of the log; `state` and `channel` may be repeated."""

    state = fields.List(fields.String(validate=validate.OneOf(STATES)), load_default=list)
    channel = fields.List(fields.String(validate=validate.OneOf(OUTGOING)), load_default=list)
    reference = fields.String(load_default=None, validate=validate.Length(1, 40))
    since = fields.AwareDateTime(load_default=None, metadata={"description": "Made at this moment or later"})
    limit = fields.Integer(load_default=cursor.USUAL_PAGE, validate=validate.Range(1, cursor.LARGEST_PAGE))
    cursor = fields.String(validate=validate.Length(1, 200), metadata={"description": "From `next` of the page before"})

    @post_load
    def _to_request(self, data: dict[str, Any], **_: Any) -> "LogRequest":
        wanted = Wanted(tuple(data["state"]), tuple(data["channel"]), data["since"], _grouped(data["reference"]))
        return LogRequest(wanted, data["limit"], data.get("cursor"))


@dataclass(frozen=True, slots=True)
class LogRequest:
    """Which part of the log is asked for; `after` is the cursor as it came."""

    wanted: Wanted
    limit: int
    after: str | None


class AttemptSchema(Schema):
    """One try. `error` is one of a few words; `code` is the provider's, e.g. 550."""

    number = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf(("sent", "temporary", "permanent")))
    error = fields.String(required=True, allow_none=True)
    code = fields.Integer(required=True, allow_none=True)
    milliseconds = fields.Integer(required=True)


class DeliverySchema(Schema):
    """One message to one person on one channel."""

    id = fields.UUID(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    channel = fields.String(required=True, validate=validate.OneOf(OUTGOING))
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    reference = fields.String(required=True, allow_none=True)
    recipient = fields.String(required=True, metadata={"description": "The recipient's role"})
    attempts = fields.Integer(required=True)
    error = fields.String(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    next_attempt_at = fields.AwareDateTime(required=True, allow_none=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)
    version = fields.Integer(required=True)


class MessageSchema(Schema):
    """The message as it is sent, without its recipient."""

    subject = fields.String(required=True)
    body = fields.String(required=True)


class DeliveryDetailSchema(DeliverySchema):
    """A delivery with its tries and the message."""

    tries = fields.List(fields.Nested(AttemptSchema), required=True)
    message = fields.Nested(MessageSchema, required=True)


class CountsSchema(Schema):
    """How many deliveries there are in each state, filters aside."""

    waiting = fields.Integer(required=True)
    sending = fields.Integer(required=True)
    sent = fields.Integer(required=True)
    delivered = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    stopped = fields.Integer(required=True)
    suppressed = fields.Integer(required=True)


class DeliveriesSchema(Schema):
    """A page of the log, newest first."""

    items = fields.List(fields.Nested(DeliverySchema), required=True)
    counts = fields.Nested(CountsSchema, required=True)
    next = fields.String(required=True, allow_none=True)


class ReplaySchema(Schema):
    """Since when failed messages are to be tried again."""

    since = fields.AwareDateTime(required=True)
    reason = fields.String(
        validate=validate.OneOf(tuple(REPLAY_REASONS)),
        metadata={"description": "Why now; it stands in the audit log"},
    )


class ReplayedSchema(Schema):
    """How many were put back."""

    count = fields.Integer(required=True)


@blueprint.route("", methods=["GET"])
@require(*INTEGRATION_MANAGERS)
@blueprint.arguments(DeliveriesQuery, location="query")
@blueprint.response(200, DeliveriesSchema)
def list_deliveries(asked: LogRequest) -> Response:
    """The log of the own organisation (manager) or of the own districts (coordinator), newest first."""
    who, after = principal(), cursor.decode(asked.after)
    with context().db.transaction(who.scope) as session:
        rows, more = delivery_log.page(session, reader_of(who), asked.wanted, limit=asked.limit, after=after)
        counts = delivery_log.counts(session, reader_of(who))
    following = _next(asked, rows[-1]) if more else None
    return jsonify({"items": [_item(row) for row in rows], "counts": counts, "next": following})


@blueprint.route("/<uuid:delivery_id>", methods=["GET"])
@require(*INTEGRATION_MANAGERS)
@blueprint.response(200, DeliveryDetailSchema)
@blueprint.alt_response(404, description="No such delivery of yours")
def get_delivery(delivery_id: UUID) -> Response:
    """One delivery with its tries and the message."""
    row = find_delivery(context(), principal(), delivery_id)
    with context().db.transaction(principal().scope) as session:
        tries = delivery_log.attempts_of(session, delivery_id)
    return set_etag(jsonify(_detail(row, tries)), row.version)


@blueprint.route("/<uuid:delivery_id>/resend", methods=["POST"])
@require(*INTEGRATION_MANAGERS)
@blueprint.response(202, DeliverySchema)
@blueprint.alt_response(404, description="No such delivery of yours")
@blueprint.alt_response(409, description="It has not failed")
@blueprint.alt_response(412, description="It changed in the meantime")
@blueprint.alt_response(428, description="If-Match is missing")
@blueprint.doc(parameters=[{"in": "header", "name": "If-Match", "schema": {"type": "string"}}])
def resend(delivery_id: UUID) -> tuple[Response, int]:
    """Put a failed message back in the queue; it is due at once."""
    row = resend_one(context(), principal(), delivery_id, check=if_match)
    return set_etag(jsonify(_item(row)), row.version), 202


@blueprint.route("/replay", methods=["POST"])
@require(*INTEGRATION_MANAGERS)
@blueprint.arguments(ReplaySchema)
@blueprint.response(202, ReplayedSchema)
def replay_since(body: dict[str, Any]) -> tuple[Response, int]:
    """Put every failed message since a moment back in the queue. Repeating it finds nothing more to do."""
    return jsonify({"count": replay(context(), principal(), since=body["since"], reason=body.get("reason", ""))}), 202


def _next(asked: LogRequest, last: DeliveryRow) -> str:
    return url_for(
        "deliveries.list_deliveries",
        state=asked.wanted.states,
        channel=asked.wanted.channels,
        since=_instant(asked.wanted.since),
        reference=asked.wanted.reference,
        limit=asked.limit,
        cursor=cursor.encode(last.created_at, last.id),
    )


def _grouped(reference: str | None) -> str | None:
    return None if reference is None else group_reference(reference)


def _instant(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _item(row: DeliveryRow) -> dict[str, object]:
    return {
        "id": str(row.id),
        "state": row.state,
        "channel": row.channel,
        "kind": row.kind,
        "reference": row.reference,
        "recipient": row.recipient_role,
        "attempts": row.attempts,
        "error": row.error,
        "created_at": _instant(row.created_at),
        "next_attempt_at": _instant(row.next_attempt_at) if row.state == "waiting" else None,
        "finished_at": _instant(row.finished_at),
        "version": row.version,
    }


def _detail(row: DeliveryRow, tries: Sequence[AttemptRow]) -> dict[str, object]:
    subject, body = write_text(row, cast("Settings", context().settings).links)
    return {**_item(row), "tries": [_attempt(one) for one in tries], "message": {"subject": subject, "body": body}}


def _attempt(one: AttemptRow) -> dict[str, object]:
    return {
        "number": one.number,
        "at": _instant(one.at),
        "outcome": one.outcome,
        "error": one.error,
        "code": one.code,
        "milliseconds": one.milliseconds,
    }
