"""What services are called on a page: in the reader's language, as where people look for help."""

from collections.abc import Mapping
from uuid import UUID

from directory_service.listings.pages.listing_words import Text, in_reader_language
from directory_service.partnership.domain.service_name import ServiceName


def service_words(name: ServiceName) -> Text:
    """One name; marked with the language that it is in, where it is not the reader's."""
    return in_reader_language(name.name, name.names)


def words_of_services(names: Mapping[UUID, ServiceName]) -> Mapping[UUID, Text]:
    """The same, by service."""
    return {service: service_words(name) for service, name in names.items()}
