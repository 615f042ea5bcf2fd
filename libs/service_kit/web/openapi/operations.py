"""Read an OpenAPI 3.1 document as sections of operations, as a page shows them, each with a curl command to try.

Promises: everything stands in the order of the document; an example of the document is used where there is one, else a
shell variable to fill in. Pure. Not for checking a document: it is taken as `openapi` made it.
"""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

Json = dict[str, Any]
_METHODS = ("get", "post", "put", "patch", "delete")
_LONGEST = 4_000  # characters of an example
_WIDE = {"if-match": '"1"', "if-none-match": "*"}  # headers that a change needs, with a value to show


@dataclass(frozen=True)
class Type:
    """A type in words; `schema` is the name of the object that it leads to, "" for none."""

    words: str
    schema: str = ""


@dataclass(frozen=True)
class Field:
    """A parameter, or a property of an object. `place`: path, query or header, "" for a property."""

    name: str
    type: Type
    required: bool
    description: str
    place: str = ""


@dataclass(frozen=True)
class Answer:
    """A status with what comes back; `example` is JSON in lines, "" for none."""

    status: str
    description: str
    type: Type | None = None
    example: str = ""


@dataclass(frozen=True)
class Body:
    """What is sent."""

    media: str
    type: Type
    description: str
    example: str


@dataclass(frozen=True)
class Operation:
    """A method of an address. `roles` is empty where any role will do; `scope` is what an API key must have."""

    anchor: str
    method: str
    path: str
    summary: str
    is_public: bool
    roles: tuple[str, ...]
    scope: str
    parameters: tuple[Field, ...]
    body: Body | None
    answers: tuple[Answer, ...]
    curl: str


@dataclass(frozen=True)
class Section:
    """The operations of one tag."""

    anchor: str
    title: str
    operations: tuple[Operation, ...]


def sections_of(document: Json) -> list[Section]:
    """The operations by tag."""
    by_tag: dict[str, list[Operation]] = {}
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                operation = _operation(document, path, method, item)
                by_tag.setdefault(next(iter(item[method].get("tags", [])), ""), []).append(operation)
    titles = {tag["name"]: tag.get("description", tag["name"]) for tag in document.get("tags", [])}
    return [
        Section(f"part-{tag}", titles.get(tag, tag), tuple(by_tag[tag]))
        for tag in {**titles, **by_tag}
        if tag in by_tag
    ]


def schemas_of(document: Json) -> list[tuple[str, list[Field]]]:
    """Every named object with its fields, by name."""
    found = document.get("components", {}).get("schemas", {})
    return [(name, list(_properties(found[name]))) for name in sorted(found)]


def _properties(schema: Json) -> Iterator[Field]:
    needed = schema.get("required", [])
    for name, inner in schema.get("properties", {}).items():
        yield Field(name, type_of(inner), name in needed, inner.get("description", ""))


def type_of(schema: Mapping[str, Any]) -> Type:
    """`list of Phone`, `one of json, ndjson`, `text (date-time)`."""
    if name := str(schema.get("$ref", "")).rpartition("/")[2]:
        return Type(name, name)
    if several := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        parts = [type_of(each) for each in several]
        return Type(" or ".join(part.words for part in parts), next((part.schema for part in parts if part.schema), ""))
    if "enum" in schema:
        return Type("one of " + ", ".join(str(each) for each in schema["enum"]))
    kinds = schema.get("type", "any")
    if kinds == "array":
        inner = type_of(schema.get("items", {}))
        return Type(f"list of {inner.words}", inner.schema)
    words = " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
    return Type(words + (f" ({schema['format']})" if "format" in schema else ""))


def _operation(document: Json, path: str, method: str, item: Json) -> Operation:
    said = item[method]
    told = {(each["in"], each["name"]): each for each in [*item.get("parameters", []), *said.get("parameters", [])]}
    parameters = list(told.values())
    body = _body(said.get("requestBody"))
    secured = said.get("security", [])
    return Operation(
        anchor=re.sub(r"\W+", "-", f"{method}-{path}").strip("-"),
        method=method.upper(),
        path=path,
        summary=said.get("summary", ""),
        is_public=not secured,
        roles=tuple(said.get("x-roles", ())),
        scope=next((scope for each in secured for scope in each.get("key", ())), ""),
        parameters=tuple(_parameter(each) for each in parameters),
        body=body,
        answers=tuple(_answer(document, status, each) for status, each in said["responses"].items()),
        curl=_curl(document, path, method, parameters, body, secured=bool(secured)),
    )


def _parameter(said: Json) -> Field:
    return Field(
        said["name"],
        type_of(said.get("schema", {})),
        said.get("required", False),
        said.get("description", ""),
        said["in"],
    )


def _body(said: Json | None) -> Body | None:
    if said is None:
        return None
    media, content = next(iter(said["content"].items()))
    return Body(
        media, type_of(content.get("schema", {})), said.get("description", ""), _format_example(content.get("example"))
    )


def _answer(document: Json, status: str, said: Json) -> Answer:
    if "$ref" in said:
        said = document["components"]["responses"][said["$ref"].rpartition("/")[2]]
        return Answer(status, said.get("description", ""))
    content = next(iter(said.get("content", {}).values()), None)
    if content is None:
        return Answer(status, said.get("description", ""))
    return Answer(
        status, said.get("description", ""), type_of(content.get("schema", {})), _format_example(content.get("example"))
    )


def _format_example(example: Any) -> str:
    if example is None:
        return ""
    text = example if isinstance(example, str) else json.dumps(example, ensure_ascii=False, indent=1)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}\n…"


def _curl(document: Json, path: str, method: str, parameters: list[Json], body: Body | None, *, secured: bool) -> str:
    """A command for a shell; `$TOKEN` and what has no example are for the reader to set."""
    parts = ["curl -sS" + ("" if method == "get" else f" -X {method.upper()}")]
    parts += ['-H "Authorization: Bearer $TOKEN"'] if secured else []
    for each in parameters:
        if each["in"] == "header" and (each.get("required") or each["name"].lower() in _WIDE):
            value = str(each.get("example") or _WIDE.get(each["name"].lower(), "…"))
            parts.append("-H " + shlex.quote(f"{each['name']}: {value}"))
    if body:
        sent = json.dumps(json.loads(body.example), ensure_ascii=False) if _is_whole(body.example) else "{}"
        parts += [f"-H 'Content-Type: {body.media}'", "-d " + shlex.quote(sent)]
    server = next(iter(document.get("servers", [])), {"url": ""})["url"]
    parts.append(f'"{server}{_filled(path, parameters)}"')
    return " \\\n  ".join(parts)


def _is_whole(example: str) -> bool:
    return bool(example) and not example.endswith("…")


def _filled(path: str, parameters: list[Json]) -> str:
    query: list[str] = []
    for each in parameters:
        name, example = each["name"], each.get("example")
        if each["in"] == "path":
            known = quote(str(example), safe="") if example is not None else f"${name.upper()}"
            path = path.replace(f"{{{name}}}", known)
        elif each["in"] == "query" and (example is not None or each.get("required")):
            query.append(f"{name}={quote(str(example)) if example is not None else '$' + name.upper()}")
    return path + ("?" + "&".join(query) if query else "")
