"""The 24 object types of HSDS 3.2.3 as one table, and a check of any value against it.

`objects.txt` beside this file has a line a type: `field:type`, `!` after a required field, `[x]` a list of objects,
`<x>` one object, `{a|b}` a closed list (`_` for a space). A test compares it with the standard's own schemas, so it
cannot drift. Stricter than the standard in one thing: unknown fields are refused, so that a misspelt one is noticed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from uuid import UUID

from directory_service.listings.domain.text_kinds import MAIL

_FIELD = re.compile(r"(?P<name>\w+)(?P<required>!?):(?P<type>\S+)")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!#-;=?-\[\]_a-z~]+")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.IGNORECASE)


@dataclass(frozen=True)
class StandardField:
    """One field of an object type of the standard."""

    name: str
    required: bool
    type: str


@dataclass(frozen=True)
class Fault:
    """Something that the standard does not allow; `path` like "contacts.0.phones.1.number"."""

    path: str
    detail: str


@cache
def fields_of(kind: str) -> dict[str, StandardField]:
    """The fields of an object type by name; raises KeyError for a type that HSDS does not have."""
    return _table()[kind]


@cache
def _table() -> dict[str, dict[str, StandardField]]:
    text = files("directory_service.listings.domain.hsds").joinpath("objects.txt").read_text(encoding="utf-8")
    lines = (line.split(" = ", 1) for line in text.splitlines() if " = " in line)
    return {kind: {found["name"]: _field(found) for found in _FIELD.finditer(rest)} for kind, rest in lines}


def _field(found: re.Match[str]) -> StandardField:
    kind = found["type"].replace("_", " ") if found["type"].startswith("{") else found["type"]
    return StandardField(found["name"], found["required"] == "!", kind)


def kinds() -> list[str]:
    """Every object type."""
    return list(_table())


def faults(kind: str, value: object, path: str = "", *, closed: bool = True) -> Iterator[Fault]:
    """Everything wrong with a value that should be an object of this type; `closed`: unknown fields are wrong too."""
    if not isinstance(value, dict):
        yield Fault(path, "must be an object")
        return
    known = fields_of(kind)
    for name in (field.name for field in known.values() if field.required and field.name not in value):
        yield Fault(_join(path, name), "is required")
    for name, inner in value.items():
        if name in known:
            yield from field_faults(known[name], inner, _join(path, str(name)), closed=closed)
        elif closed:
            yield Fault(_join(path, str(name)), f"is not a field of {kind}")


def field_faults(field: StandardField, value: object, path: str, *, closed: bool = True) -> Iterator[Fault]:
    """Everything wrong with the value of one field."""
    if field.type.startswith("["):
        yield from _list_faults(field.type[1:-1], value, path, closed=closed)
    elif field.type.startswith("<"):
        yield from faults(field.type[1:-1], value, path, closed=closed)
    elif field.type == "number":
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield Fault(path, "must be a number")
    elif not isinstance(value, str) or "\0" in value:
        yield Fault(path, "must be text")
    elif not _is(field.type, value):
        yield Fault(path, f"must be {field.type}")


def _list_faults(kind: str, value: object, path: str, *, closed: bool) -> Iterator[Fault]:
    if not isinstance(value, list):
        yield Fault(path, "must be a list")
        return
    for position, item in enumerate(value):
        yield from faults(kind, item, f"{path}.{position}", closed=closed)


def _is(kind: str, value: str) -> bool:
    if kind.startswith("{"):
        return value in kind[1:-1].split("|")
    if kind == "uuid":
        return _is_uuid(value)
    if kind == "email":
        return MAIL.takes(value)
    patterns = {"uri": _URI, "date-time": _MOMENT}
    return kind not in patterns or patterns[kind].fullmatch(value) is not None


def _is_uuid(value: str) -> bool:
    try:
        return str(UUID(value)) == value.lower()
    except ValueError:
        return False


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
