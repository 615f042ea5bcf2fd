"""Merge of an HSDS record with the one that is stored: what HSDS cannot say stays as it was.

Where both make the same public document nothing has changed, and the stored record is kept to the letter. Where they
differ the new one holds, but for what only this directory knows: an organisation's kind and standing, translated
descriptions, a district that the file does not tell.
"""

from collections.abc import Mapping
from dataclasses import replace

from directory_service.listings.domain import records
from directory_service.listings.domain.hsds.locations import location
from directory_service.listings.domain.hsds.organizations import organization_whole
from directory_service.listings.domain.hsds.services import service_whole

Districts = Mapping[int, records.District]


def merged_organization(stored: records.Organization, new: records.Organization) -> records.Organization:
    """Kind, standing, reach and district are the directory's own."""
    if organization_whole(records.ProviderListing(stored)) == organization_whole(records.ProviderListing(new)):
        return stored
    district = new.district or stored.district
    return replace(new, kind=stored.kind, status=stored.status, whole_state=stored.whole_state, district=district)


def merged_place(stored: records.Location, new: records.Location, districts: Districts) -> records.Location:
    """What is confidential here stays so, whatever a file tells: only its own organisation opens it again."""
    if stored.confidential:
        return stored
    if location(stored, districts.get(stored.district)) == location(new, districts.get(new.district)):
        return stored
    return replace(new, district=new.district or stored.district)


def own_place(stored: records.Location, new: records.Location) -> records.Location:
    """The place of our own package, which says everything; it does not open either what is confidential here."""
    return stored if stored.confidential and not new.confidential else new


def merged_service(stored: records.Service, new: records.Service, districts: Districts) -> records.Service:
    """Compared with the places' ids, not with what the places say."""
    if (stored.places, _document(stored, districts)) == (new.places, _document(new, districts)):
        return stored
    return replace(new, descriptions=new.descriptions or stored.descriptions)


def _document(service: records.Service, districts: Districts) -> object:
    owner = records.Organization(service.organization_id, "provider", 0, "active", "")
    return service_whole(service, records.ProviderListing(owner, districts=districts), [], {})
