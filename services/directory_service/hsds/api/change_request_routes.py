"""Routes `…/<id>/change-request`: what a new provider has asked for and what became of it, and taking it back."""

from typing import Any
from uuid import UUID

from flask import Response, json
from sqlalchemy.orm import Session

from directory_service.accounts.domain.api_keys import READ, WRITE
from directory_service.editing.use_cases.decide_change import take_back_change
from directory_service.editing.use_cases.editable import Editor, NotThere, OwnResource, lock_provider
from directory_service.editing.use_cases.last_change import last_change
from directory_service.hsds.api.own_kind import RequestedKind
from directory_service.hsds.api.own_writing import SEEN, provider
from service_kit.errors import NotFound
from service_kit.identity import Principal
from service_kit.web.access.require import require
from service_kit.web.api import Blueprint
from service_kit.web.context import context
from service_kit.web.etag import if_match, set_etag

Json = dict[str, Any]
WRITERS = ("provider_manager", "integrator")


def change_request_routes(
    blueprint: Blueprint, kind: RequestedKind, id_name: str, shown: str, taken_back: str, seen: Json = SEEN
) -> None:
    """Register GET and DELETE below the resource; `shown`, `taken_back` say in the document what they do.

    `id_name`: what the resource's id is called in the address. `seen`: the document of If-Match.
    """

    def get_change_request(**address: UUID) -> Response:
        who = provider()
        with context().db.transaction(who.scope) as session:
            return _last_request(session, kind, who, address[id_name])

    def delete_change_request(**address: UUID) -> Response:
        who = provider()
        with context().db.transaction(who.scope) as session:
            _take_back(session, kind, who, address[id_name])
        return Response(status=204)

    get_change_request.__doc__, delete_change_request.__doc__ = shown, taken_back
    path, name = f"/<uuid:{id_name}>/change-request", f"{kind.editable.resource_type}_change_request"
    blueprint.get(path, endpoint=f"get_{name}")(
        require(*WRITERS, key_scope=READ)(blueprint.response(200, kind.schema)(get_change_request))
    )
    blueprint.delete(path, endpoint=f"delete_{name}")(
        require(*WRITERS, key_scope=WRITE)(
            blueprint.doc(parameters=[seen])(blueprint.response(204)(delete_change_request))
        )
    )


def _last_request(session: Session, kind: RequestedKind, who: Principal, resource: UUID) -> Response:
    """The last that was asked for of it; raises NotFound. Further changes are made from its ETag."""
    own = _own_or_none(session, kind, who, resource)
    asked = own.waiting if own else None
    asked = asked or last_change(session, who.organization, (kind.editable.resource_type, resource))
    if asked is None:
        raise NotFound
    response = Response(json.dumps(kind.document(session, asked, own)), content_type="application/json")
    return set_etag(response, own.tag) if own else response


def _take_back(session: Session, kind: RequestedKind, who: Principal, resource: UUID) -> None:
    """The listing stays as it is. Raises NotFound, where nothing waits."""
    try:
        lock_provider(session, who.organization)
    except NotThere:
        raise NotFound from None
    own = _own_or_none(session, kind, who, resource)
    if own is None or own.waiting is None:
        raise NotFound
    if_match(own.tag)
    take_back_change(session, Editor.of(who), resource, context().clock.now())


def _own_or_none(session: Session, kind: RequestedKind, who: Principal, resource: UUID) -> OwnResource[Any] | None:
    try:
        return kind.editable.load(session, who.organization, resource)
    except NotThere:
        return None
