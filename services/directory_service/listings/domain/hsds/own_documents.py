"""Places and providers as their own provider reads and writes them: HSDS, and what HSDS has no field for.

A place has four members more: `area` (the part of town, public also of a confidential place), `district` (LGD code),
`landmark` and `confidential`; its own provider sees the exact address of a confidential one. What is read here comes
out again the same. Not a check: call `objects.faults` before, and the table of fields on the result.
"""

from collections.abc import Mapping
from typing import Any

from directory_service.listings.domain.fields import ORGANIZATION_FIELDS
from directory_service.listings.domain.hsds.attributes import organization_attributes
from directory_service.listings.domain.hsds.ids import nested_id, without_gaps
from directory_service.listings.domain.hsds.organizations import organization_embedded
from directory_service.listings.domain.hsds.service_from_document import same_fields
from directory_service.listings.domain.hsds.taxonomies import ATTRIBUTES_TAXONOMY
from directory_service.listings.domain.pin_codes import as_pin_code
from directory_service.listings.domain.records import District, Location, Organization
from directory_service.listings.domain.text_kinds import PHONE

Json = dict[str, Any]
#: Members of a place that HSDS does not know.
OF_PLACES = ("area", "district", "landmark", "confidential")
_SAME_OF_PLACES = ("id", "organization_id", "name", "transportation", "latitude", "longitude", *OF_PLACES)
_OF_ADDRESS = ("address_1", "address_2", "city", "postal_code")
_SAME = same_fields(ORGANIZATION_FIELDS, "organization")


def own_location(place: Location, district: District | None) -> Json:
    """The place with everything that its provider said of it, confidential or not."""
    address = {name: value for name in _OF_ADDRESS if (value := getattr(place, name))}
    usual = {**_usual_address(str(place.id), district), **address}
    return without_gaps(
        {
            "id": str(place.id),
            "organization_id": str(place.organization_id),
            "location_type": "physical",
            **{name: getattr(place, name) for name in _SAME_OF_PLACES[2:]},
            **({"addresses": [usual]} if address else {}),
            **place.hsds,
        }
    )


def plain_address(document: Mapping[str, Any], district: District | None) -> Json | None:
    """The address of a place where a record holds all that it says: one in India, in this district, with usual words.

    What is left out of it is what is usual; street, town and PIN code may be missing.
    """
    addresses = document.get("addresses")
    if not isinstance(addresses, list) or len(addresses) != 1 or not isinstance(addresses[0], dict):
        return None
    usual = _usual_address(str(document.get("id")), district)
    said = {name: value for name, value in addresses[0].items() if name not in _OF_ADDRESS}
    return dict(addresses[0]) if all(usual.get(name) == value for name, value in said.items()) else None


def _usual_address(place: str, district: District | None) -> Json:
    return {
        "id": nested_id(place, "address"),
        "location_id": place,
        **({"region": district.name} if district else {}),
        "state_province": district.state if district else "",
        "country": "IN",
        "address_type": "physical",
    }


def location_from(document: Mapping[str, Any], district: District | None) -> Json:
    """The record's JSON. An address that is no plain one stays as it is, and is searched by what a record has of it."""
    kept = {name: value for name, value in document.items() if name not in {*_SAME_OF_PLACES, "location_type"}}
    plain = plain_address(document, district)
    if plain is not None:
        kept.pop("addresses")
    address = plain or next(iter(document.get("addresses", [])), {})
    record: Json = {name: document[name] for name in _SAME_OF_PLACES if name in document}
    record |= {name: address[name] for name in _OF_ADDRESS if address.get(name)}
    if code := as_pin_code(str(record.get("postal_code", ""))):
        record["postal_code"] = code
    elif plain is None:
        record.pop("postal_code", None)
    if document.get("location_type", "physical") != "physical":
        kept["location_type"] = document["location_type"]
    record.setdefault("area", record.get("city"))
    return without_gaps({**record, **({"hsds": kept} if kept else {})})


def own_organization(organization: Organization) -> Json:
    """The provider with everything that it says of itself, without its places and services."""
    foreign = organization.hsds.get("attributes", [])
    usual = {"id": nested_id(organization.id, "phone"), "number": organization.phone, "type": "voice"}
    return {
        **({"phones": [usual]} if organization.phone else {}),
        **organization_embedded(organization),
        "attributes": [*organization_attributes(organization), *(foreign if isinstance(foreign, list) else [])],
    }


def organization_from(document: Mapping[str, Any]) -> Json:
    """The record's JSON, without kind, standing and district, which no document says."""
    record: Json = {name: document[name] for name in _SAME if name in document}
    left = {*_SAME, "locations", "services", "attributes"}
    kept = {name: value for name, value in document.items() if name not in left}
    phones = document.get("phones", [])
    if numbers := [each["number"] for each in phones if PHONE.takes(each.get("number"))]:
        record["phone"] = numbers[0]
    if len(phones) == 1 and numbers and _is_usual(phones[0], str(document["id"])):
        kept.pop("phones")
    foreign = []
    for attribute in document.get("attributes", []):
        term = attribute.get("taxonomy_term", {})
        if term.get("taxonomy") != ATTRIBUTES_TAXONOMY:
            foreign.append(attribute)
        elif term.get("code") == "translated_name":
            record.setdefault("names", {})[attribute.get("label")] = attribute.get("value")
    kept |= {"attributes": foreign} if foreign else {}
    return {**record, **({"hsds": kept} if kept else {})}


def _is_usual(phone: Mapping[str, Any], organization: str) -> bool:
    said = {name: value for name, value in phone.items() if name not in {"organization_id", "number"}}
    return said == {"id": nested_id(organization, "phone"), "type": "voice"}
