"""Identifiers of rows that have no UUID: the same publisher's number gives the same UUID in every edition.

HSDS 1.x and most plain tables number their rows. The label of the source is part of the name that is hashed (UUIDv5,
RFC 9562 section 5.5), so that number 7 of one directory is not number 7 of another.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from directory_service.listings.domain.hsds.ids import NAMESPACE
from directory_service.listings.domain.hsds.tables import tables

Row = dict[str, Any]
_OTHERS = {"parent_organization_id": "organization", "parent_id": "taxonomy_term"}
_NAMED = {"link_id": "link_entity", "resource_id": "resource_type"}


def as_uuid(value: object) -> UUID | None:
    """The UUID that a text is, if it is one in any case, with hyphens."""
    try:
        found = UUID(str(value))
    except ValueError:
        return None
    return found if str(found) == str(value).lower() else None


def key_of(source: str, kind: str, value: object) -> str:
    """The UUID of a row of a source: its own, or one computed from its number."""
    own = as_uuid(value)
    return str(own) if own else str(uuid5(NAMESPACE, f"{source}/{kind}/{str(value).strip()}"))


def with_uuids(source: str, kind: str, row: Mapping[str, Any]) -> Row:
    """The row with every identifier in it as a UUID."""
    targets = references(kind)
    return {
        name: key_of(source, targets.get(name) or str(row.get(_NAMED.get(name, ""), kind)), value)
        if name == "id" or name in targets or name in _NAMED
        else value
        for name, value in row.items()
    }


def references(kind: str) -> dict[str, str]:
    """Columns of a resource that hold the id of a row of another one, with that other one's name."""
    table = tables()[kind]
    found = {column.name: column.target for column in table.columns if column.target}
    return found | {column.name: _OTHERS[column.name] for column in table.columns if column.name in _OTHERS}
