"""The tabular side of HSDS 3: 24 resources of a Tabular Data Package, their columns and what refers to what.

`datapackage.txt` beside this file has a line a resource: `name path = column:type …`, `!` after a required column,
`>x` a foreign key to resource x, `{a|b}` a closed list (`_` for a space). A test compares it with the standard's
descriptor.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

Json = dict[str, object]
_COLUMN = re.compile(r"(?P<name>\w+)(?P<required>!?):(?P<type>\{[^}]*\}|\w+(?:-\w+)?)(?:>(?P<target>\w+))?")
_PLAIN = frozenset({"number", "date", "datetime", "time"})


@dataclass(frozen=True)
class Column:
    """A column; `target` is the resource that a foreign key refers to."""

    name: str
    required: bool
    type: str
    target: str | None


@dataclass(frozen=True)
class Table:
    """A resource: an object type of HSDS as rows of a CSV file."""

    kind: str
    path: str
    columns: tuple[Column, ...]


@cache
def tables() -> dict[str, Table]:
    """Every resource by its name, in the order of the standard's descriptor."""
    text = files("directory_service.listings.domain.hsds").joinpath("datapackage.txt").read_text(encoding="utf-8")
    return {table.kind: table for table in map(_table, text.splitlines())}


def _table(line: str) -> Table:
    head, rest = line.split(" = ", 1)
    kind, path = head.split()
    columns = (
        Column(found["name"], found["required"] == "!", found["type"], found["target"])
        for found in _COLUMN.finditer(rest)
    )
    return Table(kind, path, tuple(columns))


def descriptor(title: str, homepage: str) -> Json:
    """The `datapackage.json` of a package with every table."""
    return {
        "name": "human_services_data",
        "title": title,
        "profile": "tabular-data-package",
        "homepage": homepage,
        "resources": [_resource(table) for table in tables().values()],
    }


def _resource(table: Table) -> Json:
    keys = [
        {"fields": column.name, "reference": {"resource": column.target, "fields": "id"}}
        for column in table.columns
        if column.target
    ]
    schema: Json = {"primaryKey": "id", "fields": [_field(column) for column in table.columns]}
    if keys:
        schema["foreignKeys"] = keys
    return {
        "name": table.kind,
        "path": table.path,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _field(column: Column) -> Json:
    constraints: Json = {"required": True} if column.required else {}
    if column.name == "id":
        constraints["unique"] = True
    described: Json = {"name": column.name, "type": "string"}
    if column.type in _PLAIN:
        described["type"] = column.type
    elif column.type.startswith("{"):
        constraints["enum"] = [each.replace("_", " ") for each in column.type[1:-1].split("|")]
    elif column.type != "text":
        described["format"] = column.type
    return {**described, **({"constraints": constraints} if constraints else {})}
