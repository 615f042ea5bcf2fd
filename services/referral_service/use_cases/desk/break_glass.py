"""Break-glass: open a name and a contact because a life is in danger, and report afterwards.

Why: rule 5, its one exception. Promises: one referral, named by reference or code; two people, the second within 15
minutes; name and contact, never notes, for 60 minutes and for these two alone; each reading in the audit log before
anything is opened; the request stays on the list until its report is written.
When not to use it: for anything less than danger to life.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.desk.desk_request import YES, DeskDecision, DeskRequest, Kind, Stage
from referral_service.domain.desk.details import Emergency, check_report
from referral_service.domain.lifecycle import NotAllowed
from referral_service.domain.submission import Contact
from referral_service.store.desk import desk_requests
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.desk.decide_request import get_locked
from referral_service.use_cases.desk.open_request import note_step, open_request
from referral_service.use_cases.desk.read_named import (
    SealedRecord,
    find_named,
    find_sealed_record,
    log_identity_read,
    open_identity,
)
from referral_service.use_cases.desk.refuse_in_a_trial import refuse_in_a_trial
from referral_service.use_cases.desk.seal_details import add_to_details, open_details, seal_details
from referral_service.use_cases.referral_events import tell_desk
from service_kit.db import audit
from service_kit.db.engine import Database
from service_kit.errors import Gone, NotFound
from service_kit.identity import Principal

LOOKED, REPORTED = "looked", "reported"
GIVEN = ("name", "contact")


@dataclass(frozen=True)
class EmergencyContact:
    """All that is shown: the name to use, and how to reach the person."""

    name: str | None
    contact: Contact


def ask_break_glass(
    session: Session,
    officer: Principal,
    emergency: Emergency,
    *,
    request_id: UUID,
    dependencies: Dependencies,
    now: datetime,
) -> DeskRequest:
    """The first of two decisions; the state's data officers are told. Raises NotFound, Gone, Conflict."""
    task = find_named(session, officer, emergency.named, dependencies)
    if task is None:
        raise NotFound
    if find_sealed_record(session, task) is None:
        raise Gone
    first = DeskDecision(officer.account, now, YES, None)
    new = open_request(
        session, officer, Kind.BREAK_GLASS, request_id=request_id, dependencies=dependencies, now=now, first=first
    )
    seal_details(session, new.id, vars(emergency), dependencies)
    tell_desk(session, new.id, new.state, new.version, ids=dependencies.ids, now=now, due_at=new.due_at)
    return new


def log_refused_emergency(
    db: Database, officer: Principal, named: str, *, dependencies: Dependencies, now: datetime
) -> None:
    """The line of a request that was refused, in a transaction of its own: the referral, or a digest of what was asked.

    Without either, nobody could tell one mistyped code from a hundred that were tried.
    """
    with db.transaction(officer.scope) as session:
        task = find_named(session, officer, named, dependencies)
        about = ("desk_request", dependencies.named_mac(named)) if task is None else ("referral", str(task.id))
        audit.record(session, "desk.open", about, officer, now, outcome="refused", detail={"kind": Kind.BREAK_GLASS})


def read_contact(
    db: Database, officer: Principal, request_id: UUID, *, dependencies: Dependencies, now: datetime
) -> EmergencyContact:
    """For one of the two, within 60 minutes. Raises NotFound; Gone where consent was taken back meanwhile."""
    with db.transaction(officer.scope) as session:
        found = desk_requests.find_request(session, officer.districts, request_id, lock=True)
        if found is None:
            raise NotFound
        record = _find_record(session, officer, found, dependencies, now)
        if record is None:
            raise Gone
        log_identity_read(session, officer, record, found.kind, now)
        note_step(session, officer, found.id, LOOKED, dependencies=dependencies, now=now)
    identity = open_identity(record, dependencies)
    if identity is None:
        with db.transaction(officer.scope) as session:
            log_identity_read(session, officer, record, found.kind, now, outcome="failed")
        raise Gone
    given = [code for code, value in zip(GIVEN, (identity.name, identity.contact.value), strict=True) if value]
    with db.transaction(officer.scope) as session:
        desk_requests.add_given(session, get_locked(session, officer, request_id), given)
    return EmergencyContact(identity.name, identity.contact)


def write_report(
    session: Session,
    officer: Principal,
    request_id: UUID,
    report: Emergency,
    *,
    check: Callable[[int], None],
    dependencies: Dependencies,
    now: datetime,
) -> None:
    """Close it, by one of the two; of `report` its last three fields are read.

    Raises CaseDetails where its words could name the person; in a trial NotASample; NotFound, Stale,
    NotAllowed.
    """
    refuse_in_a_trial(dependencies, {"report": report.report})
    check_report(report.report or "")
    found = get_locked(session, officer, request_id, check)
    is_due = found.kind is Kind.BREAK_GLASS and found.stage(now) in {Stage.OPEN, Stage.REPORT}
    if not is_due or not found.is_one_of_two(officer.account):
        raise NotAllowed("One of the two who opened it writes the report.")
    told = {"outcome": report.outcome, "passed_on_to": report.passed_on_to, "report": report.report}
    add_to_details(session, found.id, told, dependencies)
    desk_requests.close_request(session, found, now)
    note_step(session, officer, found.id, REPORTED, dependencies=dependencies, now=now)
    audit.record(session, "desk.report", ("desk_request", found.id), officer, now)


def _find_record(
    session: Session, officer: Principal, found: DeskRequest, dependencies: Dependencies, now: datetime
) -> SealedRecord | None:
    if found.kind is not Kind.BREAK_GLASS or not found.is_identity_open(now):
        raise NotFound
    if not found.is_one_of_two(officer.account) or found.closed_at is not None:
        raise NotFound
    named = open_details(session, found.id, dependencies).get("named", "")  # "": a restored backup has lost them
    task = find_named(session, officer, named, dependencies)
    return None if task is None else find_sealed_record(session, task)
