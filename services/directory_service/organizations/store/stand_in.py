"""Stand-in for districts without a coordinator: those that fall to a body of their state.

Why: a district falls to its state's coordinator when its own one leaves, and goes back when it has one again; a session
lasts eight hours and would be wrong meanwhile, so it is asked on each request. Which districts those are is worked out
by the view `staffing` of `migrations/versions/0014_somebody_is_home.py`, and written to the body's row by
`accounts/use_cases/publish_staffing.py` and its clock, `settle_staffing.py`. When not to use it: for a token.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory_service.organizations.store.tables import Organization


def stands_in_for(session: Session, organization: UUID) -> Collection[int]:
    """The districts without a coordinator (LGD codes) that fall to this body."""
    return session.scalar(select(Organization.stands_in_for).where(Organization.id == organization)) or ()
