"""Stand in for districts without a coordinator: asked on each request, so that a token need not know.

Why: a district falls to its state's coordinator when its own one leaves, and goes back when it has one again; a session
lasts eight hours and would be wrong meanwhile. Approvals and resets read the principal's districts, tokens never do.
"""

from collections.abc import Collection

from sqlalchemy import select

from directory_service.organizations.store.tables import Organization
from service_kit.db.engine import Database
from service_kit.identity import Principal
from setu.roles import COORDINATOR


def districts_stood_in_for(db: Database, who: Principal) -> Collection[int]:
    """The districts (LGD codes) that a coordinator has beside the own ones at this moment; none for other roles."""
    if who.role != COORDINATOR:
        return ()
    with db.transaction(who.scope) as session:
        return session.scalar(select(Organization.stands_in_for).where(Organization.id == who.organization)) or ()
