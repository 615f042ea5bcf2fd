"""Check the receivers that a referral names, by the directory's read model and `domain/matching.py`.

Why: the form offers what fits by that rule; a request that did not come from the form is held to it here. Promises: a
submission names only services without an obstacle.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.listed_service import ListedService
from referral_service.domain.matching import Wanted, obstacles
from referral_service.domain.submission import Submission
from referral_service.domain.transition_body import TransitionBody
from referral_service.store.directory import find_organization, listed_by_id, listed_for
from service_kit.errors import Conflict, FieldError, Invalid


def check_receivers(
    session: Session,
    body: Submission | TransitionBody,
    wanted: Wanted,
    *,
    matters: frozenset[str] | None = None,
    sender: UUID | None = None,
) -> Sequence[ListedService]:
    """The services that the body names, in the order given. Raises the 422 problem.

    `matters`: the only obstacles that count; None for all. `sender`: the unit that asks, which must not be suspended.
    Raises Conflict where it is.
    """
    asked = body.asked_services
    listed = listed_by_id(session, asked) if sender is None else listed_for(session, asked, sender)
    if not listed and sender is not None:
        _refuse_suspended(session, sender)
    for service_id in body.asked_services:
        service = listed.get(service_id)
        against = {"not_active"} if service is None else obstacles(service, wanted)
        if against if matters is None else against & matters:
            raise Invalid(_refusal(body, against))
    return [listed[service_id] for service_id in body.asked_services]


def _refuse_suspended(session: Session, sender: UUID) -> None:
    unit = find_organization(session, sender)
    if unit is not None and unit.begins_nothing:
        raise Conflict("Your unit is suspended or closing, and sends nothing new.")


def _refusal(body: Submission | TransitionBody, against: Collection[str]) -> FieldError:
    why = " yet: nobody there can sign in" if "nobody_home" in against else ""
    if body.service_id is None:
        return FieldError("candidates", f"One of these cannot take it{why}.")
    return FieldError("service_id", f"This service cannot take it{why}.")
