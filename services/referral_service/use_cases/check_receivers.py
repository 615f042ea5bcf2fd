"""Whether the services that a referral names may receive it, by the directory's copy and `domain/matching.py`.

A service chosen by name must be active and accepting, and certified for children where the person is under 18;
candidates must fit in everything, since nobody looked at each of them.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.listed_service import ListedService
from referral_service.domain.matching import UNDER_18, Wanted, obstacles
from referral_service.store.directory import listed_by_id
from service_kit.web.problems import FieldError, invalid

STOP_A_CHOICE = frozenset({"not_active", "not_accepting"})


def check_receivers(session: Session, body: Mapping[str, Any], wanted: Wanted) -> Sequence[ListedService]:
    """The services of `service_id` or `candidates`, in the order given. Raises the 422 problem."""
    return choose_receivers(listed_by_id(session, asked_for(body)), body, wanted)


def asked_for(body: Mapping[str, Any]) -> Sequence[UUID]:
    """The services that the body names."""
    return [body["service_id"]] if "service_id" in body else body["candidates"]


def choose_receivers(
    found: Mapping[UUID, ListedService], body: Mapping[str, Any], wanted: Wanted
) -> Sequence[ListedService]:
    """The same, where the listings were read before."""
    direct, asked = "service_id" in body, asked_for(body)
    for service_id in asked:
        service = found.get(service_id)
        if service is None or _stops(service, wanted, direct=direct):
            words = "This service cannot take it." if direct else "One of these cannot take it."
            raise invalid(FieldError("service_id" if direct else "candidates", words))
    return [found[service_id] for service_id in asked]


def _stops(service: ListedService, wanted: Wanted, *, direct: bool) -> bool:
    against = obstacles(service, wanted)
    if not direct:
        return bool(against)
    child = {"not_for_children"} if wanted.age_band == UNDER_18 else set()
    return bool(against & (STOP_A_CHOICE | child))
