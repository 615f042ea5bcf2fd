"""Snapshots for events: the whole public truth about an organisation or a service.

A snapshot has no version; whoever publishes it adds one. The fields are those of
`contracts/events/directory.*.changed.v1.json`. Of a confidential place stands only what `confidential_locations` says.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC
from types import MappingProxyType

from directory_service.listings.domain.attributes import FLAGS
from directory_service.listings.domain.confidential_locations import reduced_address
from directory_service.listings.domain.phones import first_phone
from directory_service.listings.domain.records import District, Location, Organization, Service
from directory_service.organizations.domain.standing import told_status
from setu.opening_hours import Opening


def organization_snapshot(
    organization: Organization, districts: Mapping[int, District] = MappingProxyType({})
) -> dict[str, object]:
    """Data of `directory.organization.changed.v1`, but for `version` and `deleted`. `districts`: as below."""
    return {
        "organization_id": str(organization.id),
        "name": organization.name,
        "kind": organization.kind,
        "district": organization.district,
        "district_names": _names_of((organization.district,), districts),
        "status": told_status(organization.status),
        "standing": organization.status,
        "phone": first_phone(organization),
    }


def service_snapshot(
    service: Service,
    organization: Organization,
    places: list[Location],
    districts: Mapping[int, District] = MappingProxyType({}),
) -> dict[str, object]:
    """Data of `directory.service.changed.v1`, but for `version` and `deleted`. `districts`: known ones, by LGD code.

    The service of an organisation that is not active is not active either, whatever its own status says.
    """
    available = service.status == "active" and organization.status == "active"
    return {
        "service_id": str(service.id),
        "organization_id": str(service.organization_id),
        "status": "active" if available else "inactive",
        "accepting": service.accepting or None,
        "name": service.name,
        "names": dict(service.names),
        "needs": list(service.needs),
        "districts": list(service.districts),
        "district_names": _names_of(service.districts, districts),
        "genders": list(service.genders),
        **{flag.field: getattr(service, flag.field) for flag in FLAGS},
        "admits_children_up_to": service.admits_children_up_to,
        "minimum_age": service.minimum_age,
        "maximum_age": service.maximum_age,
        "languages": list(service.languages),
        "schedules": [_opening(opening) for opening in service.schedules],
        "cost": service.cost or None,
        "places_available": service.places_available,
        "places_as_of": service.places_as_of.astimezone(UTC).isoformat() if service.places_as_of else None,
        "phone": first_phone(service) or first_phone(organization),
        **_where(places),
        "assured_date": service.assured_date.isoformat() if service.assured_date else None,
        "sample": service.sample,
    }


def _names_of(codes: Iterable[int], districts: Mapping[int, District]) -> dict[str, dict[str, str]]:
    known = {code: districts[code] for code in codes if code in districts}
    return {str(code): {"en": district.name, **district.names} for code, district in known.items()}


def _opening(opening: Opening) -> dict[str, object]:
    days = {"valid_from": opening.valid_from, "valid_to": opening.valid_to}
    return {
        "rrule": opening.rrule,
        "opens_at": opening.opens_at,
        "closes_at": opening.closes_at,
        **{name: day.isoformat() for name, day in days.items() if day},
        **({"description": opening.description} if opening.description else {}),
    }


def _where(places: list[Location]) -> dict[str, object]:
    """The first place that may be shown; if there is none, the area of the first and nothing else."""
    if not places:
        return {"confidential": False, "area": "", "address": None, "landmark": None}
    confidential = any(place.confidential for place in places)
    open_places = [place for place in places if not place.confidential]
    if not open_places:
        return reduced_address(places)
    place = open_places[0]
    parts = (place.address_1, place.address_2, place.city, place.postal_code)
    address = ", ".join(part for part in parts if part) or None
    return {"confidential": confidential, "area": place.known_area, "address": address, "landmark": place.landmark}
