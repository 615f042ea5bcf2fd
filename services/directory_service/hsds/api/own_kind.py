"""Kind of resource that a provider changes by API: its document, and how a record is made of one that is sent."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.editing.use_cases.editable import Editable, OwnResource
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
