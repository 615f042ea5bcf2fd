"""Count for the menu the visits that wait for a word of whoever is signed in: asked for, or over and not answered.

Whose word it is stands in `domain.visits.MOVES`: the provider's for both, the coordinator's for what is over. A unit
waits itself.
"""

from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from directory_service.partnership.domain.visits import MOVES
from directory_service.partnership.store.tables_visits import HostedVisit
from directory_service.partnership.store.visits import is_visible
from service_kit.identity import Principal
from setu.india import day_in_india


def count_waiting_visits(session: Session, who: Principal, now: datetime) -> int:
    """How many; nothing is asked for a role whose word nobody waits for."""
    agree, hold, today = MOVES["agree"], MOVES["hold"], day_in_india(now)
    waiting = []
    if who.role in agree.roles:
        waiting.append(and_(HostedVisit.state.in_(agree.before), HostedVisit.day >= today))
    if who.role in hold.roles:
        waiting.append(and_(HostedVisit.state.in_(hold.before), HostedVisit.day < today))
    if not waiting:
        return 0
    return session.scalar(select(func.count()).select_from(HostedVisit).where(is_visible(who), or_(*waiting))) or 0
