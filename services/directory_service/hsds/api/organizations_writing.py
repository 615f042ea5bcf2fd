"""What a provider says of itself, by API: `PUT` and `PATCH /api/organizations/<its own id>`.

A provider neither makes nor removes itself, and its kind, standing and district are the registry's. Its places and
services are changed on their own; as they were read they may stand in what is sent.
"""

from typing import Any
from uuid import UUID

from flask import Response, json
from sqlalchemy.orm import Session, undefer

from directory_service.accounts.domain.api_keys import WRITE
from directory_service.editing.use_cases.editable import NotThere, OwnResource
from directory_service.editing.use_cases.own_organization import ORGANIZATIONS
from directory_service.hsds.api.change_request_routes import change_request_routes
from directory_service.hsds.api.own_body import organization_record
from directory_service.hsds.api.own_change_requests import (
    OwnChangeRequestOut,
    own_requests,
)
from directory_service.hsds.api.own_kind import OwnKind
from directory_service.hsds.api.own_writing import (
    IS_IN_FORCE,
    MERGE_PATCH,
    PATCH_BODY,
    SEEN,
    WAITS,
    patch_own,
    put_own,
)
from directory_service.hsds.api.schemas import OrganizationWithServices, outline_of
from directory_service.listings.domain import records
from directory_service.listings.domain.hsds.own_documents import own_organization as document_of
from directory_service.organizations.store.tables import Organization
from service_kit.identity import Principal
from service_kit.web.access.require import require
from service_kit.web.api import Blueprint
from service_kit.web.parsing import json_body, takes

blueprint = Blueprint(
    "organization_editing", __name__, url_prefix="/api/organizations", description="What a provider says of itself"
)
Json = dict[str, Any]
_BODY = {
    "required": True,
    "description": "An HSDS organization. `id` and ids of rows may be left out; `locations` and `services` stand there"
    " as they were read, or not at all.",
    "content": {
        "application/json": {
            "schema": outline_of("organization", "OrganizationToWrite", required=("name", "description"))
        }
    },
}


def _document(_: Session, own: OwnResource[records.Organization]) -> Json:
    return document_of(own.record)


def _record(
    session: Session, document: Json, resource: UUID, _: Principal, own: OwnResource[records.Organization] | None
) -> records.Organization:
    if own is None:
        raise NotThere(str(resource))
    row = session.get_one(Organization, resource, options=[undefer(Organization.document)])
    public = json.loads(row.document) if row.document else {}
    return organization_record(document, own.record, _document(session, own), public)


KIND = OwnKind(ORGANIZATIONS, "organizations", _document, _record)


@blueprint.route("/<uuid:organization_id>", methods=["PUT"])
@require("provider_manager", "integrator", key_scope=WRITE)
@blueprint.response(200, OrganizationWithServices, headers=IS_IN_FORCE)
@blueprint.alt_response(202, schema=OwnChangeRequestOut, description="Waits for a coordinator", headers=WAITS)
@blueprint.doc(requestBody=_BODY, parameters=[{**SEEN, "required": False}])
def put_organization(organization_id: UUID) -> Response:
    """Replace what the provider says of itself; the same as it is needs no `If-Match`, and changes nothing."""
    return put_own(KIND, organization_id, json_body())


@blueprint.route("/<uuid:organization_id>", methods=["PATCH"])
@require("provider_manager", "integrator", key_scope=WRITE)
@blueprint.response(200, OrganizationWithServices, headers=IS_IN_FORCE)
@blueprint.alt_response(202, schema=OwnChangeRequestOut, description="Waits for a coordinator", headers=WAITS)
@blueprint.doc(requestBody=PATCH_BODY, parameters=[SEEN])
@takes(MERGE_PATCH)
def patch_organization(organization_id: UUID) -> Response:
    """Change some fields of it."""
    return patch_own(KIND, organization_id, json_body())


change_request_routes(
    blueprint,
    own_requests(KIND),
    "organization_id",
    "The last change of the provider that was asked for; with its ETag further ones can be made.",
    "Take back what waits of it.",
)
