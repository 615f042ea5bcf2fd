"""What an OpenAPI document promises, as lines: operations, parameters, answers, fields and what they may be."""

from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]
_METHODS = ("get", "post", "put", "patch", "delete")


def promises_of(document: Json) -> Iterator[str]:
    """A line for each thing that a program may rely on."""
    for path, item in document["paths"].items():
        for method in (each for each in _METHODS if each in item):
            yield from _operation(f"{method.upper()} {path}", item, item[method])
    for name, schema in document["components"]["schemas"].items():
        yield from _fields(name, schema)


def demands_of(document: Json) -> Iterator[str]:
    """A line for each thing that a program must send."""
    for path, item in document["paths"].items():
        for method in (each for each in _METHODS if each in item):
            for each in (*item.get("parameters", ()), *item[method].get("parameters", ())):
                if each.get("required"):
                    yield f"{method.upper()} {path} needs {each['name']}"
    for name, schema in document["components"]["schemas"].items():
        yield from (f"{name} needs {field}" for field in schema.get("required", ()))


def _operation(operation: str, item: Json, said: Json) -> Iterator[str]:
    yield operation
    for each in (*item.get("parameters", ()), *said.get("parameters", ())):
        yield f"{operation} takes {each['name']}"
        schema = each.get("schema", {})
        yield from (
            f"{operation} takes {each['name']}={value}"
            for value in schema.get("enum") or schema.get("items", {}).get("enum", ())
        )
    for kind in said.get("requestBody", {}).get("content", {}):
        yield f"{operation} takes a body {kind}"
    for status, answer in said["responses"].items():
        yield f"{operation} answers {status}"
        yield from (f"{operation} answers {status} {kind}" for kind in answer.get("content", {}))


def _fields(name: str, schema: Json) -> Iterator[str]:
    yield name
    for field, said in schema.get("properties", {}).items():
        yield f"{name}.{field}"
        yield from (f"{name}.{field}={value}" for value in said.get("enum", ()) if value is not None)
