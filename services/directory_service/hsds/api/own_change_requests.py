"""`…/change-request` of places and of the provider itself: what a new provider has asked for, and what became of it."""

from typing import Any
from uuid import UUID

from flask import Response, json
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from directory_service.editing.domain.approval import REFUSALS
from directory_service.editing.use_cases.decide_change import take_back_change
from directory_service.editing.use_cases.editable import Editor, NotThere, OwnResource, lock_provider
from directory_service.editing.use_cases.last_change import last_change
from directory_service.hsds.api.own_kind import OwnKind
from directory_service.listings.domain.hsds.metadata import field_name
from directory_service.listings.store.tables import ChangeRequest
from service_kit.errors import NotFound
from service_kit.identity import Principal
from service_kit.web.context import context
from service_kit.web.etag import if_match, set_etag

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


def change_request_answer(session: Session, kind: OwnKind, who: Principal, resource: UUID) -> Response:
    """The last change that was asked for of it; raises NotFound. Further changes are made from its ETag."""
    own = _own_or_none(session, kind, who, resource)
    asked = own.waiting if own else None
    asked = asked or last_change(session, who.organization, (kind.editable.resource_type, resource))
    if asked is None:
        raise NotFound
    proposed = kind.document(session, own) if own and asked.decided_at is None else None
    document = waiting_document(asked, proposed)
    response = Response(json.dumps(document), content_type="application/json")
    return set_etag(response, own.tag) if own else response


def take_back_answer(kind: OwnKind, who: Principal, resource: UUID) -> Response:
    """204; what waits is taken back, and the listing stays as it is. Raises NotFound."""
    now = context().clock.now()
    with context().db.transaction(who.scope) as session:
        try:
            lock_provider(session, who.organization)
        except NotThere:
            raise NotFound from None
        own = _own_or_none(session, kind, who, resource)
        if own is None or own.waiting is None:
            raise NotFound
        if_match(own.tag)
        take_back_change(session, Editor.of(who), resource, now)
    return Response(status=204)


def _own_or_none(session: Session, kind: OwnKind, who: Principal, resource: UUID) -> OwnResource[Any] | None:
    try:
        return kind.editable.load(session, who.organization, resource)
    except NotThere:
        return None
