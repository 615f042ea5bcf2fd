"""Ids of what stands inside a service that a provider sends: its own, whatever was sent.

An id stands once in an export's table. With the id of another provider's phone on a phone of one's own, the other's
would be missing there. So an id that the service does not have already becomes one that is made of it and the service;
sent again it becomes the same. What several services share (terms, units, programs) keeps its id.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from directory_service.listings.domain.hsds.ids import nested_id
from directory_service.listings.domain.hsds.objects import fields_of, kinds

Json = dict[str, Any]


def with_own_ids(service: str, sent: Json, shown: Mapping[str, Any]) -> Json:
    """The fields `sent` with no id of a nested row but those in `shown`, the document as it is, and new ones."""
    at_places = {str(row.get("id")) for row in sent.get("service_at_locations", [])}  # the caller has seen to these
    known = {*_ids(shown), *at_places}
    new = {each: nested_id(service, each) for each in _ids(sent) if each not in known}
    return {name: _renamed(value, new) for name, value in sent.items()}


def with_missing_ids(kind: str, sent: Mapping[str, Any], *path: object) -> Json:
    """The object with an id on each row of its lists that was sent without one: of where it stands, each time the same.

    `kind` is its type in the standard's table, `path` begins with the id of what is written. What stands alone (a term,
    a program) may be shared, so nobody but its publisher can name it.
    """
    known = fields_of(kind)
    return {
        name: _with_ids(known[name].type[1:-1], value, (*path, name)) if name in known else value
        for name, value in sent.items()
    }


def _with_ids(kind: str, value: Any, path: tuple[object, ...]) -> Any:
    if kind not in kinds():
        return value
    if isinstance(value, list):
        return [_row_with_id(kind, row, (*path, at)) for at, row in enumerate(value)]
    return with_missing_ids(kind, value, *path) if isinstance(value, dict) else value


def _row_with_id(kind: str, row: Any, path: tuple[object, ...]) -> Any:
    return {"id": nested_id(*path), **with_missing_ids(kind, row, *path)} if isinstance(row, dict) else row


def _ids(value: Any) -> Iterator[str]:
    """Of objects in lists, however deep; not of single objects, which may be shared."""
    if isinstance(value, Mapping):
        for inner in value.values():
            if isinstance(inner, list):
                for row in inner:
                    if isinstance(row, Mapping):
                        yield str(row.get("id"))
                        yield from _ids(row)


def _renamed(value: Any, new: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_renamed(each, new) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: _reference(name, inner, new) for name, inner in value.items()}


def _reference(name: str, value: Any, new: Mapping[str, str]) -> Any:
    if name == "id" or name.endswith("_id"):
        return new.get(str(value), value)
    return _renamed(value, new)
