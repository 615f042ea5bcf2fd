"""Services as HSDS `service` objects: basic (one-to-one fields), whole, and the rows of service_at_location.

`last_modified` is put in by the caller, who alone knows whether anything changed.
"""

from datetime import UTC

from directory_service.listings.domain.hsds.attributes import service_attributes
from directory_service.listings.domain.hsds.edited_lists import published_phones
from directory_service.listings.domain.hsds.ids import (
    nested_id,
    without_gaps,
)
from directory_service.listings.domain.hsds.locations import (
    location,
    location_basic,
)
from directory_service.listings.domain.hsds.metadata import metadata
from directory_service.listings.domain.hsds.schedules import schedule
from directory_service.listings.domain.records import (
    Location,
    ProviderListing,
    Service,
)
from setu.languages import english_name


def service_basic(service: Service) -> dict[str, object]:
    """The one-to-one fields. `organization_id` stands for the organisation where it is not embedded."""
    extra = {key: value for key, value in service.hsds.items() if not isinstance(value, list | dict)}
    return without_gaps(
        {
            **extra,
            "id": str(service.id),
            "organization_id": str(service.organization_id),
            "name": service.name,
            "alternate_name": service.alternate_name,
            "description": service.description or None,
            "url": service.url,
            "email": service.email,
            "status": service.status,
            "application_process": service.application_process,
            "fees_description": service.fees_description,
            "eligibility_description": service.eligibility_description,
            "minimum_age": service.minimum_age,
            "maximum_age": service.maximum_age,
            "assured_date": service.assured_date.isoformat() if service.assured_date else None,
            "alert": service.alert,
        }
    )


def service_whole(
    service: Service, listing: ProviderListing, places: list[Location], organization: dict[str, object]
) -> dict[str, object]:
    """The nested document; `organization` is the basic document of the provider."""
    nested: dict[str, object] = {
        "phones": published_phones(service),
        "schedules": [schedule(service.id, at, opening) for at, opening in enumerate(service.schedules)],
        "service_areas": _areas(service, listing),
        "service_at_locations": [at_location(service, place, listing) for place in places],
        "languages": _languages(service),
        "organization": organization,
        "cost_options": _costs(service),
        "capacities": _capacities(service),
    }
    kept = {key: value for key, value in nested.items() if value}
    extra = {key: value for key, value in service.hsds.items() if key not in {"phones", "service_at_locations"}}
    known = {**kept, **extra, **service_basic(service), "attributes": _attributes(service, places)}
    return {**known, **_history(service, listing)}


def _history(service: Service, listing: ProviderListing) -> dict[str, object]:
    """What changed lately, then what came with the record."""
    foreign = service.hsds.get("metadata", [])
    own = [metadata(service.id, entry) for entry in listing.history.get(service.id, ())]
    whole = [*own, *(foreign if isinstance(foreign, list) else [])]
    return {"metadata": whole} if whole else {}


def _attributes(service: Service, places: list[Location]) -> list[object]:
    """The profile's statements, then those of other vocabularies that came with the record."""
    foreign = service.hsds.get("attributes", [])
    ours = service_attributes(service, confidential=any(place.confidential for place in places))
    return [*ours, *(foreign if isinstance(foreign, list) else [])]


def at_location_id(service: Service, place: Location) -> str:
    """The id of the row that joins a service to a place: the publisher's own, or a computed one.

    Of a confidential place it is always computed: a publisher's file has its own one beside the address.
    """
    own = _said_at(service, place).get("id")
    return str(own) if own else nested_id(service.id, "service_at_location", place.id)


def _said_at(service: Service, place: Location) -> dict[str, object]:
    """What the service says about itself at this place; nothing where the place is confidential."""
    if place.confidential:
        return {}
    rows = service.hsds.get("service_at_locations", [])
    own = (row for row in rows if row.get("location_id") == str(place.id)) if isinstance(rows, list) else iter(())
    return next(own, {})


def at_location(service: Service, place: Location, listing: ProviderListing) -> dict[str, object]:
    """One service_at_location as it stands inside a service."""
    return {
        **_said_at(service, place),
        "id": at_location_id(service, place),
        "service_id": str(service.id),
        "location_id": str(place.public_id),
        "location": location(place, listing.districts.get(place.district)),
    }


def at_location_basic(service_summary: dict[str, object], service: Service, place: Location) -> dict[str, object]:
    """One row of the list of service_at_locations; `service_summary` is the service as lists show it."""
    said = {key: value for key, value in _said_at(service, place).items() if not isinstance(value, list | dict)}
    return {
        **said,
        "id": at_location_id(service, place),
        "service_id": str(service.id),
        "location_id": str(place.public_id),
        "location": location_basic(place),
        "service": service_summary,
    }


def _areas(service: Service, listing: ProviderListing) -> list[dict[str, object]]:
    rows = [(code, listing.districts.get(code)) for code in service.districts]
    return [
        {
            "id": nested_id(service.id, "service_area", code),
            "service_id": str(service.id),
            "name": f"{district.name}, {district.state}" if district else f"LGD {code}",
            "extent_type": "text",
            "extent": f"LGD district {code}",
        }
        for code, district in rows
    ]


def _languages(service: Service) -> list[dict[str, object]]:
    return [
        {
            "id": nested_id(service.id, "language", code),
            "service_id": str(service.id),
            "name": english_name(code),
            "code": code,
        }
        for code in service.languages
    ]


def _costs(service: Service) -> list[dict[str, object]]:
    if service.cost != "free":
        return []
    cost_id = nested_id(service.id, "cost")
    return [{"id": cost_id, "service_id": str(service.id), "option": "Free of charge", "currency": "INR", "amount": 0}]


def _capacities(service: Service) -> list[dict[str, object]]:
    """The provider's own typed figure, with its time (UTC); nothing is ever computed from referrals."""
    if service.places_available is None or service.places_as_of is None:
        return []
    return [
        {
            "id": nested_id(service.id, "capacity"),
            "service_id": str(service.id),
            "unit": {"id": nested_id("unit", "place"), "name": "place"},
            "available": service.places_available,
            "updated": service.places_as_of.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        }
    ]
