"""Mapping of a plain table: how the columns of a directory that is one table read, and each line as rows of HSDS 3.

A mapping names the key column, which column is which field, and what the codes of a column mean:

    source = "state-list"                       # label of the directory, the same for every edition
    key = "Reg No"                              # identifies the service from edition to edition
    [organization]                              # HSDS field = column
    key = "NGO"                                 # optional; without it the name
    name = "NGO"
    [service]
    name = "Centre"
    phone = "Mobile"                            # becomes a phone; likewise languages, weekdays, opens_at, closes_at
    status = { value = "active" }               # the same for every line
    [location]
    name = "Centre"
    [address]
    address_1 = "Address"
    city = "Town"
    region = "District"                         # district and state by name find the LGD code
    state_province = "State"
    postal_code = "PIN"
    country = { value = "IN" }
    [[terms]]
    column = "Type"
    separator = ";"                             # optional: the column holds several codes
    taxonomy = "harm-reduction-in/needs"
    codes = { "IRCA" = "DETOX", "ODIC" = "DIC" }   # a code that is not here is a bad value
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from directory_service.importing.domain.older import BadValue
from directory_service.listings.domain import values
from directory_service.listings.domain.hsds.ids import nested_id
from directory_service.listings.domain.hsds.tables import tables
from directory_service.listings.domain.hsds.taxonomies import (
    ATTRIBUTES_TAXONOMY,
    NEEDS_TAXONOMY,
    terms,
)

Row = dict[str, Any]
Rows = Iterator[tuple[str, Row]]
PARTS = ("organization", "service", "location", "address")
_MORE = {
    "service": frozenset({"phone", "languages", "weekdays", "opens_at", "closes_at", "schedule_note"}),
    "organization": frozenset({"key", "phone"}),
}


class BadMapping(ValueError):
    """The mapping file cannot be used; the message says what is wrong."""


@dataclass(frozen=True)
class Terms:
    """The codes of one column as terms of a taxonomy."""

    column: str
    taxonomy: str
    codes: Mapping[str, str]
    separator: str | None = None


@dataclass(frozen=True)
class TableMapping:
    """How a plain table reads."""

    key: str
    source: str
    fields: Mapping[str, Mapping[str, Any]]
    terms: tuple[Terms, ...] = ()
    columns: frozenset[str] = field(default_factory=frozenset)


def mapping_from(data: Mapping[str, Any]) -> TableMapping:
    """From the file's content; raises BadMapping."""
    unknown = set(data) - {"source", "key", "terms", *PARTS}
    if unknown:
        raise BadMapping(f"{', '.join(sorted(unknown))}: unknown; there are key, source, terms, {', '.join(PARTS)}")
    if not isinstance(data.get("key"), str):
        raise BadMapping("key: names the column that identifies a line")
    parts = {part: dict(data.get(part, {})) for part in PARTS}
    for part, columns in parts.items():
        known = {column.name for column in tables()[part].columns} | _MORE.get(part, frozenset())
        if wrong := sorted(set(columns) - known):
            raise BadMapping(f"{part}: {', '.join(wrong)} is not a field of it")
    for part in ("organization", "service"):
        if "name" not in parts[part]:
            raise BadMapping(f"{part}.name: is needed")
    said = tuple(_terms(each) for each in data.get("terms", []))
    used = {each for part in parts.values() for each in part.values() if isinstance(each, str)}
    needed = frozenset(used | {data["key"]} | {each.column for each in said})
    return TableMapping(data["key"], str(data.get("source", "")), parts, said, needed)


def _terms(data: Mapping[str, Any]) -> Terms:
    try:
        return Terms(data["column"], data["taxonomy"], dict(data["codes"]), data.get("separator"))
    except (KeyError, TypeError, ValueError):
        raise BadMapping("terms: each needs column, taxonomy and codes") from None


def rows_of(mapping: TableMapping, line: Mapping[str, str], find: Callable[[str, str], int]) -> Rows:
    """The rows that a line makes, the service's own last. Raises BadValue."""
    key = _filled(line, mapping.key)
    if not key:
        raise BadValue(f"{mapping.key}: is empty, and identifies the line")
    organization = _fields(mapping, "organization", line)
    owner = organization.pop("key", None) or organization.get("name")
    if not owner:
        raise BadValue("organization.name: is empty")
    number = organization.pop("phone", None)
    organization.setdefault("description", organization.get("name", ""))
    yield "organization", {**organization, "id": owner}
    if number:
        yield "phone", {"id": f"{owner}/phone", "organization_id": owner, "number": number, "type": "voice"}
    service = _fields(mapping, "service", line)
    parts = list(_parts(service, key))
    yield from _place(mapping, line, key, owner, find)
    yield from _statements(mapping, line, key)
    yield "service", {"status": "active", **service, "id": key, "organization_id": owner}
    yield from parts


def _place(
    mapping: TableMapping, line: Mapping[str, str], key: str, owner: str, find: Callable[[str, str], int]
) -> Rows:
    location, address = (_fields(mapping, part, line) for part in ("location", "address"))
    if not location and not address:
        return
    for name in ("latitude", "longitude"):
        if name in location:
            location[name] = location[name].replace(",", ".")
    yield "location", {"location_type": "physical", **location, "id": key, "organization_id": owner}
    yield "service_at_location", {"id": key, "service_id": key, "location_id": key}
    if {"address_1", "city", "postal_code"} <= set(address):
        usual = {"address_type": "physical", "state_province": "", "country": "IN"}
        yield "address", {**usual, **address, "id": key, "location_id": key}
    district = find(address.get("state_province", ""), address.get("region", ""))
    if district:
        area = {"id": f"{key}/district", "service_id": key, "extent_type": "text"}
        yield "service_area", {**area, "extent": f"LGD district {district}", "name": address["region"]}


def _parts(service: Row, key: str) -> Rows:
    """Takes out of the service's fields what is an object of its own in HSDS."""
    if number := service.pop("phone", None):
        yield "phone", {"id": f"{key}/phone", "service_id": key, "number": number, "type": "voice"}
    for language in values.listed(service.pop("languages", "")):
        code = language if language.islower() and len(language) in {2, 3} else None
        named = {"code": code} if code else {"name": language}
        yield "language", {"id": f"{key}/language/{language}", "service_id": key, **named}
    days, note = service.pop("weekdays", None), service.pop("schedule_note", None)
    times: dict[str, str] = {name: service.pop(name) for name in ("opens_at", "closes_at") if name in service}
    if days or note:
        yield "schedule", {"id": f"{key}/schedule", "service_id": key, **_rule(days, note), **_times(times)}


def _rule(days: str | None, note: str | None) -> Row:
    found = values.weekdays_of(days) if days else None
    if days and found is None:
        raise BadValue(f"service.weekdays: {days!r} names no days of the week")
    rule: Row = {"freq": "WEEKLY", "byday": ",".join(found)} if found else {}
    return rule | ({"description": note} if note else {})


def _times(times: Mapping[str, str]) -> Row:
    read = {name: values.time_of(text) for name, text in times.items()}
    for name, found in read.items():
        if found is None:
            raise BadValue(f"service.{name}: {times[name]!r} is not a time of day")
    return dict(read)


def _statements(mapping: TableMapping, line: Mapping[str, str], key: str) -> Rows:
    for said in mapping.terms:
        text = _filled(line, said.column)
        codes = text.split(said.separator) if said.separator and text else [text]
        for given in (code.strip() for code in codes if code.strip()):
            if given not in said.codes:
                raise BadValue(f"{said.column}: {given!r} is not in the mapping's codes")
            yield from _statement(said.taxonomy, said.codes[given], key)


def _statement(taxonomy: str, code: str, key: str) -> Rows:
    known = {str(term["code"]): str(term["id"]) for term in terms() if term["taxonomy"] == taxonomy}
    ours = taxonomy in {NEEDS_TAXONOMY, ATTRIBUTES_TAXONOMY}
    name, _, value = code.partition("=")
    if ours and name not in known:
        raise BadValue(f"{code}: is not a code of {taxonomy}")
    term = known[name] if ours else nested_id("taxonomy", taxonomy, code)
    if not ours:
        yield "taxonomy_term", {"id": term, "code": code, "name": code, "description": code, "taxonomy": taxonomy}
    link = {"id": f"{key}/{taxonomy}/{code}", "link_id": key, "link_entity": "service", "taxonomy_term_id": term}
    yield "attribute", link | ({"value": value or "true"} if taxonomy == ATTRIBUTES_TAXONOMY else {})


def _fields(mapping: TableMapping, part: str, line: Mapping[str, str]) -> Row:
    found = {name: _value(line, column) for name, column in mapping.fields[part].items()}
    return {name: text for name, text in found.items() if text}


def _value(line: Mapping[str, str], column: Any) -> str:
    return str(column.get("value", "")) if isinstance(column, Mapping) else _filled(line, str(column))


def _filled(line: Mapping[str, str], column: str) -> str:
    return (line.get(column) or "").strip()
