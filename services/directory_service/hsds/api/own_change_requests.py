"""`…/change-request` of places and of the provider itself: what a new provider has asked for, and what became of it."""

from typing import Any

from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from directory_service.editing.domain.approval import REFUSALS
from directory_service.editing.use_cases.editable import OwnResource
from directory_service.hsds.api.own_kind import OwnKind, RequestedKind
from directory_service.listings.domain.hsds.metadata import field_name
from directory_service.listings.store.tables import ChangeRequest

Json = dict[str, Any]


class OwnFieldChange(Schema):
    """One field; values as the directory keeps them."""

    field = fields.String(required=True)
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)


class OwnChangeRequestOut(Schema):
    """A change that waits for a coordinator, was approved, was refused for a reason, or was taken back."""

    id = fields.UUID(required=True)
    resource_type = fields.String(required=True, validate=validate.OneOf(["location", "organization"]))
    resource_id = fields.UUID(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["waiting", "approved", "refused", "taken_back"]))
    reason = fields.String(validate=validate.OneOf(REFUSALS))
    asked_at = fields.AwareDateTime(required=True)
    decided_at = fields.AwareDateTime()
    changes = fields.List(fields.Nested(OwnFieldChange), required=True)
    proposed = fields.Dict(metadata={"description": "What it will be, while it waits."})


def waiting_document(asked: ChangeRequest, proposed: Json | None) -> Json:
    """A change request; `proposed` is the resource's document with it, where it waits."""
    told = {
        "id": asked.id,
        "resource_type": asked.resource_type,
        "resource_id": asked.resource_id,
        "state": asked.decision or "waiting",
        "reason": asked.reason,
        "asked_at": asked.asked_at,
        "decided_at": asked.decided_at,
        "changes": [{**each, "field": field_name(each["field"])} for each in asked.changes],
        "proposed": proposed,
    }
    written: Json = OwnChangeRequestOut().dump({name: value for name, value in told.items() if value is not None})
    return written


def own_requests(kind: OwnKind) -> RequestedKind:
    """What can be asked for of places, or of the provider itself."""

    def document(session: Session, asked: ChangeRequest, own: OwnResource[Any] | None) -> Json:
        return waiting_document(asked, kind.document(session, own) if own and asked.decided_at is None else None)

    return RequestedKind(kind.editable, OwnChangeRequestOut, document)
