"""Check the receivers that a referral names, by the directory's read model and `domain/matching.py`.

Why: the form offers what fits by that rule; a request that did not come from the form is held to it here. Promises: a
submission names only services without an obstacle. A coordinator who forwards does not know the need, so a service
that the coordinator chose by name is only asked whether it is active and accepting.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.listed_service import ListedService
from referral_service.domain.matching import Wanted, obstacles
from referral_service.store.directory import listed_by_id
from service_kit.web.problems import FieldError, invalid

STOP_A_FORWARD = frozenset({"not_active", "not_accepting"})


def check_forward(session: Session, body: Mapping[str, Any], wanted: Wanted) -> Sequence[ListedService]:
    """The services that a coordinator named, in the order given. Raises the 422 problem."""
    matters = STOP_A_FORWARD if "service_id" in body else None
    return _choose(listed_by_id(session, asked_for(body)), body, wanted, matters)


def asked_for(body: Mapping[str, Any]) -> Sequence[UUID]:
    """The services that the body names."""
    return [body["service_id"]] if "service_id" in body else body["candidates"]


def choose_receivers(
    found: Mapping[UUID, ListedService], body: Mapping[str, Any], wanted: Wanted
) -> Sequence[ListedService]:
    """The services that a submission names, in the order given; `found` are their listings. Raises the 422 problem."""
    return _choose(found, body, wanted, None)


def _choose(
    found: Mapping[UUID, ListedService], body: Mapping[str, Any], wanted: Wanted, matters: frozenset[str] | None
) -> Sequence[ListedService]:
    """`matters`: the only obstacles that count; None for all."""
    asked = asked_for(body)
    for service_id in asked:
        service = found.get(service_id)
        against = {"not_active"} if service is None else obstacles(service, wanted)
        if against if matters is None else against & matters:
            words = "This service cannot take it." if "service_id" in body else "One of these cannot take it."
            raise invalid(FieldError("service_id" if "service_id" in body else "candidates", words))
    return [found[service_id] for service_id in asked]
