"""Report a breach of the agreement with a name: to the coordinator, or past one who is in it to the state's body.

Promises: no event and no audit entry in this transaction; the worker's clock tells whoever is to act. No station, no
agenda and no figure of a unit is touched. The guard has its say before anything is stored.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.organizations.store.state_bodies import districts_with_body_above
from directory_service.organizations.store.tables import District
from directory_service.partnership.domain.board import NAMED_A_DAY
from directory_service.partnership.store.tables_board import Breach, BreachReporter
from directory_service.partnership.use_cases.visit_service import services_in
from service_kit.errors import NotFound, TooMany
from service_kit.identity import Principal
from setu.guard import guarded
from setu.india import day_in_india

_HOUR = 3600  # seconds


class NobodyAbove(Exception):
    """No body stands above the district's coordinator: a report past that coordinator could go to nobody else."""


@dataclass(frozen=True)
class NewBreach:
    """What is reported. `day`: on which it happened; `past_coordinator`: the district's coordinator is in it."""

    district: int
    kind: str
    service: UUID | None
    day: date
    text: str
    parent_agreed: bool
    past_coordinator: bool


def breach_fields(session: Session, who: Principal, report: NewBreach) -> dict[str, object]:
    """The columns of its row.

    Raises CaseDetails, NobodyAbove; NotFound for another's district, or a service that is not there.
    """
    text = guarded(report.text)
    if report.district not in who.districts:
        raise NotFound
    if report.service and report.service not in {each.id for each in services_in(session, who.districts)}:
        raise NotFound
    state = session.get_one(District, report.district).state_code
    if report.past_coordinator and not districts_with_body_above(session, [report.district]):
        raise NobodyAbove
    return {
        "state_code": state,
        "district_code": report.district,
        "kind": report.kind,
        "service_id": report.service,
        "day": report.day,
        "text": text,
        "parent_agreed": report.parent_agreed,
        "past_coordinator": report.past_coordinator,
        "with_state": report.past_coordinator,
    }


def report_breach(session: Session, who: Principal, breach: UUID, report: NewBreach, now: datetime) -> None:
    """Store it, once by its id (a UUIDv4). Raises CaseDetails, NobodyAbove, NotFound, TooMany."""
    fields, today = breach_fields(session, who, report), day_in_india(now)
    if session.get(BreachReporter, breach) is not None:
        return
    today_s = (BreachReporter.account_id == who.account, BreachReporter.reported_on == today)
    if session.scalars(select(func.count()).where(*today_s)).one() >= NAMED_A_DAY:
        raise TooMany(_HOUR)
    # not by way of the session: its INSERT reads the row back, which nobody may who is not in it yet
    session.execute(insert(Breach).values(id=breach, reported_on=today, **fields).on_conflict_do_nothing())
    named = insert(BreachReporter).values(
        breach_id=breach, account_id=who.account, organization_id=who.organization, reported_on=today
    )
    session.execute(named.on_conflict_do_nothing())  # the same form, sent twice at once
