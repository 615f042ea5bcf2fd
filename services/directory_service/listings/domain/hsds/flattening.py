"""HSDS documents as rows of the tables of a datapackage: the way back of `importing.nesting`.

An object that stands below several parents (one phone of a service and of a contact) becomes one row that refers to
all of them. Times lose their offset, which stands in `timezone`, since the tables' time has none. References that lead
nowhere are left out, as a table may not have them.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from functools import cache
from typing import Any

from directory_service.listings.domain.hsds.datapackage import tables
from directory_service.listings.domain.hsds.moments import is_time
from directory_service.listings.domain.hsds.objects import fields_of

Json = dict[str, Any]
#: (resource, id) → row
Rows = dict[tuple[str, str], Json]
_SINGLE = {"program": "program_id", "unit": "unit_id", "taxonomy_term": "taxonomy_term_id"}
#: Texts that a table requires and a document may leave empty; the name, or a dash, stands for them.
_STANDS_FOR = {
    **dict.fromkeys(("organization", "program", "taxonomy"), ("description",)),
    "metadata": ("previous_value", "replacement_value"),
}


def flatten(kind: str, document: Mapping[str, Any], rows: Rows, parents: Mapping[str, str] | None = None) -> None:
    """Add the rows of a document to `rows`; `parents` are the references that its own row gets."""
    key = str(document["id"])
    row = rows.setdefault((kind, key), {})
    row |= {name: value for name, value in _scalars(kind, document) if name not in row or kind in _BIG}
    row |= {name: value for name, value in (parents or {}).items() if name in _columns(kind)}
    for name, inner in document.items():
        field = fields_of(kind).get(name)
        if field is None or field.type[0] not in "[<":
            continue
        child = field.type[1:-1]
        if field.type.startswith("<"):
            _single(kind, row, child, inner, rows)
        else:
            for item in inner:
                flatten(child, item, rows, _references(kind, key, child))


#: What a later, fuller document says more about: rows of these are brought up to date.
_BIG = frozenset({"organization", "service", "location"})


def _single(kind: str, row: Json, child: str, inner: Mapping[str, Any], rows: Rows) -> None:
    column = _SINGLE.get(child, f"{child}_id")
    if column in _columns(kind):
        row[column] = str(inner["id"])
    owner = {name: row[name] for name in ("organization_id",) if child == "program" and name in row}
    flatten(child, inner, rows, owner)


def _references(kind: str, key: str, child: str) -> dict[str, str]:
    if child == "attribute":
        return {"link_id": key, "link_entity": kind}
    if child == "metadata":
        return {"resource_id": key, "resource_type": kind}
    return {f"{kind}_id": key}


@cache
def _columns(kind: str) -> frozenset[str]:
    return frozenset(column.name for column in tables()[kind].columns)


def _scalars(kind: str, document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for column in tables()[kind].columns:
        value = document.get(column.name)
        if value is None or isinstance(value, list | dict):
            continue
        if column.type == "time":
            value = _time(str(value))
        elif column.type in {"date", "datetime"} and not _reads(column.type, str(value)):
            continue
        if value is not None:
            yield column.name, value


def _time(text: str) -> str | None:
    """HH:MM:SS, whatever offset came with it."""
    if not is_time(text):
        return None
    hour, minute, *seconds = text.partition("Z")[0].partition("+")[0].partition("-")[0].split(":")
    return ":".join((hour.replace("24", "00"), minute, *(seconds or ["00"])))


def _reads(kind: str, text: str) -> bool:
    try:
        (date if kind == "date" else datetime).fromisoformat(text)
    except ValueError:
        return False
    return True


def completed(rows: Rows, known: Mapping[str, AbstractSet[str]]) -> Iterator[tuple[str, Json]]:
    """Rows that a table may have, in the order of the tables: with what it requires, and no reference into nothing.

    `known` are ids of resources that stand elsewhere in the package (terms, taxonomies).
    """
    lost: set[tuple[str, str]] = set()
    for kind, table in tables().items():
        for (name, key), row in rows.items():
            if name != kind:
                continue
            for column in table.columns:
                target = column.target
                if target and column.name in row and not _target_exists(target, str(row[column.name]), rows, known):
                    row.pop(column.name)
            for empty in (name for name in _STANDS_FOR.get(kind, ()) if not row.get(name)):
                row[empty] = row.get("name", "–")  # a dash that begins no formula
            if all(row.get(column.name) not in {None, ""} for column in table.columns if column.required):
                continue
            lost.add((kind, key))
    for (kind, key), row in rows.items():
        if (kind, key) not in lost and not _hangs_on(kind, row, lost):
            yield kind, row


def _target_exists(target: str, key: str, rows: Rows, known: Mapping[str, AbstractSet[str]]) -> bool:
    return (target, key) in rows or key in known.get(target, ())


def _hangs_on(kind: str, row: Json, lost: set[tuple[str, str]]) -> bool:
    return any(
        column.target and (column.target, str(row.get(column.name))) in lost for column in tables()[kind].columns
    )
