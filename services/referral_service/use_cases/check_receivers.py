"""Check the receivers that a referral names, by the directory's read model and `domain/matching.py`.

Why: the form offers what fits by that rule; a request that did not come from the form is held to it here. Promises: a
submission names only services without an obstacle. A coordinator who forwards does not know the need, so a service
that the coordinator chose by name is only asked whether it is active and accepting, and whether somebody is home.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.listed_service import ListedService
from referral_service.domain.matching import Wanted, obstacles
from referral_service.domain.submission import Person, Submission
from referral_service.domain.transition_body import TransitionBody
from referral_service.store.directory import listed_by_id
from service_kit.errors import FieldError, Invalid

STOP_A_FORWARD = frozenset({"not_active", "not_accepting", "nobody_home"})


def check_receivers(session: Session, submission: Submission, person: Person) -> Sequence[ListedService]:
    """The services that a submission names, in the order given. Raises the 422 problem."""
    field = "candidates" if submission.service_id is None else "service_id"
    return _choose(session, submission.asked_services, submission.wanted(person), field, None)


def check_forward(session: Session, body: TransitionBody, wanted: Wanted) -> Sequence[ListedService]:
    """The services that a coordinator named, in the order given. Raises the 422 problem."""
    if body.service_id is None:
        return _choose(session, body.asked_services, wanted, "candidates", None)
    return _choose(session, body.asked_services, wanted, "service_id", STOP_A_FORWARD)


def _choose(
    session: Session, asked: Sequence[UUID], wanted: Wanted, field: str, matters: frozenset[str] | None
) -> Sequence[ListedService]:
    """`field` is named where one cannot take it; `matters`: the only obstacles that count, None for all."""
    listed = listed_by_id(session, asked)
    for service_id in asked:
        service = listed.get(service_id)
        against = {"not_active"} if service is None else obstacles(service, wanted)
        if against if matters is None else against & matters:
            one = "This service" if field == "service_id" else "One of these"
            why = " yet: nobody there can sign in" if "nobody_home" in against else ""
            raise Invalid(FieldError(field, f"{one} cannot take it{why}."))
    return [listed[service_id] for service_id in asked]
