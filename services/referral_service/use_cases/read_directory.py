"""What forms and submissions ask of the directory's copy; names for pages, which do not reach into the store."""

from referral_service.store.directory import DirectoryOrganization
from referral_service.store.directory import find_organization as organization
from referral_service.store.directory import listed_by_id as services_by_id
from referral_service.store.directory import listed_in as services_in

__all__ = ["DirectoryOrganization", "organization", "services_by_id", "services_in"]
