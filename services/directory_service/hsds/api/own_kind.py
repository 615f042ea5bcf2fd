"""Kinds of resources that a provider changes by API: their documents, and those of what it asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marshmallow import Schema
from sqlalchemy.orm import Session

from directory_service.editing.use_cases.editable import Editable, OwnResource
from directory_service.listings.store.tables import ChangeRequest
from service_kit.identity import Principal
from service_kit.web.site import own_base

Json = dict[str, Any]


@dataclass(frozen=True)
class OwnKind:
    """One kind of own resource: how its document is made, and a record of a document. `list` is its list's path.

    `record` takes the session, the document that was sent, the id, and the own resource or None for a new one; it
    raises Invalid.
    """

    editable: Editable[Any]
    list: str
    document: Callable[[Session, OwnResource[Any]], Json]
    record: Callable[[Session, Json, UUID, Principal, OwnResource[Any] | None], Any]

    def url(self, resource: UUID) -> str:
        """Its address."""
        return f"{own_base()}/api/{self.list}/{resource}"


@dataclass(frozen=True)
class RequestedKind:
    """What can be asked for of one kind of resource: the `schema` of a request, and its `document`.

    `document` takes the request, and the resource as its provider sees it, or None where that is there no more.
    """

    editable: Editable[Any]
    schema: type[Schema]
    document: Callable[[Session, ChangeRequest, Any], Json]
