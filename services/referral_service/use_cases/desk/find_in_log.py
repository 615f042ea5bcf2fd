"""Find the referral of a reference for the audit log: within a request that two people opened and that names it.

Why: the log says what was done with a referral and when; by a reference alone that would be a person's course.
Promises: a reference that nobody opened a request for and one that is not there are one same None.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.outside.codes import BadCode, normalise, show
from referral_service.store.desk import desk_requests
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.desk.read_named import find_named
from referral_service.use_cases.desk.seal_details import open_details
from service_kit.identity import Principal


@dataclass(frozen=True)
class NamedReferral:
    """A referral, and the number of the open request that names it."""

    id: UUID
    request_number: str


def find_in_log(session: Session, officer: Principal, typed: str, dependencies: Dependencies) -> NamedReferral | None:
    """None where the text is no reference, or no request of the officer's state that two people opened names it."""
    try:
        reference = show(normalise(typed))
    except BadCode:
        return None
    for request in desk_requests.agreed_requests(session, officer.districts):
        named = open_details(session, request.id, dependencies).get("named", "")
        task = find_named(session, officer, named, dependencies) if named else None
        if task is not None and task.reference == reference:
            return NamedReferral(task.id, request.number)
    return None
