"""`PUT /api/services/<id>` with `If-None-Match: *`: a provider puts a new service into the directory.

The id is the client's own UUID, so that a request that is sent twice creates once (the second gets 412). POST on the
list is search, as HSDS has it. Changing what is there is not done here.
"""

from typing import Any
from uuid import UUID

from flask import Response, request
from marshmallow import ValidationError

from directory_service.api.hsds_schemas import HsdsService
from directory_service.api.public_reading import whole_answer
from directory_service.domain import records
from directory_service.domain.api_keys import WRITE
from directory_service.domain.hsds.objects import faults
from directory_service.domain.hsds.reading import service_from
from directory_service.store.read_listings import own_service_item
from directory_service.use_cases.create_service import NotYourPlace, ServiceExists, UnknownDistrict, create_service
from directory_service.use_cases.listing_records import read_service
from service_kit.web.api import Blueprint
from service_kit.web.auth import principal, require
from service_kit.web.context import context
from service_kit.web.parsing import field_errors, json_body
from service_kit.web.problems import WORDS, FieldError, Problem, forbidden, invalid

blueprint = Blueprint(
    "service_creation", __name__, url_prefix="/api/services", description="A provider's own services (HSDS 3.2.3)"
)


#: The body: any HSDS service. Its fields are checked by the standard's own table, so no schema of ours reads it.
_BODY = {
    "required": True,
    "description": "An HSDS 3.2.3 service; the profile's statements are its attributes. `id` and `organization_id` may"
    " be left out.",
    "content": {"application/json": {"schema": {"type": "object", "required": ["name", "status"]}}},
}


@blueprint.route("/<uuid:service_id>", methods=["PUT"])
@require("provider_manager", "integrator", key_scope=WRITE)
@blueprint.response(201, HsdsService)
@blueprint.doc(requestBody=_BODY)
def put_service(service_id: UUID) -> Response:
    """Create a service of the own organisation; it is public once the organisation is approved."""
    who, now = principal(), context().clock.now()
    if who.organization_kind != "provider":
        raise forbidden()
    record = _record(json_body(), service_id, who.organization)
    _only_new()
    with context().db.transaction(who.scope) as session:
        try:
            create_service(session, record, now)
        except ServiceExists:
            raise Problem(412, "stale", WORDS["stale"][1]) from None
        except NotYourPlace as error:
            raise invalid(FieldError("service_at_locations", str(error))) from None
        except UnknownDistrict as error:
            raise invalid(FieldError("service_areas", str(error))) from None
        answer = whole_answer(own_service_item(session, service_id))
    answer.status_code = 201
    answer.headers["Location"] = f"{context().settings.directory_url}/api/services/{service_id}"
    return answer


def _record(document: dict[str, Any], service_id: UUID, organization: UUID) -> records.Service:
    whole = {"id": str(service_id), "organization_id": str(organization), **document}
    found = [FieldError(fault.path, fault.detail) for fault in faults("service", whole)]
    for name, ours in (("id", service_id), ("organization_id", organization)):
        if str(whole[name]).lower() != str(ours):
            found.append(FieldError(name, "Must be the one of the address and of your organisation."))
    if found:
        raise invalid(*found)
    try:
        return read_service({**service_from(whole), "organization_id": str(organization)})
    except ValidationError as error:
        raise invalid(*field_errors(error.messages)) from None


def _only_new() -> None:
    """428 without If-None-Match; anything but `*` asks for something that is not done here (412)."""
    header = request.headers.get("If-None-Match")
    if header is None:
        raise Problem(428, "precondition-required", "Send If-None-Match: * to create a service.")
    if header.strip() != "*":
        raise Problem(412, "stale", "Only If-None-Match: * is understood here.")
