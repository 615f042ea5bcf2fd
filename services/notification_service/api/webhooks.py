"""`/api/webhooks`: webhook endpoints of the own organisation, for its managers and its programs.

A secret stands in the answers of what makes one only, never in a repeated one. A program (its key exchanged at
the directory's `/api/token`) sees and makes endpoints of public facts alone.
"""

from typing import Any
from uuid import UUID

from flask import Response, jsonify, url_for
from marshmallow import Schema, fields, post_load, validate

from notification_service.domain.webhook_addresses import LONGEST
from notification_service.domain.webhook_signatures import secret_text
from notification_service.domain.webhook_types import DIRECTORY_TYPES, LONGEST_DESCRIPTION, REFERRAL_TYPES, types_for
from notification_service.outside.webhook_resolver import WebhookAddresses
from notification_service.store import webhook_endpoints
from notification_service.store.tables_webhooks import EndpointRow
from notification_service.use_cases import change_webhook_endpoint as change
from notification_service.use_cases.check_endpoint_wish import (
    FAULTS,
    EndpointWish,
    WishRefused,
    check_endpoint_wish,
)
from notification_service.use_cases.make_webhook_endpoint import make_webhook_endpoint
from notification_service.use_cases.webhook_secrets import secret_of
from service_kit.db.idempotency import replay_or_claim
from service_kit.errors import FieldError, Invalid
from service_kit.identity import KEY_ROLE
from service_kit.web.access.require import principal, require
from service_kit.web.api import Blueprint
from service_kit.web.context import context, dependency
from service_kit.web.etag import if_match, set_etag
from service_kit.web.idempotency import key_of_request, request_fingerprint
from setu.roles import INTEGRATION_MANAGERS, INTEGRATOR

blueprint = Blueprint("webhooks", __name__, url_prefix="/api/webhooks", description="Where webhooks go")
OWNERS, SCOPE = (*INTEGRATION_MANAGERS, INTEGRATOR), "webhooks"
IF_MATCH = {"in": "header", "name": "If-Match", "required": True, "schema": {"type": "string"}}
_TYPES = (*DIRECTORY_TYPES, *REFERRAL_TYPES)


class EndpointIn(Schema):
    """What an endpoint shall be."""

    url = fields.String(required=True, validate=validate.Length(1, LONGEST))
    types = fields.List(fields.String(validate=validate.OneOf(_TYPES)), required=True, validate=validate.Length(min=1))
    description = fields.String(load_default="", validate=validate.Length(max=LONGEST_DESCRIPTION))

    @post_load
    def _to_wish(self, data: dict[str, Any], **_: Any) -> EndpointWish:
        return EndpointWish(data["url"], data["types"], data["description"])


class EndpointOut(Schema):
    """An endpoint. `reason` tells why it is disabled; `failing_since` is the first failure after the last success."""

    id = fields.UUID(required=True)
    url = fields.String(required=True)
    types = fields.List(fields.String(validate=validate.OneOf(_TYPES)), required=True)
    description = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(("enabled", "disabled")))
    reason = fields.String(required=True, allow_none=True, validate=validate.OneOf(("by_hand", "gone", "failing")))
    failing_since = fields.AwareDateTime(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    version = fields.Integer(required=True)


class EndpointWithSecret(EndpointOut):
    """An endpoint with its secret, this once; null in a repeated answer."""

    secret = fields.String(required=True, allow_none=True)


class EndpointsOut(Schema):
    """Every endpoint, the newest first, and the types that may be subscribed to."""

    items = fields.List(fields.Nested(EndpointOut), required=True)
    types = fields.List(fields.String(), required=True)


@blueprint.get("")
@require(*OWNERS, key_scope=SCOPE)
@blueprint.response(200, EndpointsOut)
def list_endpoints() -> Response:
    """The own organisation's endpoints."""
    who = principal()
    with context().db.transaction(who.scope) as session:
        rows = webhook_endpoints.all_of(session, who)
    allowed = types_for(who.organization_kind, by_key=who.role == KEY_ROLE)
    return jsonify({"items": [_document(row) for row in rows], "types": list(allowed)})


@blueprint.post("")
@require(*OWNERS, key_scope=SCOPE)
@blueprint.arguments(EndpointIn)
@blueprint.response(201, EndpointWithSecret)
@blueprint.doc(parameters=[{"in": "header", "name": "Idempotency-Key", "required": True, "schema": {"type": "string"}}])
def make_endpoint(wish: EndpointWish) -> Response:
    """Make an endpoint, once for each `Idempotency-Key`. Its address is looked up: only public ones are taken."""
    who, new = principal(), context().ids.uuid()
    key, fingerprint, now = key_of_request(), request_fingerprint(), context().clock.now()
    _check(wish)
    with context().db.transaction(who.scope) as session:
        first = replay_or_claim(session, account=who.account, key=key, fingerprint=fingerprint, now=now, resource=new)
        if first is None:
            row = _or_invalid(lambda: make_webhook_endpoint(session, context(), who, wish, new))
    if first is not None:
        return _made(change.find_webhook_endpoint(context(), who, first), repeated=True)
    return _made(row)


@blueprint.get("/<uuid:endpoint_id>")
@require(*OWNERS, key_scope=SCOPE)
@blueprint.response(200, EndpointOut)
def get_endpoint(endpoint_id: UUID) -> Response:
    """One endpoint."""
    return _answer(change.find_webhook_endpoint(context(), principal(), endpoint_id))


@blueprint.put("/<uuid:endpoint_id>")
@require(*OWNERS, key_scope=SCOPE)
@blueprint.arguments(EndpointIn)
@blueprint.response(200, EndpointWithSecret)
@blueprint.doc(parameters=[IF_MATCH])
def put_endpoint(wish: EndpointWish, endpoint_id: UUID) -> Response:
    """Change where it leads and what it subscribes to. Adding events of referrals makes a new secret, else null."""
    before = change.find_webhook_endpoint(context(), principal(), endpoint_id)
    _check(wish)
    row = change.edit_webhook_endpoint(context(), principal(), endpoint_id, wish, if_match)
    secret = None if row.generation == before.generation else _secret(row)
    return set_etag(jsonify({**_document(row), "secret": secret}), row.version)


@blueprint.delete("/<uuid:endpoint_id>")
@require(*OWNERS, key_scope=SCOPE)
@blueprint.response(204)
@blueprint.doc(parameters=[IF_MATCH])
def delete_endpoint(endpoint_id: UUID) -> None:
    """Remove an endpoint, with what waits for it."""
    change.remove_webhook_endpoint(context(), principal(), endpoint_id, if_match)


@blueprint.post("/<uuid:endpoint_id>/enable")
@require(*OWNERS, key_scope=SCOPE)
@blueprint.response(200, EndpointOut)
@blueprint.doc(parameters=[IF_MATCH])
def enable_endpoint(endpoint_id: UUID) -> Response:
    """Send to it again; what it missed can be replayed."""
    return _answer(change.enable_webhook_endpoint(context(), principal(), endpoint_id, if_match))


@blueprint.post("/<uuid:endpoint_id>/disable")
@require(*OWNERS, key_scope=SCOPE)
@blueprint.response(200, EndpointOut)
@blueprint.doc(parameters=[IF_MATCH])
def disable_endpoint(endpoint_id: UUID) -> Response:
    """Send nothing to it until it is enabled."""
    return _answer(change.disable_webhook_endpoint(context(), principal(), endpoint_id, if_match))


@blueprint.post("/<uuid:endpoint_id>/rotate")
@require(*OWNERS, key_scope=SCOPE)
@blueprint.response(200, EndpointWithSecret)
@blueprint.doc(parameters=[IF_MATCH])
def rotate_secret(endpoint_id: UUID) -> Response:
    """Make a new secret. For 24 hours webhooks are signed with the one before, too."""
    row = change.rotate_webhook_secret(context(), principal(), endpoint_id, if_match)
    return set_etag(jsonify({**_document(row), "secret": _secret(row)}), row.version)


def _check(wish: EndpointWish) -> None:
    _or_invalid(lambda: check_endpoint_wish(principal(), wish, dependency(WebhookAddresses)))


def _or_invalid(act: Any) -> Any:
    try:
        return act()
    except WishRefused as refused:
        raise Invalid(*(FieldError(field, FAULTS[word]) for field, word in refused.faults.items())) from None


def _made(row: EndpointRow, *, repeated: bool = False) -> Response:
    answer = jsonify({**_document(row), "secret": None if repeated else _secret(row)})
    answer.status_code = 201
    answer.headers["Location"] = url_for("webhooks.get_endpoint", endpoint_id=row.id)
    return set_etag(answer, row.version)


def _secret(row: EndpointRow) -> str:
    return secret_text(secret_of(context().mac, row.id, row.generation))


def _answer(row: EndpointRow) -> Response:
    return set_etag(jsonify(_document(row)), row.version)


def _document(row: EndpointRow) -> dict[str, object]:
    shown = ("id", "url", "types", "description", "state", "reason", "version")
    return {
        **{name: getattr(row, name) for name in shown},
        "failing_since": row.failing_since.isoformat() if row.failing_since else None,
        "created_at": row.created_at.isoformat(),
    }
