"""A provider's own services by API: PUT creates or replaces, PATCH changes some fields, DELETE takes one out.

The id is the client's own UUID, so that a request that is sent twice creates once (the second gets 412). POST on the
list is search, as HSDS has it. Every change says what it was made from (`If-Match`, 428 and 412 otherwise). Where the
provider is new, 202 tells that the change waits for a coordinator; `change_requests` shows what waits.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from directory_service.accounts.domain.api_keys import WRITE
from directory_service.editing.use_cases.edit_resource import (
    LIVE,
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
    ServiceExists,
    own_service,
)
from directory_service.editing.use_cases.provider_document import provider_document
from directory_service.hsds.api.change_requests import (
    ChangeRequestOut,
    service_url,
    waiting_answer,
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
from directory_service.listings.use_cases.check_references import (
    NotYourPlace,
    UnknownDistrict,
)
from service_kit.errors import FieldError, Forbidden, Invalid, NotFound, Stale
from service_kit.identity import Principal
from service_kit.web.access.require import (
    principal,
    require,
)
from service_kit.web.api import Blueprint
from service_kit.web.context import context
from service_kit.web.etag import held_tags, if_match, set_etag
from service_kit.web.parsing import json_body, takes
from service_kit.web.problems import Problem

blueprint = Blueprint(
    "service_editing", __name__, url_prefix="/api/services", description="A provider's own services (HSDS 3.2.3)"
)
MERGE_PATCH = "application/merge-patch+json"
_GONE = "It was taken out of the directory."

#: The body: any HSDS service. The domain checks it by the table that the schema is made from, and names each fault.
_BODY = {
    "required": True,
    "description": "An HSDS 3.2.3 service; the profile's facts are its attributes. `id` and `organization_id` may"
    " be left out.",
    "content": {"application/json": {"schema": ServiceToWrite}},
}
_PATCH = {
    "required": True,
    "description": "A merge patch (RFC 7386): fields to change, `null` to take one away. A list is replaced whole.",
    "content": {MERGE_PATCH: {"schema": {"type": "object"}}},
}
_SEEN = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "schema": {"type": "string"},
    "description": "The ETag that the change was made from.",
}
_CREATES = {
    "name": "If-None-Match",
    "in": "header",
    "schema": {"type": "string", "enum": ["*"]},
    "description": "`*` to create; If-Match to replace.",
}


@blueprint.route("/<uuid:service_id>", methods=["PUT"])
@require("provider_manager", "integrator", key_scope=WRITE)
@blueprint.response(201, HsdsService)
@blueprint.alt_response(200, schema=HsdsService, description="Replaced")
@blueprint.alt_response(410, description=_GONE)
@blueprint.alt_response(202, schema=ChangeRequestOut, description="Waits for a coordinator")
@blueprint.doc(requestBody=_BODY, parameters=[_CREATES, {**_SEEN, "required": False}])
def put_service(service_id: UUID) -> Response:
    """Create a service of the own organisation, or replace it; it is public once the organisation is approved."""
    who, document = _provider(), json_body()
    if "If-Match" in request.headers and "If-None-Match" not in request.headers:
        return _changed(who, service_id, lambda _: document)
    now = context().clock.now()
    with context().db.transaction(who.scope) as session:
        given = with_own_places(document, shared_places(session, who.organization))
    record = record_from_body(given, service_id, who.organization, now, shown={}, stored=None)
    _only_new()
    with context().db.transaction(who.scope) as session, _problems():
        edited = create_resource(session, SERVICES, record, Editor.of(who), now)
        answer = _answer(session, record, edited)
    if edited.state != WAITING:
        answer.status_code = 201
        answer.headers["Location"] = service_url(service_id)
    return answer


@blueprint.route("/<uuid:service_id>", methods=["PATCH"])
@require("provider_manager", "integrator", key_scope=WRITE)
@blueprint.response(200, HsdsService)
@blueprint.alt_response(202, schema=ChangeRequestOut, description="Waits for a coordinator")
@blueprint.alt_response(410, description=_GONE)
@blueprint.doc(requestBody=_PATCH, parameters=[_SEEN])
@takes(MERGE_PATCH)
def patch_service(service_id: UUID) -> Response:
    """Change some fields of an own service."""
    who, patch = _provider(), json_body()
    return _changed(who, service_id, lambda document: merged(document, patch))


@blueprint.route("/<uuid:service_id>", methods=["DELETE"])
@require("provider_manager", "integrator", key_scope=WRITE)
@blueprint.response(204)
@blueprint.alt_response(410, description=_GONE)
@blueprint.doc(parameters=[_SEEN])
def delete_service(service_id: UUID) -> Response:
    """Take an own service out of the directory; its address answers 410 from then on."""
    who, now = _provider(), context().clock.now()
    with context().db.transaction(who.scope) as session, _problems():
        own = _locked_service(session, who, service_id)
        remove_resource(session, SERVICES, service_id, Editor.of(who), now, seen=own.tag)
    return Response(status=204)


def _changed(who: Principal, service_id: UUID, change: Callable[[Json], Json]) -> Response:
    now = context().clock.now()
    with context().db.transaction(who.scope) as session, _problems():
        own = _locked_service(session, who, service_id)
        copies = shared_places(session, who.organization)
        shown = with_own_places(provider_document(session, own), copies)
        given = with_own_places(change(shown), copies)
        record = record_from_body(given, service_id, who.organization, now, shown=shown, stored=own.record)
        edited = edit_resource(session, SERVICES, record, Editor.of(who), now, seen=None)
        return _answer(session, record, edited)


def _locked_service(session: Session, who: Principal, service_id: UUID) -> OwnService:
    """The service, locked and the one that the client saw."""
    lock_provider(session, who.organization)
    own = own_service(session, who.organization, service_id)
    if_match(own.tag)
    return own


def _answer(session: Session, record: records.Service, edited: EditResult) -> Response:
    if edited.state != LIVE and "-" in edited.tag:
        return waiting_answer(session, record.organization_id, record.id)
    # something else may wait still: then the tag says so, and the document is what is public
    return set_etag(whole_answer(own_service_item(session, record.id)), edited.tag)


def _provider() -> Principal:
    who = principal()
    if who.organization_kind != "provider":
        raise Forbidden
    return who


def _only_new() -> None:
    """428 without a precondition; anything but `If-None-Match: *` asks for something that is not done here (412)."""
    if "If-None-Match" not in request.headers:
        raise Problem(
            428, "precondition-required", "Send If-None-Match: * to create a service, If-Match to replace it."
        )
    if not held_tags().any_tag:
        raise Problem(412, "stale", "Only If-None-Match: * is understood here.")


@contextmanager
def _problems() -> Iterator[None]:
    try:
        yield
    except Removed:
        raise Problem(410, "gone", "This entry was taken out of the directory.") from None
    except NotThere:
        raise NotFound from None
    except ServiceExists:
        raise Stale from None
    except NotYourPlace as error:
        raise Invalid(FieldError("service_at_locations", str(error))) from None
    except UnknownDistrict as error:
        raise Invalid(FieldError("service_areas", str(error))) from None
