"""Steps of a change by API that places and the provider itself have in common, and what their documents say of them.

A change is judged in one order: what is sent (422), whether it is there (404), what it was made from (428, 412). A PUT
that would change nothing is answered as the first one was, whatever it was made from: so it may be sent again. What
became of it stands in `Setu-Result`. Services have the same rules and a life of their own (`services_writing.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import Response, json, request
from sqlalchemy.orm import Session

from directory_service.editing.use_cases.edit_resource import (
    LIVE,
    UNCHANGED,
    WAITING,
    create_resource,
    edit_resource,
    remove_resource,
)
from directory_service.editing.use_cases.editable import (
    Editor,
    IdTaken,
    NotThere,
    OwnResource,
    Removed,
    lock_provider,
)
from directory_service.editing.use_cases.own_locations import EditableLocations
from directory_service.editing.use_cases.own_organization import NameInForeignLetters, NameTaken
from directory_service.hsds.api.own_change_requests import waiting_document
from directory_service.hsds.api.own_kind import OwnKind
from directory_service.listings.domain.hsds.profile import merged
from directory_service.listings.use_cases.check_references import NotYourPlace, UnknownDistrict
from service_kit.errors import FieldError, Forbidden, Invalid, NotFound, Stale
from service_kit.identity import Principal
from service_kit.web.access.require import principal
from service_kit.web.context import context
from service_kit.web.etag import held_tags, if_match, set_etag
from service_kit.web.problems import Problem

Json = dict[str, Any]
MERGE_PATCH = "application/merge-patch+json"
RESULT = "Setu-Result"
CREATED = "created"
PATCH_BODY = {
    "required": True,
    "description": "A merge patch (RFC 7386): fields to change, `null` to take one away. A list is replaced whole.",
    "content": {MERGE_PATCH: {"schema": {"type": "object"}}},
}
SEEN = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "schema": {"type": "string"},
    "description": "The ETag that the change was made from.",
}
SEEN_OR_NEW = [
    {
        "name": "If-None-Match",
        "in": "header",
        "schema": {"type": "string", "enum": ["*"]},
        "description": "`*` to create; If-Match to replace. The same again changes nothing and is answered 200.",
    },
    {**SEEN, "required": False},
]


def result_header(*results: str) -> dict[str, Any]:
    """The document of `Setu-Result` beside an answer, with what it may say there."""
    said = {"type": "string", "enum": [*results]}
    return {RESULT: {"description": "What became of the change.", "schema": said}}


IS_CREATED = result_header(CREATED)
IS_IN_FORCE = result_header(LIVE, UNCHANGED)
WAITS = result_header(WAITING, UNCHANGED)


def provider() -> Principal:
    """Who asks, for a provider; raises Forbidden for any other organisation."""
    who = principal()
    if who.organization_kind != "provider":
        raise Forbidden
    return who


def put_own(kind: OwnKind, resource: UUID, document: Json) -> Response:
    """Create or replace it; where it would stay as it is, say so."""
    who, now = provider(), context().clock.now()
    with context().db.transaction(who.scope) as session, problems():
        own = _own_or_none(session, kind, who, resource)
        record = kind.record(session, document, resource, who, own)
        if own is None:
            only_new(kind.editable.resource_type)
            edited = create_resource(session, kind.editable, record, Editor.of(who), now)
            return _answer(session, kind, who, resource, edited.state if edited.state == WAITING else CREATED)
        if kind.editable.write(record) == kind.editable.write(own.record):
            return _answer(session, kind, who, resource, UNCHANGED)
        if "If-Match" not in request.headers and "If-None-Match" in request.headers:
            raise Stale
        if_match(own.tag)
        edited = edit_resource(session, kind.editable, record, Editor.of(who), now, seen=None)
        return _answer(session, kind, who, resource, edited.state)


def patch_own(kind: OwnKind, resource: UUID, patch: Json) -> Response:
    """Change some fields of it."""
    who, now = provider(), context().clock.now()
    with context().db.transaction(who.scope) as session, problems():
        kind.editable.lock(session, who.organization)
        own = kind.editable.load(session, who.organization, resource)
        if_match(own.tag)
        record = kind.record(session, merged(kind.document(session, own), patch), resource, who, own)
        edited = edit_resource(session, kind.editable, record, Editor.of(who), now, seen=None)
        return _answer(session, kind, who, resource, edited.state)


def delete_own(kind: EditableLocations, resource: UUID) -> Response:
    """Take it out."""
    who, now = provider(), context().clock.now()
    with context().db.transaction(who.scope) as session, problems():
        lock_provider(session, who.organization)
        own = kind.load(session, who.organization, resource)
        if_match(own.tag)
        remove_resource(session, kind, resource, Editor.of(who), now, seen=own.tag)
    return Response(status=204)


def only_new(what: str) -> None:
    """428 without a precondition; anything but `If-None-Match: *` asks for something that is not done here (412)."""
    if "If-Match" in request.headers:
        raise NotFound
    if "If-None-Match" not in request.headers:
        words = f"Send If-None-Match: * to create a {what}, If-Match to replace it."
        raise Problem(428, "precondition-required", words)
    if not held_tags().any_tag:
        raise Problem(412, "stale", "Only If-None-Match: * is understood here.")


@contextmanager
def problems(districts: str = "district") -> Iterator[None]:
    """The errors of editing as problems that name the field; `districts`: the one that names districts."""
    try:
        yield
    except Removed:
        raise Problem(410, "gone", "This entry was taken out of the directory.") from None
    except NotThere:
        raise NotFound from None
    except IdTaken:
        raise Stale from None
    except (NameTaken, NameInForeignLetters) as error:
        raise Invalid(FieldError("name", str(error))) from None
    except NotYourPlace as error:
        raise Invalid(FieldError("service_at_locations", str(error))) from None
    except UnknownDistrict as error:
        raise Invalid(FieldError(districts, str(error))) from None


def with_result(response: Response, result: str) -> Response:
    """The answer with what became of the change: created, live, unchanged, waiting."""
    response.headers[RESULT] = result
    return response


def _own_or_none(session: Session, kind: OwnKind, who: Principal, resource: UUID) -> OwnResource[Any] | None:
    kind.editable.lock(session, who.organization)
    try:
        return kind.editable.load(session, who.organization, resource)
    except Removed:
        raise
    except NotThere:
        return None


def _answer(session: Session, kind: OwnKind, who: Principal, resource: UUID, result: str) -> Response:
    own = kind.editable.load(session, who.organization, resource)
    status, where = (201 if result == CREATED else 200), kind.url(resource)
    document = kind.document(session, own)
    if own.waiting is not None and result in {WAITING, UNCHANGED}:
        document, status, where = waiting_document(own.waiting, document), 202, f"{where}/change-request"
    response = Response(json.dumps(document), status=status, content_type="application/json")
    if status != 200:
        response.headers["Location"] = where
    return with_result(set_etag(response, own.tag), result)
