"""Staffing rules: which roles have somebody who can sign in, and when that is told to whoever can mend it.

What "home" means stands in the database, because it is asked across organisations (the view `home_membership` of
`migrations/versions/0014_somebody_is_home.py`): an active membership of an account that has signed in and still can,
with a second factor where the role needs one.
A provider that lacks a case worker is not offered: the obstacle `nobody_home` of
`referral_service/domain/matching/eligibility.py`, by what the organisation's event says of its staff
(`organizations/use_cases/publish_organization.py`). A state or district without a coordinator is counted by
`count_uncoordinated` of `store/staffing.py`, for the alarm of `use_cases/settle_staffing.py`.
"""

from collections.abc import Collection

from setu.roles import CASE_WORKER, PROVIDER, PROVIDER_MANAGER


def lacks_case_worker(kind: str, staffed: Collection[str] | None) -> bool:
    """Whether nobody of this provider can take a referral. Unknown (None) is not a lack."""
    return kind == PROVIDER and staffed is not None and CASE_WORKER not in staffed


def loses_case_workers(before: Collection[str] | None, after: Collection[str] | None) -> bool:
    """Whether the last case worker who can sign in has just gone, who would leave behind what is open."""
    return CASE_WORKER in (before or ()) and CASE_WORKER not in (after or ())


def can_be_approved(kind: str, before: Collection[str] | None, after: Collection[str]) -> bool:
    """Whether a pending provider has just got a manager who has signed in, and so somebody to ask for."""
    return kind == PROVIDER and PROVIDER_MANAGER in after and PROVIDER_MANAGER not in (before or ())


def is_to_be_told(kind: str, before: Collection[str] | None, after: Collection[str]) -> bool:
    """Whether a provider has just come to lack a case worker, or its first manager finds it so."""
    if not lacks_case_worker(kind, after):
        return False
    known = before or ()
    return CASE_WORKER in known or (PROVIDER_MANAGER in after and PROVIDER_MANAGER not in known)
