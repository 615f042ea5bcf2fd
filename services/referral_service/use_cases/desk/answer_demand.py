"""Answer a legal demand that two people decided: what the order names and is held, or "nothing can be given".

Why: rule 13. Promises: outside, refused, destroyed and absent are one same letter; the narrowest answer, of what the
order names alone; the record has codes, and values are read for the letter, for an hour, each reading logged. Where
nothing is given, what the order names is forgotten with the letter.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from referral_service.domain.desk.desk_request import NOTHING, DeskRequest, Kind, Stage
from referral_service.domain.desk.details import Demand
from referral_service.domain.identity import Identity
from referral_service.domain.lifecycle import NotAllowed
from referral_service.domain.task_view import TaskView
from referral_service.store.desk import desk_details, desk_requests
from referral_service.store.directory import names_of_organizations
from referral_service.use_cases.dependencies import Dependencies
from referral_service.use_cases.desk.decide_request import get_locked
from referral_service.use_cases.desk.open_request import note_step
from referral_service.use_cases.desk.read_named import (
    find_named,
    find_sealed_record,
    log_identity_read,
    open_identity,
)
from referral_service.use_cases.desk.seal_details import add_to_details, demand_of, open_details
from service_kit.db import audit
from service_kit.db.engine import Database
from service_kit.errors import NotFound
from service_kit.identity import Principal
from setu.india import day_in_india

ANSWERED = "answered"
Held = Mapping[str, object]
"""Item → its value: a day, a name, a `Contact`."""
_NOTHING_HELD: Held = {}


@dataclass(frozen=True)
class DemandAnswer:
    """The letter: the order, and what is given of it; nothing where `held` is empty. `body` is who answers."""

    request: DeskRequest
    demand: Demand | None
    held: Held
    body: str | None


def answer_demand(
    session: Session,
    officer: Principal,
    request_id: UUID,
    *,
    check: Callable[[int], None],
    dependencies: Dependencies,
    now: datetime,
) -> None:
    """Close it with the codes of what is given. Raises NotFound, Stale, NotAllowed."""
    found = get_locked(session, officer, request_id, check)
    if found.kind is not Kind.LEGAL_DEMAND or found.stage(now) is not Stage.ANSWER:
        raise NotAllowed("Two people have to decide first.")
    demand, held = _read(session, officer, found, dependencies, now)
    if demand is None and found.agreed and desk_details.find_detail(session, found.id) is not None:
        raise NotAllowed("What the order names does not open: that is no answer to it.")
    given = list(held) or [NOTHING]
    if not held:
        add_to_details(session, found.id, {"named": ""}, dependencies)
    desk_requests.add_given(session, found, given)
    desk_requests.close_request(session, found, now)
    note_step(session, officer, found.id, ANSWERED, dependencies=dependencies, now=now)
    about = ("desk_request", found.id)
    audit.record(session, "desk.answer", about, officer, now, detail={"given": ",".join(given)})


def read_answer(
    db: Database, officer: Principal, request_id: UUID, *, dependencies: Dependencies, now: datetime
) -> DemandAnswer:
    """What the letter says. Raises NotFound, also where something was given more than an hour ago."""
    with db.transaction(officer.scope) as session:
        found = desk_requests.find_request(session, officer.districts, request_id)
        if found is None or found.kind is not Kind.LEGAL_DEMAND or found.closed_at is None:
            raise NotFound
        shows_nothing = NOTHING in found.given
        if not shows_nothing and not found.is_identity_open(now):
            raise NotFound
        if shows_nothing:
            demand, held = _find_demand(session, found, dependencies), _NOTHING_HELD
        else:
            demand, held = _read(session, officer, found, dependencies, now)
        body = names_of_organizations(session, [officer.organization]).get(officer.organization)
    return DemandAnswer(found, demand, held, body)


def _read(
    session: Session, officer: Principal, found: DeskRequest, dependencies: Dependencies, now: datetime
) -> tuple[Demand | None, Held]:
    demand = _find_demand(session, found, dependencies)
    if demand is None or not found.agreed:
        return demand, {}
    task = find_named(session, officer, demand.named, dependencies)
    record = None if task is None else find_sealed_record(session, task)
    if task is None or record is None:
        return demand, {}
    log_identity_read(session, officer, record, found.kind, now)
    identity = open_identity(record, dependencies)
    return demand, {} if identity is None else _held(session, demand, task, identity)


def _find_demand(session: Session, found: DeskRequest, dependencies: Dependencies) -> Demand | None:
    return demand_of(open_details(session, found.id, dependencies))


def _held(session: Session, demand: Demand, task: TaskView, identity: Identity) -> Held:
    """`task` is the record that the order names: day and service of the newest would tell that it was forwarded."""
    organizations = [] if task.organization_id is None else [task.organization_id]
    known: Mapping[str, object] = {
        "day_sent": day_in_india(task.submitted_at),
        "service": next(iter(names_of_organizations(session, organizations).values()), None),
        "name": identity.name,
        "contact": identity.contact if identity.contact.value is not None else None,
    }
    return {item: known[item] for item in demand.items if known.get(item) is not None}
