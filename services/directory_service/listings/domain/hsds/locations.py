"""Places as HSDS `location` objects; what a confidential one shows is decided in `domain.confidential_locations`."""

from directory_service.listings.domain.confidential_locations import reduced_document
from directory_service.listings.domain.hsds.attributes import place_attributes
from directory_service.listings.domain.hsds.edited_lists import WHOLE_ADDRESS, published_addresses
from directory_service.listings.domain.hsds.ids import (
    nested_id,
    without_gaps,
)
from directory_service.listings.domain.records import (
    District,
    Location,
)


def location(place: Location, district: District | None) -> dict[str, object]:
    """The public document of a place, whole or reduced to the area."""
    basic = location_basic(place)
    if place.confidential:
        return {**basic, "attributes": place_attributes(place)}
    addresses = published_addresses(place, _address(place, district))
    extra = {key: value for key, value in place.hsds.items() if isinstance(value, list | dict) and key != "addresses"}
    return {**basic, **({"addresses": addresses} if addresses else {}), **extra}


def location_basic(place: Location) -> dict[str, object]:
    """The one-to-one fields only, as lists of service_at_location show them."""
    if place.confidential:
        return reduced_document(place)
    given = {key: value for key, value in place.hsds.items() if not isinstance(value, list | dict)}
    own: dict[str, object] = {
        "id": str(place.public_id),
        "location_type": given.pop("location_type", "physical"),
        "organization_id": str(place.organization_id) if place.shared_id is None else None,
        "name": place.name,
        "description": place.landmark or given.get("description") or place.known_area or None,
        "transportation": place.transportation,
        "latitude": given.get("latitude") if place.latitude is None else place.latitude,
        "longitude": given.get("longitude") if place.longitude is None else place.longitude,
    }
    return {**without_gaps(own), **{key: value for key, value in given.items() if key not in own}}


def _address(place: Location, district: District | None) -> dict[str, object] | None:
    """An address needs a street, a town and a PIN code (the schema requires them); otherwise there is none."""
    if not all(getattr(place, name) for name in WHOLE_ADDRESS):
        return None
    return without_gaps(
        {
            "id": nested_id(place.public_id, "address"),
            "location_id": str(place.public_id),
            "address_1": place.address_1,
            "address_2": place.address_2,
            "city": place.city,
            "region": district.name if district else None,
            "state_province": district.state if district else "",
            "postal_code": place.postal_code,
            "country": "IN",
            "address_type": "physical",
        }
    )
