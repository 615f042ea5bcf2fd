"""Identifiers of rows that have no UUID: the same publisher's number gives the same UUID in every edition.

HSDS 1.x and most plain tables number their rows. The label of the source is part of the name that is hashed (UUIDv5,
RFC 9562 section 5.5), so that number 7 of one directory is not number 7 of another.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from uuid import UUID, uuid5

from directory_service.listings.domain.hsds.datapackage import tables
from directory_service.listings.domain.hsds.ids import NAMESPACE
from directory_service.listings.domain.hsds.objects import fields_of

Row = dict[str, Any]
_OTHERS = {"parent_organization_id": "organization", "parent_id": "taxonomy_term"}
#: What lists of an API nest beyond the object's own fields.
_NESTED_BY_API = {"organization": {"services": "service"}, "service_at_location": {"service": "service"}}
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
    own = as_uuid(str(value).strip())
    return str(own) if own else _computed(source, kind, str(value).strip())


def _computed(source: str, kind: str, number: str) -> str:
    return str(uuid5(NAMESPACE, f"{source}/{kind}/{number}"))


class SourceKeys:
    """Converter of one source's identifiers. `note` hears of each computed UUID, with what the file has for it."""

    def __init__(self, source: str, note: Callable[[str, str], None] = lambda _, __: None) -> None:
        self.source, self._note = source, note

    def key(self, kind: str, value: object) -> str:
        """The UUID of one identifier."""
        said = str(value).strip()
        own = as_uuid(said)
        if own:
            return str(own)
        found = _computed(self.source, kind, said)
        self._note(found, said)
        return found

    def row(self, kind: str, row: Mapping[str, Any]) -> Row:
        """The row with every identifier in it as a UUID."""
        targets = references(kind)
        return {
            name: self.key(targets.get(name) or str(row.get(_NAMED.get(name, ""), kind)), value)
            if (name == "id" or name in _NAMED or name in targets) and _is_key(value)
            else value
            for name, value in row.items()
        }

    def document(self, kind: str, value: Row) -> Row:
        """The same of a document, however deep; what is no object of HSDS stays as it is."""
        keyed = self.row(kind, value)
        for name, child in _objects_inside(kind).items():
            inner = keyed.get(name)
            if isinstance(inner, dict):
                keyed[name] = self.document(child, inner)
            elif isinstance(inner, list):
                keyed[name] = [self.document(child, each) if isinstance(each, dict) else each for each in inner]
        return keyed


def _is_key(value: object) -> bool:
    """A text or a number; anything else is no identifier, and is told where the object is checked."""
    return isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip() != ""


@cache
def _objects_inside(kind: str) -> dict[str, str]:
    """Fields of an object that hold others, one or a list, with their type."""
    inside = {field.name: field.type[1:-1] for field in fields_of(kind).values() if field.type[0] in "[<"}
    return inside | _NESTED_BY_API.get(kind, {})


@cache
def references(kind: str) -> dict[str, str]:
    """Columns of a resource that hold the id of a row of another one, with that other one's name."""
    table = tables()[kind]
    found = {column.name: column.target for column in table.columns if column.target}
    return found | {column.name: _OTHERS[column.name] for column in table.columns if column.name in _OTHERS}
