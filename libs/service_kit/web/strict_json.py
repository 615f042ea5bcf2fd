"""Strict JSON parser: careless or hostile input becomes a named fault, never an exception further in.

Python's parser accepts NaN, duplicate keys, lone surrogates and NUL, and gives up on deep nesting and long numbers with
errors of its own. Here each of these is a `JsonFault` with the path of the field (`person.contact.value`, `needs.0`).
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from service_kit.storable import is_storable

DEEPEST = 32
_LONGEST_INTEGER = 19  # digits: PostgreSQL's bigint
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]')


_HARMLESS = frozenset({int, float, bool, type(None)})


class JsonFault(Exception):
    """`field` is the path of what is wrong ("" where no field can be named), `detail` says what."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field
        self.detail = detail


class _Wrong:
    """Stands in the parsed tree where a value cannot be accepted, until the walk finds its path."""

    def __init__(self, detail: str) -> None:
        self.detail = detail


def parse(raw: bytes) -> Any:
    """Return the value of a JSON text in UTF-8; raises JsonFault."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise JsonFault("", "The body is not UTF-8.") from None
    try:
        value = _READER.decode(text)
    except json.JSONDecodeError as error:
        raise JsonFault("", f"Not JSON: {error.msg}, at line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        raise JsonFault(_path_of_depth(text), _TOO_DEEP) from None
    for path, wrong in _faults(value):
        raise JsonFault(".".join(path), wrong)
    return value


_TOO_DEEP = f"Nested deeper than {DEEPEST} levels."
_BAD_TEXT = "Contains a character that cannot be stored (NUL or half of a surrogate pair)."


def _constant(name: str) -> _Wrong:
    return _Wrong(f"{name} is not a JSON number.")


def _integer(digits: str) -> int | _Wrong:
    return int(digits) if len(digits.lstrip("-")) <= _LONGEST_INTEGER else _Wrong("The number is too large.")


def _number(digits: str) -> float | _Wrong:
    value = float(digits)
    return value if math.isfinite(value) else _Wrong("The number is too large.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    for key, value in pairs:
        seen[key] = _Wrong("The field stands there twice.") if key in seen else value
    return seen


_READER = json.JSONDecoder(parse_constant=_constant, parse_int=_integer, parse_float=_number, object_pairs_hook=_object)


def _faults(value: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    stack: list[tuple[tuple[str, ...], Any]] = [((), value)]
    while stack:
        path, here = stack.pop()
        kind = type(here)
        if kind is str:
            if not is_storable(here):
                yield path, _BAD_TEXT
        elif kind is dict or kind is list:
            if len(path) >= DEEPEST:
                yield path[:1], _TOO_DEEP
            stack.extend(_children(path, here))
            if kind is dict and not all(map(is_storable, here)):
                yield path, _BAD_TEXT
        elif kind is _Wrong:
            yield path, here.detail


def _children(path: tuple[str, ...], here: dict[str, Any] | list[Any]) -> list[tuple[tuple[str, ...], Any]]:
    pairs = here.items() if isinstance(here, dict) else enumerate(here)
    return [((*path, str(key)), child) for key, child in pairs if type(child) not in _HARMLESS]


def _path_of_depth(text: str) -> str:
    """Name the outermost field under which the nesting grows too deep, without recursion."""
    depth, field, last = 0, "", ""
    for mark in _TOKEN.findall(text):
        if mark in "[{":
            depth += 1
            if depth > DEEPEST:
                return field
        elif mark in "]}":
            depth -= 1
        elif mark == ":" and depth == 1:
            field = last
        elif mark.startswith('"'):
            last = mark[1:-1]
    return field
