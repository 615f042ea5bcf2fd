"""Nested objects from rows of the HSDS tables: a row that refers to several parents stands below each of them.

Pure but for two questions that the caller answers: which rows refer to this one by this column, and which row has this
id. Services, places and organisations are not nested into one another here; see `use_cases.import_bundles`.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from directory_service.listings.domain.hsds.datapackage import tables
from directory_service.listings.domain.hsds.ids import nested_id
from directory_service.listings.domain.hsds.objects import fields_of
from directory_service.listings.domain.older_words import WEEK

Json = dict[str, Any]
#: (column, id) → the rows that refer to it, as (resource, row); (resource, id) → the row.
Below = Callable[[str], list[tuple[str, str, Json]]]
ById = Callable[[str, str], Json | None]

_APART = frozenset({"organization", "location", "service", "service_at_location"})
_LINKS = frozenset({"link_id", "resource_id"})
#: Columns of a weekday's row that are its own, or refer upwards.
_OF_A_DAY = frozenset({"id", "merge", "freq", "byday", "service_id", "location_id", "service_at_location_id"})
_TIMES = frozenset({"opens_at", "closes_at"})
#: An object inside another: the column that names it.
SINGLE = {"program": "program_id", "unit": "unit_id", "taxonomy_term": "taxonomy_term_id"}


def nested(kind: str, row: Json, below: Below, by_id: ById) -> Json:
    """The row with everything that belongs to it; columns that refer upwards are left out, as documents do."""
    document = {name: value for name, value in row.items() if name not in _upward(kind) and name != "merge"}
    for column, child_kind, child in below(row["id"]):
        if child_kind == "eligibility":
            _add_eligibility(document, child, below, by_id)
            continue
        field = _children(kind).get((column, child_kind))
        if field:
            document.setdefault(field, []).append(
                child if child.get("merge") else nested(child_kind, child, below, by_id)
            )
    for name in ("schedules",):
        if name in document:
            document[name] = list(merged(row["id"], document[name]))
    for field, column in SINGLE.items():
        if field in fields_of(kind) and column in row and (inner := by_id(field, row[column])):
            document[field] = nested(field, inner, below, by_id) if field != "taxonomy_term" else dict(inner)
            if field != "taxonomy_term":
                document.pop(column, None)
    return document


def _add_eligibility(service: Json, said: Json, below: Below, by_id: ById) -> None:
    """What older versions say in a table of its own; what the service says itself stands before it."""
    texts = [text for text in (service.get("eligibility_description"), said.get("eligibility_description")) if text]
    if texts:
        service["eligibility_description"] = "\n".join(dict.fromkeys(texts))
    for name in ("minimum_age", "maximum_age"):
        if name in said:
            service.setdefault(name, said[name])
    hanging = [child for column, kind, child in below(said["id"]) if (column, kind) == ("link_id", "attribute")]
    if hanging:
        service.setdefault("attributes", []).extend(nested("attribute", each, below, by_id) for each in hanging)


def merged(owner: str, schedules: list[Json]) -> Iterator[Json]:
    """Rows of one weekday that say the same as one weekly rule; other schedules as they are."""
    weekly: dict[tuple[Any, ...], list[str]] = {}
    for schedule in schedules:
        if schedule.get("merge"):
            more = sorted((name, said) for name, said in schedule.items() if name not in _OF_A_DAY | _TIMES)
            said = (schedule.get("opens_at"), schedule.get("closes_at"), *more)
            weekly.setdefault(said, []).extend(schedule["byday"].split(","))
        else:
            yield schedule
    for (opens, closes, *more), days in weekly.items():
        byday = ",".join(sorted(set(days), key=WEEK.index))
        rule = {"id": nested_id(owner, "weekly", opens, closes, *more), "freq": "WEEKLY", "byday": byday}
        yield rule | {name: at for name, at in (("opens_at", opens), ("closes_at", closes), *more) if at}


@cache
def _children(kind: str) -> dict[tuple[str, str], str]:
    """(column, resource of the child) → the list field of the parent."""
    found: dict[tuple[str, str], str] = {}
    for field in fields_of(kind).values():
        child = field.type[1:-1]
        if not field.type.startswith("[") or (child in _APART and child != "service_at_location"):
            continue
        for column in tables()[child].columns:
            if column.name == f"{kind}_id" or column.name in _LINKS:
                found[column.name, child] = field.name
    return found


@cache
def _upward(kind: str) -> frozenset[str]:
    if kind in {"service", "location"}:
        return frozenset()
    if kind == "service_at_location":
        return frozenset({"service_id"})
    columns = tables()[kind].columns
    singles = set(SINGLE.values())
    return frozenset(column.name for column in columns if column.target and column.name not in singles) | (
        _LINKS if kind == "metadata" else frozenset()
    )
