"""Give one of the two decisions of a request at the desk, where `DeskRequest.may_decide` lets this person.

That rule stands in `domain/desk/desk_request.py`, here which hands may have let the two in. Promises: two different
people decide, which the database keeps true, too, and no hand has let both in, nor may have as long as the directory
has not told of both; of two who decide at once one is late; a first decision that has waited too long is replaced by
the next; an emergency that was confirmed tells the provider in the same transaction, one that was refused is over.
Raises NotAllowed where it is not this person's turn, which the caller writes to the log (`log_refused_decision`).
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.desk.desk_request import YES, DeskDecision, DeskRequest, Kind
from referral_service.domain.lifecycle import NotAllowed
from referral_service.domain.task_view import TaskView
from referral_service.store.data_officers import hands_behind
from referral_service.store.desk import desk_requests
from referral_service.store.referral_lock import lock_for_update
from referral_service.store.task_history import note_event
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.desk.open_request import note_step
from referral_service.use_cases.desk.read_named import find_named, find_sealed_record
from referral_service.use_cases.desk.seal_details import add_to_details, demand_of, open_details
from referral_service.use_cases.referral_events import IDENTITY_OPENED, tell_desk, tell_team
from service_kit.db import audit
from service_kit.db.engine import Database
from service_kit.errors import NotFound
from service_kit.identity import Principal

EMERGENCY = "emergency"
"""In the history of the referral whose contact was opened: its team reads why."""
AGREED, REFUSED = "agreed", "refused"
ONE_HAND = "first"
"""The field at fault where one hand has set up the accounts of both, so that they may be one person."""
NOT_BY_A_COURT = "answer"
"""The field at fault where somebody would give what no court has ordered."""
NOT_TOLD = "hands"
"""The field at fault where the directory has not told yet who let both in."""
OUT_OF_REACH = "named"
"""The field at fault where what is named is gone, so that nobody could be told."""


def decide_request(
    session: Session,
    officer: Principal,
    request_id: UUID,
    answer: str,
    reason: str | None,
    *,
    check: Callable[[int], None],
    dependencies: Dependencies,
    now: datetime,
) -> DeskRequest:
    """The request afterwards. `check` gets its version. Raises NotFound, Stale, NotAllowed."""
    found = get_locked(session, officer, request_id, check)
    if not found.may_decide(officer.account, now):
        raise NotAllowed("Somebody else has to decide, or nothing waits for a decision.")
    _check_is_another_hand(session, found, officer.account, now)
    if answer == YES and found.kind is Kind.LEGAL_DEMAND:
        _check_may_be_given(session, found, dependencies)
    if answer == YES and found.kind is Kind.BREAK_GLASS and _find_task(session, officer, found, dependencies) is None:
        raise NotAllowed("What is named cannot be opened any more.", OUT_OF_REACH)
    desk_requests.write_decision(session, found, DeskDecision(officer.account, now, answer, reason))
    step = AGREED if answer == YES else REFUSED
    note_step(session, officer, found.id, step, dependencies=dependencies, now=now)
    detail = {"kind": str(found.kind), "answer": answer, **({} if reason is None else {"reason": reason})}
    audit.record(session, "desk.decide", ("desk_request", found.id), officer, now, detail=detail)
    decided = get_locked(session, officer, request_id)
    if decided.second is None:
        tell_desk(session, found.id, found.state, decided.version, ids=dependencies.ids, now=now, due_at=found.due_at)
    elif decided.kind is Kind.BREAK_GLASS:
        _after_emergency(session, officer, decided, dependencies, now)
    elif decided.kind is Kind.BREACH:
        desk_requests.close_request(session, decided, now)
    return decided


def _check_is_another_hand(session: Session, found: DeskRequest, account: UUID, now: datetime) -> None:
    """Whoever decided first may not be who uses this account, by the slips that let both in."""
    first = found.first_in_force(now)
    if first is None:
        return
    theirs, own = hands_behind(session, first.by, now), hands_behind(session, account, now)
    if theirs is None or own is None:
        raise NotAllowed("The directory has not told yet who let both in.", NOT_TOLD)
    if not theirs.isdisjoint(own):
        raise NotAllowed("One hand has set up the accounts of both.", ONE_HAND)


def _after_emergency(
    session: Session, officer: Principal, decided: DeskRequest, dependencies: Dependencies, now: datetime
) -> None:
    """The provider hears at once that the contact is open; a request that was refused is over."""
    if not decided.agreed:
        add_to_details(session, decided.id, {"named": ""}, dependencies)
        desk_requests.close_request(session, decided, now)
        return
    task = _find_task(session, officer, decided, dependencies)
    record = None if task is None else find_sealed_record(session, task)
    if record is not None and record.task.organization_id is not None:  # candidates who never claimed hear nothing
        lock_for_update(session, record.task.id)
        note_event(session, record.task.id, EMERGENCY, now)
        holder = [record.task.organization_id]
        tell_team(session, IDENTITY_OPENED, record.task, receivers=holder, ids=dependencies.ids, now=now)


def _find_task(session: Session, officer: Principal, found: DeskRequest, dependencies: Dependencies) -> TaskView | None:
    named = open_details(session, found.id, dependencies).get("named", "")
    return find_named(session, officer, named, dependencies)


def get_locked(
    session: Session, officer: Principal, request_id: UUID, check: Callable[[int], None] | None = None
) -> DeskRequest:
    """A request of the officer's state, held until the transaction ends. Raises NotFound, and what `check` does."""
    found = desk_requests.find_request(session, officer.districts, request_id, lock=True)
    if found is None:
        raise NotFound
    if check is not None:
        check(found.version)
    return found


def log_refused_decision(db: Database, officer: Principal, request_id: UUID, now: datetime) -> None:
    """The line of a decision that was not this person's to give, in a transaction of its own."""
    with db.transaction(officer.scope) as session:
        audit.record(session, "desk.decide", ("desk_request", request_id), officer, now, outcome="refused")


def _check_may_be_given(session: Session, found: DeskRequest, dependencies: Dependencies) -> None:
    demand = demand_of(open_details(session, found.id, dependencies))
    if demand is None or not demand.may_be_given:
        raise NotAllowed("Nothing may be given without a court's order.", NOT_BY_A_COURT)
