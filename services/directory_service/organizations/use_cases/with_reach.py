"""Reach of a state's body: the own districts, and every district of the state where the body is its state's.

Why: elsewhere a state's body has only the districts that nobody else coordinates; the units of the state are its work
in every district, and so is the view of the whole state. Asked on each request, so a body that stops being its state's
loses the reach at once.
"""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import aliased

from directory_service.organizations.domain.standing import ACTIVE
from directory_service.organizations.store.tables import District, Organization
from service_kit.db.engine import Database
from service_kit.identity import Principal
from setu.roles import COORDINATING_BODY


def with_reach(db: Database, who: Principal) -> Principal:
    """The same principal with all districts that its body reaches."""
    if who.organization_kind != COORDINATING_BODY:
        return who
    own, every = aliased(District), aliased(District)
    of_state = (
        select(every.code)
        .join(own, own.state_code == every.state_code)
        .join(Organization, Organization.district_code == own.code)
        .where(Organization.id == who.organization, Organization.status == ACTIVE)
        .where(Organization.record["whole_state"].as_boolean())
    )
    with db.transaction(who.scope) as session:
        more = session.scalars(of_state).all()
    return replace(who, districts=tuple(sorted({*who.districts, *more})))
