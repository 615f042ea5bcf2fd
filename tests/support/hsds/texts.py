"""HSDS objects in which every field is filled, made from the table of the standard's types."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid5

from directory_service.listings.domain.hsds.objects import (
    StandardField,
    fields_of,
)
from support.listings import an_id

Json = dict[str, Any]
_PLAIN = {
    "number": 1,
    "email": "a@example.org",
    "uri": "https://example.org/",
    "date-time": "2026-01-31T09:30:00Z",
}
_DATE, _TIME = "2026-01-31", "09:30"
#: Texts that have a form of their own.
_FORMED = {
    **dict.fromkeys(("valid_from", "valid_to", "dtstart", "until", "assured_date", "updated"), _DATE),
    **dict.fromkeys(("opens_at", "closes_at"), _TIME),
    "code": "hi",
}
#: What leads upwards, or is computed.
_APART = {"organization", "services", "locations", "service_at_locations", "service", "location", "taxonomy_detail"}


def full_object(kind: str, words: str = "Some words", *, depth: int = 4, key: str = "") -> Json:
    """An object with all its fields; texts say the words, unless only certain ones are allowed."""
    name = f"{key}/{kind}"
    return {
        field.name: _value(field, words, depth, f"{name}/{field.name}")
        for field in fields_of(kind).values()
        if field.name not in _APART and (depth or field.type[0] not in "[<")
    }


def _value(field: StandardField, words: str, depth: int, key: str) -> Any:
    if field.type.startswith("["):
        return [full_object(field.type[1:-1], words, depth=depth - 1, key=key)]
    if field.type.startswith("<"):
        return full_object(field.type[1:-1], words, depth=depth - 1, key=key)
    if field.type.startswith("{"):
        return field.type[1:-1].split("|")[0]
    if field.type == "uuid":
        return str(uuid5(an_id("full"), key))
    return _PLAIN.get(field.type) or _FORMED.get(field.name, words)


def texts(value: Any, words: str, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where in an object the words stand, as keys and positions."""
    if value == words:
        yield path
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from texts(inner, words, (*path, name))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from texts(inner, words, (*path, at))


def put(value: Any, path: tuple[Any, ...], words: str) -> None:
    """Say something else there."""
    for step in path[:-1]:
        value = value[step]
    value[path[-1]] = words
