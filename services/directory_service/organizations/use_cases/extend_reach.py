"""Reach of a state's body: the own districts, and every district of the state where the body is its state's.

Why: elsewhere a state's body has only the districts that nobody else coordinates; the units of the state are its work
in every district, and so is the view of the whole state. Asked on each request, so a body that stops being its state's
loses the reach at once.
"""

from dataclasses import replace

from directory_service.organizations.store.state_bodies import districts_overseen
from service_kit.db.engine import Database
from service_kit.identity import Principal
from setu.roles import COORDINATING_BODY


def extend_reach(db: Database, who: Principal) -> Principal:
    """The same principal with all districts that its body reaches."""
    if who.organization_kind != COORDINATING_BODY:
        return who
    with db.transaction(who.scope) as session:
        more = districts_overseen(session, who.organization)
    return replace(who, districts=tuple(sorted({*who.districts, *more})))
