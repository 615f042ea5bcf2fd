"""Write down a legal demand: one order, one referral, and what it names; nothing is looked up yet.

Promises: never a list of people, since an order names one reference or one code. What the order says is sealed.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.desk.desk_request import DeskRequest, Kind
from referral_service.domain.desk.details import Demand
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.desk.open_request import open_request
from referral_service.use_cases.desk.refuse_in_a_trial import refuse_in_a_trial
from referral_service.use_cases.desk.seal_details import seal_details
from referral_service.use_cases.referral_events import tell_desk
from service_kit.identity import Principal


def record_demand(
    session: Session,
    officer: Principal,
    demand: Demand,
    *,
    request_id: UUID,
    due_at: datetime | None,
    dependencies: Dependencies,
    now: datetime,
) -> DeskRequest:
    """The new request; the state's data officers are told that it waits. Raises Conflict; in a trial NotASample."""
    refuse_in_a_trial(dependencies, {"authority": demand.authority, "order": demand.order})
    new = open_request(
        session, officer, Kind.LEGAL_DEMAND, request_id=request_id, dependencies=dependencies, now=now, due_at=due_at
    )
    seal_details(session, new.id, vars(demand), dependencies)
    tell_desk(session, new.id, new.state, new.version, ids=dependencies.ids, now=now, due_at=new.due_at)
    return new
