"""An HSDS `service` document as our record: the way back of `services.service_whole`.

What a record has a field for goes there; what it has none for (contacts, funding, a second phone, a yearly schedule …)
is kept word for word under `hsds`, so that nothing is lost and the document comes out again the same. Not a check: call
`objects.faults` before, and `read_service` on the result.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from directory_service.listings.domain.attributes import FLAGS
from directory_service.listings.domain.fields import MOST_RULES, SERVICE_FIELDS
from directory_service.listings.domain.hsds.hours_from_schedules import rule_of
from directory_service.listings.domain.hsds.ids import nested_id
from directory_service.listings.domain.hsds.objects import fields_of
from directory_service.listings.domain.hsds.taxonomies import (
    ATTRIBUTES_TAXONOMY,
    NEEDS_TAXONOMY,
    terms_by_id,
)
from directory_service.listings.domain.record_table import RecordTable
from directory_service.listings.domain.text_kinds import PHONE

Json = dict[str, Any]


def same_fields(table: RecordTable[Any], kind: str) -> tuple[str, ...]:
    """One-to-one fields that a record has under the name that the standard's object type has."""
    known = fields_of(kind)
    named = (each.name for each in table.fields if each.name in known)
    return tuple(name for name in named if not known[name].type.startswith("["))


SAME = same_fields(SERVICE_FIELDS, "service")
#: Fields that are computed, or read below; every other one is kept as it is.
_READ = frozenset(
    {
        *SAME,
        *("organization", "organization_id", "last_modified", "attributes", "service_at_locations", "metadata"),
        *("phones", "schedules", "languages", "service_areas", "cost_options", "capacities"),
    }
)
_LONGEST_NUMBER = 9  # digits
_FLAGS = {flag.code: flag.field for flag in FLAGS}
_VALUES = {"accepting": "accepting", "cost": "cost"}
_LISTS = {"serves_gender": "genders"}
_TRANSLATED = {"translated_name": "names", "translated_description": "descriptions"}


def service_from(document: Mapping[str, Any]) -> Json:
    """The record's JSON; `organization_id` is missing where the document names no organisation."""
    kept = {key: value for key, value in document.items() if key not in _READ}
    record: Json = {key: document[key] for key in SAME if key in document}
    ours, foreign = _by_vocabulary(document.get("attributes", []))
    record |= _owner(document) | _stated(ours) | _places(document)
    if foreign:
        kept["attributes"] = foreign
    for read in (_phones, _schedules, _languages, _areas, _costs, _capacities):
        known, rest = read(document, record)
        record |= known
        kept |= rest
    return {**record, **({"hsds": kept} if kept else {})}


def said_at_places(service: str, rows: Iterable[Mapping[str, Any]]) -> list[Json]:
    """What a service says about itself at single places: rows that say more than that it is given there."""
    return [said for row in rows if (said := _said_at(service, row))]


def _said_at(service: str, row: Mapping[str, Any]) -> Json | None:
    said = {name: value for name, value in row.items() if name not in {"service_id", "location", "service"}}
    place = row.get("location_id") or row.get("location", {}).get("id")
    usual = {"id": nested_id(service, "service_at_location", place), "location_id": place}
    return None if said | {"location_id": place} == usual or not place else {**said, "location_id": place}


def _owner(document: Mapping[str, Any]) -> Json:
    owner = document.get("organization_id") or document.get("organization", {}).get("id")
    return {"organization_id": owner} if owner else {}


def _by_vocabulary(attributes: Iterable[Json]) -> tuple[list[Json], list[Json]]:
    """The statements of our profile, and those of other vocabularies, which are kept.

    Of ours the id of the term is enough, which is the same in every directory.
    """
    ours: list[Json] = []
    foreign: list[Json] = []
    for given in attributes:
        attribute = given if "taxonomy_term" in given else {**given, **_term_by_id(given.get("taxonomy_term_id"))}
        vocabulary = attribute.get("taxonomy_term", {}).get("taxonomy")
        (ours if vocabulary in {NEEDS_TAXONOMY, ATTRIBUTES_TAXONOMY} else foreign).append(attribute)
    return ours, foreign


def _term_by_id(term_id: object) -> Json:
    return {"taxonomy_term": term} if (term := terms_by_id().get(str(term_id))) else {}


def _stated(attributes: Iterable[Mapping[str, Any]]) -> Json:
    record: Json = {"needs": [], "genders": [], "districts": [], "names": {}, "descriptions": {}}
    for attribute in attributes:
        term = attribute.get("taxonomy_term", {})
        code, value = term.get("code"), attribute.get("value")
        if term.get("taxonomy") == NEEDS_TAXONOMY:
            record["needs"].append(code)
        else:
            _state(record, str(code), value, attribute.get("label"))
    return {key: value for key, value in record.items() if value not in ([], {})}


def _state(record: Json, code: str, value: Any, label: Any) -> None:
    if code in _FLAGS or code == "sample":
        record[_FLAGS.get(code, code)] = value == "true"
    elif code in _VALUES:
        record[_VALUES[code]] = value
    elif code in _LISTS:
        record[_LISTS[code]].append(value)
    elif code in _TRANSLATED:
        record[_TRANSLATED[code]][label] = value
    elif code == "admits_children_up_to" and _is_number(value):
        record[code] = int(value)
    elif code == "serves_district" and _is_number(value):
        record["districts"].append(int(value))


def _is_number(value: Any) -> bool:
    """Python refuses to read a number of thousands of digits, by an error of its own."""
    return str(value).isdecimal() and len(str(value)) <= _LONGEST_NUMBER


def _places(document: Mapping[str, Any]) -> Json:
    rows = document.get("service_at_locations", [])
    found = [row.get("location_id") or row.get("location", {}).get("id") for row in rows]
    ids = list(dict.fromkeys(each for each in found if each))
    return {"places": ids} if ids else {}


def _phones(document: Mapping[str, Any], _: Json) -> tuple[Json, Json]:
    phones = document.get("phones", [])
    if not phones:
        return {}, {}
    number = phones[0].get("number", "")
    known = {"phone": number} if PHONE.takes(number) else {}
    usual = {"id": nested_id(document["id"], "phone"), "number": number, "type": "voice"}
    said = {name: inner for name, inner in phones[0].items() if name != "service_id"}
    return known, {} if known and len(phones) == 1 and said == usual else {"phones": phones}


def _schedules(document: Mapping[str, Any], _: Json) -> tuple[Json, Json]:
    schedules = document.get("schedules", [])
    found = [rule_of(schedule) for schedule in schedules]
    openings = [rule for rule, _ in found if rule]
    if all(exact for _, exact in found):
        return ({"schedules": openings}, {}) if openings else ({}, {})
    return {"schedules": openings[:MOST_RULES]}, {"schedules": schedules}


def _languages(document: Mapping[str, Any], _: Json) -> tuple[Json, Json]:
    languages = document.get("languages", [])
    known = list(dict.fromkeys(code for language in languages if (code := language.get("code"))))
    if not languages:
        return {}, {}
    plain = all(set(language) <= {"id", "code", "name", "service_id"} for language in languages)
    if plain and len(known) == len(languages):
        return {"languages": known}, {}
    return {"languages": known}, {"languages": languages}


def _areas(document: Mapping[str, Any], record: Json) -> tuple[Json, Json]:
    areas = document.get("service_areas", [])
    districts = [re.fullmatch(r"LGD district (\d+)", str(area.get("extent", ""))) for area in areas]
    if all(districts):
        named = [int(found[1]) for found in districts if found]
        return ({"districts": list(dict.fromkeys([*record.get("districts", []), *named]))} if named else {}), {}
    return {}, {"service_areas": areas}


def _costs(document: Mapping[str, Any], record: Json) -> tuple[Json, Json]:
    """What is said of the amounts: all of them nothing is free, one of them something is a charge, none is not said."""
    costs = document.get("cost_options", [])
    amounts = [cost.get("amount") for cost in costs]
    said = "charged" if any(amounts) else "free" if amounts and None not in amounts else ""
    known = {"cost": said} if said and "cost" not in record else {}
    usual = {"id": nested_id(document["id"], "cost"), "option": "Free of charge", "currency": "INR", "amount": 0}
    if len(costs) == 1 and {name: value for name, value in costs[0].items() if name != "service_id"} == usual:
        return known, {}
    return known, ({"cost_options": costs} if costs else {})


def _capacities(document: Mapping[str, Any], _: Json) -> tuple[Json, Json]:
    capacities = document.get("capacities", [])
    if len(capacities) == 1:
        capacity = capacities[0]
        plain = set(capacity) <= {"id", "unit", "unit_id", "service_id", "available", "updated"}
        if plain and capacity["unit"]["name"] == "place" and float(capacity["available"]).is_integer():
            return {"places_available": int(capacity["available"]), "places_as_of": capacity["updated"]}, {}
    return {}, ({"capacities": capacities} if capacities else {})
