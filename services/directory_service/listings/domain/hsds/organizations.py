"""Providers as HSDS `organization` objects: basic (one-to-one fields) and whole."""

from directory_service.listings.domain.hsds.attributes import organization_attributes
from directory_service.listings.domain.hsds.edited_lists import published_phones
from directory_service.listings.domain.hsds.ids import without_gaps
from directory_service.listings.domain.hsds.locations import location
from directory_service.listings.domain.hsds.services import service_basic
from directory_service.listings.domain.records import (
    Organization,
    ProviderListing,
)


def organization_basic(organization: Organization) -> dict[str, object]:
    """The one-to-one fields, as lists show them and services embed them."""
    extra = {key: value for key, value in organization.hsds.items() if not isinstance(value, list | dict)}
    return without_gaps(
        {
            **extra,
            "id": str(organization.id),
            "name": organization.name,
            "alternate_name": organization.alternate_name,
            "description": organization.description,
            "email": organization.email,
            "website": organization.website,
            "year_incorporated": organization.year_incorporated,
            "legal_status": organization.legal_status,
        }
    )


def organization_embedded(organization: Organization) -> dict[str, object]:
    """As services embed it: with the contacts, funding … that came with it, without its places and services."""
    extra = {key: value for key, value in organization.hsds.items() if key != "phones"}
    phones = published_phones(organization) if "phones" in organization.hsds else []
    return {**({"phones": phones} if phones else {}), **extra, **organization_basic(organization)}


def organization_whole(listing: ProviderListing) -> dict[str, object]:
    """The nested document, with the basic fields of each service."""
    organization = listing.organization
    return {
        **({"phones": phones} if (phones := published_phones(organization)) else {}),
        **organization_embedded(organization),
        "locations": [location(place, listing.districts.get(place.district)) for place in listing.places],
        "attributes": [*organization_attributes(organization), *_foreign(organization)],
        "services": [service_basic(service) for service in listing.services],
    }


def _foreign(organization: Organization) -> list[object]:
    """Statements of other vocabularies that came with the record."""
    said = organization.hsds.get("attributes", [])
    return said if isinstance(said, list) else []
