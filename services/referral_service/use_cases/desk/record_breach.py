"""The breach register: write a personal data breach down, and note who was told of it.

Why: DPDP Act 2023 s.8(6) and Rules of 2025, r.7: the Board at once, in full within 72 hours, and the people concerned.
Promises: the clock runs from when it was noticed; what was told stands on the record with its time and who told it; two
people agree that everything was told before it is closed.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.desk.desk_request import TELLINGS, DeskRequest, Kind
from referral_service.domain.desk.details import Breach
from referral_service.domain.lifecycle import NotAllowed
from referral_service.store.desk import desk_requests
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.desk.decide_request import get_locked
from referral_service.use_cases.desk.open_request import note_step, open_request
from referral_service.use_cases.desk.seal_details import seal_details
from referral_service.use_cases.referral_events import tell_desk
from service_kit.db import audit
from service_kit.identity import Principal


def record_breach(
    session: Session,
    officer: Principal,
    breach: Breach,
    *,
    request_id: UUID,
    noticed_at: datetime,
    dependencies: Dependencies,
    now: datetime,
) -> DeskRequest:
    """The new request, due 72 hours after it was noticed; the state's data officers are told. Raises Conflict."""
    new = open_request(
        session, officer, Kind.BREACH, request_id=request_id, dependencies=dependencies, now=now, begun_at=noticed_at
    )
    seal_details(session, new.id, vars(breach), dependencies)
    tell_desk(session, new.id, new.state, new.version, ids=dependencies.ids, now=now, due_at=new.due_at)
    return new


def note_told(
    session: Session,
    officer: Principal,
    request_id: UUID,
    told: str,
    *,
    check: Callable[[int], None],
    dependencies: Dependencies,
    now: datetime,
) -> None:
    """One of `TELLINGS` was done. Raises NotFound, Stale, NotAllowed where it was before, or the request is closed."""
    found = get_locked(session, officer, request_id, check)
    if found.kind is not Kind.BREACH or found.closed_at is not None or told not in TELLINGS or told in found.given:
        raise NotAllowed("This was told before.")
    desk_requests.add_given(session, found, [told])
    note_step(session, officer, found.id, told, dependencies=dependencies, now=now)
    audit.record(session, "desk.told", ("desk_request", found.id), officer, now, detail={"told": told})
