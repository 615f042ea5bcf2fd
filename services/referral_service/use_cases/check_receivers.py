"""Check the receivers that a submission names, by the directory's read model and `domain/matching/eligibility.py`.

Why: the form offers what fits by that rule; a request that did not come from the form is held to it here. Promises: a
submission names only services without an obstacle. When not to use it: for a forward, whose answer must not tell what
was asked (`forward_referral.py`).
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.listed_service import ListedService
from referral_service.domain.matching.eligibility import Wanted, obstacles
from referral_service.domain.standing import begins_nothing
from referral_service.domain.submission import Submission
from referral_service.store.directory import find_organization, listed_for
from service_kit.errors import Conflict, FieldError, Invalid


def check_receivers(session: Session, submission: Submission, wanted: Wanted, sender: UUID) -> Sequence[ListedService]:
    """The services that it names, in the order given. Raises the 422 problem.

    `sender`: the unit that asks, for which nothing is listed where it is suspended. Raises Conflict where it is.
    """
    asked = submission.asked_services
    listed = listed_for(session, asked, sender)
    if not listed:
        _refuse_suspended(session, sender)
    for service_id in asked:
        service = listed.get(service_id)
        against = {"not_active"} if service is None else obstacles(service, wanted)
        if against:
            why = " yet: nobody there can sign in" if "nobody_home" in against else ""
            if submission.service_id is None:
                raise Invalid(FieldError("candidates", f"One of these cannot take it{why}."))
            raise Invalid(FieldError("service_id", f"This service cannot take it{why}."))
    return [listed[service_id] for service_id in asked]


def _refuse_suspended(session: Session, sender: UUID) -> None:
    unit = find_organization(session, sender)
    if unit is not None and begins_nothing(unit.status):
        raise Conflict("Your unit is suspended or closing, and sends nothing new.")
