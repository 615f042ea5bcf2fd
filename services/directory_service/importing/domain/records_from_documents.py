"""Converter of anybody's HSDS documents to our records' JSON: what no field holds is kept word for word.

The ways back are `hsds.organizations`, `hsds.locations` and `hsds.services`. Facts that HSDS leaves unsaid are not
invented: hours without a zone abroad stay as they are, and a service is "free" only where somebody says so.
"""

from collections.abc import Callable, Mapping
from typing import Any

from directory_service.listings.domain.fields import LOCATION_FIELDS, ORGANIZATION_FIELDS
from directory_service.listings.domain.hsds.edited_lists import address_fields, main_address
from directory_service.listings.domain.hsds.ids import nested_id
from directory_service.listings.domain.hsds.service_from_document import (
    said_at_places,
    same_fields,
    service_from,
)
from directory_service.listings.domain.hsds.taxonomies import ATTRIBUTES_TAXONOMY
from directory_service.listings.domain.older_words import is_free
from directory_service.listings.domain.records import UNKNOWN_AREA
from directory_service.listings.domain.text_kinds import PHONE

Json = dict[str, Any]
#: (state, district) by name → LGD code, 0 where it is not known.
FindDistrict = Callable[[str, str], int]
HERE = frozenset({"", "IN", "IND", "INDIA"})
_AREA = LOCATION_FIELDS.limits["area"]
_SAME = same_fields(ORGANIZATION_FIELDS, "organization")
_ADDRESS = frozenset(
    {"id", "location_id", "address_1", "address_2", "city", "region", "state_province", "postal_code"}
    | {"country", "address_type"}
)


def organization_record(document: Mapping[str, Any], district: int) -> Json:
    """An organisation's record; `district` is an LGD code, 0 where it is not known."""
    record: Json = {name: document[name] for name in _SAME if name in document}
    record |= {"kind": "provider", "status": "active", "district": district}
    kept = {name: value for name, value in document.items() if name not in {*_SAME, "locations", "services"}}
    numbers = [each["number"] for each in document.get("phones", []) if PHONE.takes(each["number"])]
    if numbers:
        record["phone"] = numbers[0]
    if _is_plain_phone(document, record["id"], "organization_id"):
        kept.pop("phones")
    foreign = []
    for attribute in kept.pop("attributes", []):
        term, value = attribute.get("taxonomy_term", {}), attribute.get("value")
        if term.get("taxonomy") != ATTRIBUTES_TAXONOMY:
            foreign.append(attribute)
        elif term.get("code") == "translated_name":
            record.setdefault("names", {})[attribute.get("label")] = value
        elif term.get("code") == "sample":
            record["sample"] = value == "true"
    return _with(record, kept | ({"attributes": foreign} if foreign else {}))


def place_record(document: Mapping[str, Any], owner: str, find: FindDistrict) -> Json:
    """A place's record. An address that a record can hold exactly becomes fields; any other stays an address."""
    record: Json = {"id": document["id"], "organization_id": owner}
    if _is_confidential(document):
        return record | {
            "confidential": True,
            "district": 0,
            "area": str(document.get("description") or UNKNOWN_AREA)[:_AREA],
        }
    addresses = document.get("addresses", []) or [document[name] for name in ("address_in_part",) if name in document]
    address = main_address(addresses)
    district = find(str(address.get("state_province", "")), str(address.get("region") or address.get("city", "")))
    record["district"] = district
    record |= {name: document[name] for name in ("name", "transportation") if name in document}
    kept = {
        name: value
        for name, value in document.items()
        if name not in {"id", "organization_id", "name", "transportation", "latitude", "longitude", "address_in_part"}
    }
    record |= address_fields(address)
    for name in filter(document.__contains__, ("latitude", "longitude")):
        (record if LOCATION_FIELDS[name].kind.takes(document[name]) else kept)[name] = document[name]
    if len(addresses) == 1 and _is_ours(document["id"], address, district):
        kept.pop("addresses")
    if kept.get("location_type") == "physical":
        kept.pop("location_type")
    record["area"] = str(address.get("city") or document.get("name") or document.get("description") or UNKNOWN_AREA)[
        :_AREA
    ]
    return _with(record, kept)


def service_record(document: Mapping[str, Any], owner: str, *, here: bool) -> Json:
    """A service's record. `here`: hours without a zone are India's."""
    record = {**service_from(document), "organization_id": owner}
    kept = dict(record.pop("hsds", {}))
    if not here and document.get("schedules"):
        kept["schedules"] = document["schedules"]
        record.pop("schedules", None)
    if "cost" not in record and is_free(str(document.get("fees_description") or document.get("fees") or "")):
        record["cost"] = "free"
    if document.get("metadata"):
        kept["metadata"] = document["metadata"]
    if said := said_at_places(record["id"], document.get("service_at_locations", [])):
        kept["service_at_locations"] = said
    return _with(record, kept)


def is_abroad(locations: list[Json]) -> bool:
    """Whether every address of these places is in another country."""
    countries = {
        str(address.get("country", "")).upper() for place in locations for address in place.get("addresses", [])
    }
    return bool(countries) and not countries & HERE


def _is_confidential(document: Mapping[str, Any]) -> bool:
    terms = (each.get("taxonomy_term", {}) for each in document.get("attributes", []))
    return any(
        (term.get("taxonomy"), term.get("code")) == (ATTRIBUTES_TAXONOMY, "location_confidential") for term in terms
    )


def _is_plain_phone(document: Mapping[str, Any], owner: str, column: str) -> bool:
    """Whether the phones say no more than the one that a record makes."""
    phones = document.get("phones", [])
    if len(phones) != 1 or not PHONE.takes(phones[0].get("number")):
        return False
    usual = {"id": nested_id(owner, "phone"), "number": phones[0].get("number"), "type": "voice"}
    said = {name: value for name, value in phones[0].items() if name != column}
    return said == usual


def _is_ours(place: str, address: Mapping[str, Any], district: int) -> bool:
    """Whether a record's fields make this very address again."""
    return (
        set(address) <= _ADDRESS
        and district != 0
        and address.get("id") == nested_id(place, "address")
        and address.get("country") == "IN"
        and address.get("address_type") == "physical"
        and {"address_1", "city", "postal_code"} <= set(address_fields(address))
    )


def _with(record: Json, kept: Mapping[str, Any]) -> Json:
    return {**record, **({"hsds": dict(kept)} if kept else {})}
