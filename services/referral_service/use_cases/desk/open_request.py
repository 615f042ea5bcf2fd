"""Open a request at the data officer's desk: its line, its first step, its entry in the audit log.

Promises: one place makes numbers, states and audiences of requests. When not to use it: from a page; each kind has a
use case of its own, which knows what else has to be done.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.desk.desk_request import WITHIN, DeskDecision, DeskRequest, Kind
from referral_service.outside.codes import new_desk_number
from referral_service.store.desk import desk_requests
from referral_service.store.desk.desk_requests import DeskStep
from referral_service.use_cases.dependencies import Dependencies
from service_kit.db import audit
from service_kit.errors import Conflict
from service_kit.identity import Principal
from setu.districts import STATE_OF_DISTRICT, districts_of_region, region_of_state

OPENED = "opened"


def open_request(
    session: Session,
    officer: Principal,
    kind: Kind,
    *,
    request_id: UUID,
    dependencies: Dependencies,
    now: datetime,
    due_at: datetime | None = None,
    begun_at: datetime | None = None,
    first: DeskDecision | None = None,
) -> DeskRequest:
    """The new request of the officer's state; its clock runs from `begun_at`, or now. Raises Conflict."""
    within = WITHIN.get(kind)
    due = due_at if within is None else (begun_at or now) + within
    ids, state = dependencies.ids, state_of(officer)
    new = DeskRequest(request_id, new_desk_number(ids), kind, state, now, officer.account, due, first=first)
    desk_requests.add_request(session, new, districts_of_region(region_of_state(state)))
    note_step(session, officer, new.id, OPENED, dependencies=dependencies, now=now)
    audit.record(session, "desk.open", ("desk_request", new.id), officer, now, detail={"kind": kind})
    return new


def note_step(
    session: Session, officer: Principal, request_id: UUID, step: str, *, dependencies: Dependencies, now: datetime
) -> None:
    """One line of the story that the screen shows."""
    desk_requests.add_step(session, request_id, dependencies.ids.uuid(), DeskStep(now, officer.account, step))


def state_of(officer: Principal) -> str:
    """The state whose desk it is, by the officer's districts. Raises Conflict where there is none yet."""
    states = sorted({STATE_OF_DISTRICT[code] for code in officer.districts if code in STATE_OF_DISTRICT})
    if not states:
        raise Conflict("Your organisation has no district yet.")
    return states[0]
