"""A provider's own services by API: PUT creates or replaces, PATCH changes some fields, DELETE takes one out.

The id is the client's own UUID, so that a request that is sent twice creates once, and is answered twice. POST on the
list is search, as HSDS has it. Every change says what it was made from (`If-Match`, 428 and 412 otherwise). Where the
provider is new, 202 tells that the change waits for a coordinator; `change_requests` shows what waits.
"""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from directory_service.accounts.domain.api_keys import WRITE
from directory_service.editing.use_cases.edit_resource import (
    LIVE,
    UNCHANGED,
    WAITING,
    EditResult,
    create_resource,
    edit_resource,
    remove_resource,
)
from directory_service.editing.use_cases.editable import (
    Editor,
    NotThere,
    Removed,
    lock_provider,
)
from directory_service.editing.use_cases.own_services import (
    SERVICES,
    OwnService,
    own_service,
)
from directory_service.editing.use_cases.provider_document import provider_document
from directory_service.hsds.api.change_requests import (
    ChangeRequestOut,
    service_url,
    waiting_answer,
)
from directory_service.hsds.api.own_writing import (
    CREATED,
    IS_CREATED,
    IS_IN_FORCE,
    MERGE_PATCH,
    PATCH_BODY,
    SEEN,
    SEEN_OR_NEW,
    WAITS,
    only_new,
    problems,
    provider,
    with_result,
)
from directory_service.hsds.api.public_reading import whole_answer
from directory_service.hsds.api.schemas import (
    HsdsService,
    ServiceToWrite,
)
from directory_service.hsds.api.service_body import (
    Json,
    record_from_body,
    with_own_places,
)
from directory_service.hsds.store.read_listings import own_service_item
from directory_service.listings.domain import records
from directory_service.listings.domain.hsds.profile import merged
from directory_service.listings.store.location_names import shared_places
from service_kit.errors import Stale
from service_kit.identity import Principal
from service_kit.web.access.require import require
from service_kit.web.api import Blueprint
from service_kit.web.context import context
from service_kit.web.etag import if_match, set_etag
from service_kit.web.parsing import json_body, takes

blueprint = Blueprint(
    "service_editing", __name__, url_prefix="/api/services", description="A provider's own services (HSDS 3.2.3)"
)
_GONE = "It was taken out of the directory."

#: The body: any HSDS service. The domain checks it by the table that the schema is made from, and names each fault.
_BODY = {
    "required": True,
    "description": "An HSDS 3.2.3 service; the profile's facts are its attributes. `id` and `organization_id` may"
    " be left out.",
    "content": {"application/json": {"schema": ServiceToWrite}},
}


@blueprint.route("/<uuid:service_id>", methods=["PUT"])
@require("provider_manager", "integrator", key_scope=WRITE)
@blueprint.response(201, HsdsService, headers=IS_CREATED)
@blueprint.alt_response(
    200, schema=HsdsService, description="Replaced, or the same as before (`Setu-Result`)", headers=IS_IN_FORCE
)
@blueprint.alt_response(410, description=_GONE)
@blueprint.alt_response(202, schema=ChangeRequestOut, description="Waits for a coordinator", headers=WAITS)
@blueprint.doc(requestBody=_BODY, parameters=SEEN_OR_NEW)
def put_service(service_id: UUID) -> Response:
    """Create a service of the own organisation, or replace it; it is public once the organisation is approved."""
    who, document, now = provider(), json_body(), context().clock.now()
    with context().db.transaction(who.scope) as session, problems("service_areas"):
        own = _own_or_none(session, who, service_id)
        if own is not None:
            return _replace(session, who, own, document)
        given = with_own_places(document, shared_places(session, who.organization))
        record = record_from_body(given, service_id, who.organization, now, shown={}, stored=None)
        only_new("service")
        edited = create_resource(session, SERVICES, record, Editor.of(who), now)
        answer = _answer(session, record, replace(edited, state=CREATED if edited.state != WAITING else WAITING))
    if edited.state != WAITING:
        answer.status_code = 201
        answer.headers["Location"] = service_url(service_id)
    return answer


def _replace(session: Session, who: Principal, own: OwnService, document: Json) -> Response:
    """PUT of a service that is there; the one that made it so, sent again, is answered by what there is."""
    record, now = _record(session, who, own, lambda _: document), context().clock.now()
    if SERVICES.write(record) == SERVICES.write(own.record):
        return _answer(session, record, EditResult(UNCHANGED, own.tag))
    if "If-Match" not in request.headers and "If-None-Match" in request.headers:
        raise Stale
    if_match(own.tag)
    return _answer(session, record, edit_resource(session, SERVICES, record, Editor.of(who), now, seen=None))


@blueprint.route("/<uuid:service_id>", methods=["PATCH"])
@require("provider_manager", "integrator", key_scope=WRITE)
@blueprint.response(200, HsdsService, headers=IS_IN_FORCE)
@blueprint.alt_response(202, schema=ChangeRequestOut, description="Waits for a coordinator", headers=WAITS)
@blueprint.alt_response(410, description=_GONE)
@blueprint.doc(requestBody=PATCH_BODY, parameters=[SEEN])
@takes(MERGE_PATCH)
def patch_service(service_id: UUID) -> Response:
    """Change some fields of an own service."""
    who, patch, now = provider(), json_body(), context().clock.now()
    with context().db.transaction(who.scope) as session, problems("service_areas"):
        own = _locked_service(session, who, service_id)
        record = _record(session, who, own, lambda document: merged(document, patch))
        return _answer(session, record, edit_resource(session, SERVICES, record, Editor.of(who), now, seen=None))


@blueprint.route("/<uuid:service_id>", methods=["DELETE"])
@require("provider_manager", "integrator", key_scope=WRITE)
@blueprint.response(204)
@blueprint.alt_response(410, description=_GONE)
@blueprint.doc(parameters=[SEEN])
def delete_service(service_id: UUID) -> Response:
    """Take an own service out of the directory; its address answers 410 from then on."""
    who, now = provider(), context().clock.now()
    with context().db.transaction(who.scope) as session, problems("service_areas"):
        own = _locked_service(session, who, service_id)
        remove_resource(session, SERVICES, service_id, Editor.of(who), now, seen=own.tag)
    return Response(status=204)


def _record(session: Session, who: Principal, own: OwnService, change: Callable[[Json], Json]) -> records.Service:
    """The service as it shall be, by what its document becomes."""
    copies = shared_places(session, who.organization)
    shown = with_own_places(provider_document(session, own), copies)
    given = with_own_places(change(shown), copies)
    now = context().clock.now()
    return record_from_body(given, own.id, who.organization, now, shown=shown, stored=own.record)


def _own_or_none(session: Session, who: Principal, service_id: UUID) -> OwnService | None:
    """The service, locked; raises Removed."""
    lock_provider(session, who.organization)
    try:
        return own_service(session, who.organization, service_id)
    except Removed:
        raise
    except NotThere:
        return None


def _locked_service(session: Session, who: Principal, service_id: UUID) -> OwnService:
    """The service, locked and the one that the client saw."""
    lock_provider(session, who.organization)
    own = own_service(session, who.organization, service_id)
    if_match(own.tag)
    return own


def _answer(session: Session, record: records.Service, edited: EditResult) -> Response:
    if edited.state not in {LIVE, CREATED} and "-" in edited.tag:
        return with_result(waiting_answer(session, record.organization_id, record.id), edited.state)
    # something else may wait still: then the tag says so, and the document is what is public
    return with_result(set_etag(whole_answer(own_service_item(session, record.id)), edited.tag), edited.state)
