"""Conflicts of ids inside a service's record: entries of our own history, and rows at places that another service has.

An id is unique in the whole directory. What comes back to us from our own export is not stored a second time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.importing.use_cases.import_group import Group
from directory_service.listings.domain import records
from directory_service.listings.store.tables import ServiceAtLocation

Json = dict[str, Any]


def metadata_of(group: Group) -> Iterable[Json]:
    """Every entry of history that the group's services bring."""
    brought = (row.record.hsds.get("metadata", []) for row in group.services)
    return (each for rows in brought if isinstance(rows, list) for each in rows)


def without_own_history(service: records.Service, own: set[str]) -> records.Service:
    """The service without entries that the history holds already: what we told is not part of the record."""
    entries = service.hsds.get("metadata", [])
    if not own or not isinstance(entries, list):
        return service
    foreign = [each for each in entries if each["id"] not in own]
    rest = {name: value for name, value in service.hsds.items() if name != "metadata"}
    return replace(service, hsds=rest | ({"metadata": foreign} if foreign else {}))


def owners_of_at_places(session: Session, groups: Sequence[Group]) -> dict[str, str]:
    """Ids of the service_at_location rows that the groups bring → the service that has each: stored ones first."""
    services = [row.record for group in groups for row in group.services]
    brought = [(service.id, row["id"]) for service in services for row in _at_places_of(service)]
    if not brought:
        return {}
    found = select(ServiceAtLocation.id, ServiceAtLocation.service_id).where(
        ServiceAtLocation.id.in_([UUID(each) for _, each in brought])
    )
    taken = {str(each): str(service) for each, service in session.execute(found)}
    for service, each in brought:
        taken.setdefault(each, str(service))
    return taken


def without_taken(service: records.Service, taken: dict[str, str]) -> records.Service:
    """The service without ids that another service's row has: computed ones take their place."""
    rows = _at_places_of(service)
    kept = [each for each in rows if taken.get(each["id"], str(service.id)) == str(service.id)]
    if len(kept) == len(rows):
        return service
    return replace(service, hsds={**service.hsds, "service_at_locations": kept})


def _at_places_of(service: records.Service) -> list[Json]:
    rows = service.hsds.get("service_at_locations", [])
    return rows if isinstance(rows, list) else []
