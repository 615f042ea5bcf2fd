"""A provider's own places by API. HSDS has no list of places, so the public reads them inside services and providers.

A place is an HSDS `location`, with `area`, `district`, `landmark` and `confidential` beside it (`own_documents`); only
its own provider and that provider's keys reach it here, and they see the address also of a confidential one.
"""

from typing import Any
from uuid import UUID

from flask import Response, json
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from directory_service.accounts.domain.api_keys import READ, WRITE
from directory_service.editing.use_cases.editable import OwnResource
from directory_service.editing.use_cases.own_locations import LOCATIONS, own_locations
from directory_service.hsds.api.change_request_routes import change_request_routes
from directory_service.hsds.api.own_body import location_record
from directory_service.hsds.api.own_change_requests import (
    OwnChangeRequestOut,
    own_requests,
)
from directory_service.hsds.api.own_kind import OwnKind
from directory_service.hsds.api.own_writing import (
    IS_CREATED,
    IS_IN_FORCE,
    MERGE_PATCH,
    PATCH_BODY,
    SEEN,
    SEEN_OR_NEW,
    WAITS,
    delete_own,
    patch_own,
    problems,
    provider,
    put_own,
)
from directory_service.hsds.api.schemas import outline_of, schema_of
from directory_service.listings.domain import records
from directory_service.listings.domain.fields import LOCATION_FIELDS
from directory_service.listings.domain.hsds.own_documents import own_location
from directory_service.listings.use_cases.publish_listing import districts
from service_kit.identity import Principal
from service_kit.web.access.require import require
from service_kit.web.api import Blueprint
from service_kit.web.context import context
from service_kit.web.etag import set_etag
from service_kit.web.parsing import json_body, takes

blueprint = Blueprint("own_locations", __name__, url_prefix="/api/locations", description="A provider's own places")
Json = dict[str, Any]
_LIMITS = LOCATION_FIELDS.limits
_DISTRICT = LOCATION_FIELDS["district"].kind
_MEMBERS: dict[str, fields.Field[Any]] = {
    "area": fields.String(
        validate=validate.Length(1, _LIMITS["area"]),
        metadata={
            "description": "Part of town, public also of a confidential place, where the town stands for words of"
            " its name, street or landmark; the town where it is left out."
        },
    ),
    "district": fields.Integer(
        required=True,
        validate=validate.Range(_DISTRICT.figures["least"], _DISTRICT.figures["most"]),
        metadata={"description": "LGD code (`/api/districts`); 0 of a place that came from elsewhere without one."},
    ),
    "landmark": fields.String(validate=validate.Length(1, _LIMITS["landmark"])),
    "confidential": fields.Boolean(
        metadata={
            "description": "Only the part of town is public; the address is in no answer to anybody else."
            " A place that is confidential stays so unless `false` is sent."
        }
    ),
}
OwnLocation = schema_of("location").from_dict(_MEMBERS, name="OwnLocation")
LocationToWrite = outline_of("location", "LocationToWrite", required=(), more=_MEMBERS)
_BODY = {
    "required": True,
    "description": "A place. Of its one address in India `address_1`, `city` and `postal_code` are enough: state and"
    " district follow from `district`. Ids of rows may be left out.",
    "content": {"application/json": {"schema": LocationToWrite}},
}


class OwnLocations(Schema):
    """All places of the provider, by part of town and name."""

    contents = fields.List(fields.Nested(OwnLocation), required=True)


def _document(session: Session, own: OwnResource[records.Location]) -> Json:
    return own_location(own.record, districts(session, {own.record.district}).get(own.record.district))


def _record(
    session: Session, document: Json, location: UUID, who: Principal, own: OwnResource[records.Location] | None
) -> records.Location:
    code = _district_code(document)
    named = districts(session, {code}).get(code) if code else None
    shown = _document(session, own) if own else {}
    hidden = own is not None and (own.record.confidential or bool(own.live.get("confidential")))
    return location_record(document, location, who.organization, named, shown, hidden=hidden)


def _district_code(document: Json) -> int:
    """0 for what can be no code; what is wrong with it is said with the other faults of the document."""
    code = document.get("district")
    return code if isinstance(code, int) and _DISTRICT.takes(code) else 0


KIND = OwnKind(LOCATIONS, "locations", _document, _record)


@blueprint.route("")
@require("provider_manager", "integrator", key_scope=READ)
@blueprint.response(200, OwnLocations)
def get_locations() -> Response:
    """The own places, those that wait for a coordinator included."""
    who = provider()
    with context().db.transaction(who.scope) as session:
        told = [_document(session, own) for own in own_locations(session, who.organization)]
    return Response(json.dumps({"contents": told}), content_type="application/json")


@blueprint.route("/<uuid:location_id>")
@require("provider_manager", "integrator", key_scope=READ)
@blueprint.response(200, OwnLocation)
def get_location(location_id: UUID) -> Response:
    """An own place; changes are made from its ETag."""
    who = provider()
    with context().db.transaction(who.scope) as session, problems():
        own = LOCATIONS.load(session, who.organization, location_id)
        body = json.dumps(_document(session, own))
    return set_etag(Response(body, content_type="application/json"), own.tag)


@blueprint.route("/<uuid:location_id>", methods=["PUT"])
@require("provider_manager", "integrator", key_scope=WRITE)
@blueprint.response(201, OwnLocation, headers=IS_CREATED)
@blueprint.alt_response(
    200, schema=OwnLocation, description="Replaced, or the same as before (`Setu-Result`)", headers=IS_IN_FORCE
)
@blueprint.alt_response(202, schema=OwnChangeRequestOut, description="Waits for a coordinator", headers=WAITS)
@blueprint.doc(requestBody=_BODY, parameters=SEEN_OR_NEW)
def put_location(location_id: UUID) -> Response:
    """Create a place of the own organisation, or replace it. The id is the client's own UUID."""
    return put_own(KIND, location_id, json_body())


@blueprint.route("/<uuid:location_id>", methods=["PATCH"])
@require("provider_manager", "integrator", key_scope=WRITE)
@blueprint.response(200, OwnLocation, headers=IS_IN_FORCE)
@blueprint.alt_response(202, schema=OwnChangeRequestOut, description="Waits for a coordinator", headers=WAITS)
@blueprint.doc(requestBody=PATCH_BODY, parameters=[SEEN])
@takes(MERGE_PATCH)
def patch_location(location_id: UUID) -> Response:
    """Change some fields of an own place. What hides an address never waits."""
    return patch_own(KIND, location_id, json_body())


@blueprint.route("/<uuid:location_id>", methods=["DELETE"])
@require("provider_manager", "integrator", key_scope=WRITE)
@blueprint.response(204)
@blueprint.doc(parameters=[SEEN])
def delete_location(location_id: UUID) -> Response:
    """Take an own place away, also from every service given there."""
    return delete_own(LOCATIONS, location_id)


change_request_routes(
    blueprint,
    own_requests(KIND),
    "location_id",
    "The last change of the place that was asked for.",
    "Take back what waits of the place.",
)
