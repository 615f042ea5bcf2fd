"""`/api/services/<id>/change-request`: what a new provider has asked for, and what became of it."""

from typing import Any
from uuid import UUID

from flask import Response, json
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from directory_service.editing.domain.approval import REFUSALS
from directory_service.editing.use_cases.own_services import (
    SERVICES,
    OwnService,
    own_service,
)
from directory_service.editing.use_cases.provider_document import provider_document
from directory_service.hsds.api.change_request_routes import change_request_routes
from directory_service.hsds.api.own_kind import RequestedKind
from directory_service.hsds.api.own_writing import SEEN
from directory_service.hsds.api.schemas import HsdsService
from directory_service.listings.domain.hsds.metadata import field_name
from directory_service.listings.store.tables import ChangeRequest
from service_kit.web.api import Blueprint
from service_kit.web.etag import set_etag
from service_kit.web.site import own_base

blueprint = Blueprint(
    "change_requests", __name__, url_prefix="/api/services", description="Changes that wait for a coordinator"
)


_OBSTACLE = "Another provider's service got this id first: take it back and send it under another id."


class FieldChange(Schema):
    """One field by its HSDS name; values as the directory keeps them."""

    field = fields.String(required=True)
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)


class ChangeRequestOut(Schema):
    """A change that waits for a coordinator, was approved, was refused for a reason, or was taken back."""

    id = fields.UUID(required=True)
    service_id = fields.UUID(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["waiting", "approved", "refused", "taken_back"]))
    reason = fields.String(validate=validate.OneOf(REFUSALS))
    asked_at = fields.AwareDateTime(required=True)
    decided_at = fields.AwareDateTime()
    changes = fields.List(fields.Nested(FieldChange), required=True)
    service = fields.Nested(HsdsService, metadata={"description": "What it will be, while it waits."})
    obstacle = fields.String(validate=validate.OneOf(["id-taken"]), metadata={"description": _OBSTACLE})


def waiting_answer(session: Session, organization: UUID, service_id: UUID) -> Response:
    """202 with what waits; its ETag is what further changes are made from."""
    own = own_service(session, organization, service_id)
    if own.waiting is None:
        raise LookupError("nothing waits")
    body = json.dumps(_document(session, own.waiting, own))
    response = set_etag(Response(body, status=202, content_type="application/json"), own.tag)
    response.headers["Location"] = f"{service_url(service_id)}/change-request"
    return response


def service_url(service_id: UUID) -> str:
    """The address of a service."""
    return f"{own_base()}/api/services/{service_id}"


def _document(session: Session, request: ChangeRequest, own: OwnService | None) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": request.id,
        "service_id": request.resource_id,
        "state": request.decision or "waiting",
        "reason": request.reason,
        "asked_at": request.asked_at,
        "decided_at": request.decided_at,
        "changes": [{**each, "field": field_name(each["field"])} for each in request.changes],
    }
    written: dict[str, Any] = ChangeRequestOut().dump({key: value for key, value in made.items() if value is not None})
    if request.decided_at is None and own is not None:
        written["service"] = provider_document(session, own)
        written.update({"obstacle": "id-taken"} if own.taken else {})
    return written


change_request_routes(
    blueprint,
    RequestedKind(SERVICES, ChangeRequestOut, _document),
    "service_id",
    "The last change that was asked for; with its ETag further changes of the service can be made.",
    "Take back what waits; the listing stays as it is.",
    {**SEEN, "required": False},  # it is, and was not in the document at first
)
