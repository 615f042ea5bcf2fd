"""Capacity of a district: what its open services say of themselves in the public directory, counted.

Promises: pure; computed from listings alone, never from referrals. What a listing does not say is counted as not said:
places are summed over the services that say them, beside how many do. A need is met where an open service names it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from directory_service.partnership.domain.service_name import ServiceName

OPEN, WAITING_LIST, CLOSED = "open", "waiting_list", "closed"


@dataclass(frozen=True)
class OfferedService:
    """A public service that serves the district. `accepting` is '' and `places` None where the listing says nothing."""

    id: UUID
    name: ServiceName
    provider: str
    accepting: str
    places: int | None
    needs: frozenset[str]
    for_women: bool
    for_children: bool


@dataclass(frozen=True)
class Capacity:
    """Counts of services; `places` and `says_places` go together. `for_women`, `for_children`, `met`: of open ones."""

    services: int
    open: int
    waiting_list: int
    closed: int
    places: int
    says_places: int
    for_women: int
    for_children: int
    met: frozenset[str]


def count_capacity(services: Sequence[OfferedService]) -> Capacity:
    """Count what is offered."""
    taking = [each for each in services if each.accepting == OPEN]
    said = [each.places for each in services if each.places is not None]
    return Capacity(
        services=len(services),
        open=len(taking),
        waiting_list=sum(each.accepting == WAITING_LIST for each in services),
        closed=sum(each.accepting == CLOSED for each in services),
        places=sum(said),
        says_places=len(said),
        for_women=sum(each.for_women for each in taking),
        for_children=sum(each.for_children for each in taking),
        met=frozenset[str]().union(*(each.needs for each in taking)),
    )
