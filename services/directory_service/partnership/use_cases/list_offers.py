"""Read model of what is offered to districts: each public service as its listing says it, by district."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.listings.domain.attributes import is_for_women
from directory_service.listings.domain.records import Service
from directory_service.listings.use_cases.load_stored_service import load_stored_service
from directory_service.partnership.domain.capacity import OfferedService
from directory_service.partnership.domain.service_name import ServiceName
from directory_service.partnership.store.district_records import services_of_districts


def list_offers(session: Session, districts: Collection[int]) -> Mapping[int, Sequence[OfferedService]]:
    """The services that serve each district, by name."""
    found: dict[int, list[OfferedService]] = {code: [] for code in districts}
    for provider, service, record in services_of_districts(session, districts):
        listed = load_stored_service(record)
        offer = _offer(service, provider, listed)
        for code in found.keys() & set(listed.districts):
            found[code].append(offer)
    return found


def _offer(service: UUID, provider: str, listed: Service) -> OfferedService:
    return OfferedService(
        id=service,
        name=ServiceName(listed.name, listed.names),
        provider=provider,
        accepting=listed.accepting,
        places=listed.places_available,
        needs=frozenset(listed.needs),
        for_women=listed.women_only or "WOMEN" in listed.needs or is_for_women(listed.genders),
        for_children=listed.child_certified,
    )
