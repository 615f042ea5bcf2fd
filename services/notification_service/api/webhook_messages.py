"""`/api/webhooks/{id}/messages`: what was sent to an endpoint, each attempt at it, and sending it once more.

Of an answer its status is kept and how long it took, never its body.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from flask import Response, jsonify, url_for
from marshmallow import Schema, fields, post_load, validate

from notification_service.api.webhooks import OWNERS, SCOPE
from notification_service.domain.webhook_types import webhook_id
from notification_service.settings import Settings
from notification_service.store import webhook_log
from notification_service.store.tables_webhooks import WebhookAttemptRow, WebhookRow
from notification_service.store.webhook_log import STATES
from notification_service.use_cases.change_webhook_endpoint import find_webhook_endpoint
from notification_service.use_cases.replay_webhooks import (
    CANNOT_SEND,
    CannotSendError,
    find_webhook,
    replay_webhooks,
    resend_webhook,
    send_test_webhook,
    try_webhook_now,
)
from notification_service.use_cases.write_webhook import write_webhook
from service_kit import cursor
from service_kit.errors import Conflict
from service_kit.web.access.require import principal, require
from service_kit.web.api import Blueprint
from service_kit.web.context import context
from service_kit.web.strict_fields import StrictBoolean

blueprint = Blueprint("webhook_messages", __name__, url_prefix="/api/webhooks", description="What was sent there")
Result = TypeVar("Result")


class MessagesQuery(Schema):
    """Which part of the list; `state` may be repeated."""

    state = fields.List(fields.String(validate=validate.OneOf(STATES)), load_default=list)
    limit = fields.Integer(load_default=cursor.USUAL_PAGE, validate=validate.Range(1, cursor.LARGEST_PAGE))
    cursor = fields.String(validate=validate.Length(1, 200), metadata={"description": "From `next` of the page before"})

    @post_load
    def _to_request(self, data: dict[str, Any], **_: Any) -> "MessagesRequest":
        return MessagesRequest(tuple(data["state"]), data["limit"], data.get("cursor"))


@dataclass(frozen=True, slots=True)
class MessagesRequest:
    """Which part of the list is asked for; `after` is the cursor as it came."""

    states: tuple[str, ...]
    limit: int
    after: str | None


class MessageOut(Schema):
    """One message. `webhook_id` is what the endpoint gets in the header of that name, however often it is sent."""

    id = fields.UUID(required=True)
    webhook_id = fields.String(required=True)
    type = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    error = fields.String(required=True, allow_none=True)
    attempts = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    next_attempt_at = fields.AwareDateTime(required=True, allow_none=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)


class MessagesOut(Schema):
    """A page of messages, newest first."""

    items = fields.List(fields.Nested(MessageOut), required=True)
    next = fields.String(required=True, allow_none=True)


class AttemptOut(Schema):
    """One attempt: the status that came back, or a word for why none did."""

    number = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True)
    status = fields.Integer(required=True, allow_none=True)
    error = fields.String(required=True, allow_none=True)
    milliseconds = fields.Integer(required=True)


class MessageDetailOut(MessageOut):
    """A message with its body, as it is sent, and its attempts."""

    payload = fields.String(required=True)
    tries = fields.List(fields.Nested(AttemptOut), required=True)


class ReplayIn(Schema):
    """Since when, and until when, what failed is to be sent again; `taken_too`: also what was taken."""

    since = fields.AwareDateTime(required=True)
    until = fields.AwareDateTime(load_default=None)
    taken_too = StrictBoolean(load_default=False)


class QueuedOut(Schema):
    """The message that waits now."""

    id = fields.UUID(required=True)


class ReplayedOut(Schema):
    """How many are sent again now, and how many of the same span waited already, so that their try comes by itself."""

    count = fields.Integer(required=True)
    waiting = fields.Integer(required=True)


@blueprint.get("/<uuid:endpoint_id>/messages")
@require(*OWNERS, key_scope=SCOPE)
@blueprint.arguments(MessagesQuery, location="query")
@blueprint.response(200, MessagesOut)
def list_messages(asked: MessagesRequest, endpoint_id: UUID) -> Response:
    """What was sent to an endpoint in the last 30 days, newest first."""
    who, after = principal(), cursor.decode(asked.after)
    find_webhook_endpoint(context(), who, endpoint_id)
    with context().db.transaction(who.scope) as session:
        rows, more = webhook_log.page(session, who, endpoint_id, states=asked.states, limit=asked.limit, after=after)
    following = None
    if more:
        older = cursor.encode(rows[-1].created_at, rows[-1].id)
        following = url_for(
            ".list_messages", endpoint_id=endpoint_id, state=asked.states, limit=asked.limit, cursor=older
        )
    return jsonify({"items": [_item(row) for row in rows], "next": following})


@blueprint.get("/<uuid:endpoint_id>/messages/<uuid:message_id>")
@require(*OWNERS, key_scope=SCOPE)
@blueprint.response(200, MessageDetailOut)
def get_message(endpoint_id: UUID, message_id: UUID) -> Response:
    """One message with its body and its attempts."""
    row = find_webhook(context(), principal(), endpoint_id, message_id)
    with context().db.transaction(principal().scope) as session:
        tries = [_attempt(each) for each in webhook_log.attempts_of(session, message_id)]
    payload = write_webhook(row, cast("Settings", context().settings).links)
    return jsonify({**_item(row), "payload": payload, "tries": tries})


@blueprint.post("/<uuid:endpoint_id>/messages/<uuid:message_id>/resend")
@require(*OWNERS, key_scope=SCOPE)
@blueprint.response(202, QueuedOut)
@blueprint.alt_response(409, description="The endpoint is disabled, the message under way, or its referral has ended")
def resend(endpoint_id: UUID, message_id: UUID) -> tuple[Response, int]:
    """Send one message that has ended once more, under its id."""
    _or_conflict(lambda: resend_webhook(context(), principal(), endpoint_id, message_id))
    return jsonify({"id": str(message_id)}), 202


@blueprint.post("/<uuid:endpoint_id>/messages/<uuid:message_id>/try-now")
@require(*OWNERS, key_scope=SCOPE)
@blueprint.response(202, QueuedOut)
@blueprint.alt_response(
    409, description="The endpoint is disabled or was tried less than a minute ago, or the message does not wait"
)
def try_now(endpoint_id: UUID, message_id: UUID) -> tuple[Response, int]:
    """Bring the next try of one message that waits forward to now, under its id; the schedule goes on after it."""
    _or_conflict(lambda: try_webhook_now(context(), principal(), endpoint_id, message_id))
    return jsonify({"id": str(message_id)}), 202


@blueprint.post("/<uuid:endpoint_id>/replay")
@require(*OWNERS, key_scope=SCOPE)
@blueprint.arguments(ReplayIn)
@blueprint.response(202, ReplayedOut)
@blueprint.alt_response(409, description="The endpoint is disabled")
def replay(body: dict[str, Any], endpoint_id: UUID) -> tuple[Response, int]:
    """Send what failed between two moments once more, each under its id; up to 1000, asked again the next."""
    replayed = _or_conflict(lambda: replay_webhooks(context(), principal(), endpoint_id, **body))
    return jsonify({"count": replayed.count, "waiting": replayed.waiting}), 202


@blueprint.post("/<uuid:endpoint_id>/test")
@require(*OWNERS, key_scope=SCOPE)
@blueprint.response(202, QueuedOut)
@blueprint.alt_response(409, description="The endpoint is disabled, or a test is under way")
def send_test(endpoint_id: UUID) -> tuple[Response, int]:
    """Send a signed test that says nothing."""
    return jsonify({"id": str(_or_conflict(lambda: send_test_webhook(context(), principal(), endpoint_id)))}), 202


def _or_conflict(act: Callable[[], Result]) -> Result:
    try:
        return act()
    except CannotSendError as refused:
        raise Conflict(CANNOT_SEND[refused.word]) from None


def _item(row: WebhookRow) -> dict[str, object]:
    return {
        "id": str(row.id),
        "webhook_id": webhook_id(row.id),
        "type": row.type,
        "state": row.state,
        "error": row.error,
        "attempts": row.attempts,
        "created_at": _instant(row.created_at),
        "next_attempt_at": _instant(row.next_attempt_at) if row.state == "waiting" else None,
        "finished_at": _instant(row.finished_at),
    }


def _attempt(each: WebhookAttemptRow) -> dict[str, object]:
    shown = ("number", "status", "error", "milliseconds")
    return {**{name: getattr(each, name) for name in shown}, "at": _instant(each.at)}


def _instant(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
