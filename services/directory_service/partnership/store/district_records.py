"""Queries for the record of many districts at once: one statement a subject, however many districts there are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from directory_service.listings.store.tables import Service
from directory_service.organizations.store.tables import Json, Organization
from directory_service.partnership.domain.board import HIDDEN
from directory_service.partnership.domain.board_count import BoardFact
from directory_service.partnership.domain.district_record import ActionFact, counts_as_meeting
from directory_service.partnership.domain.meetings import HELD
from directory_service.partnership.store.tables import Meeting, MeetingAction
from directory_service.partnership.store.tables_board import BoardAnswer, BoardItem
from setu.india import INDIA, day_in_india

_SERVED = Service.record.op("->", return_type=JSONB())(literal_column("'districts'"))  # as the index has it


@dataclass(frozen=True)
class KnownMeetings:
    """A district's meetings: state by month, the day of the last that was held, and when the first was proposed."""

    states: Mapping[date, str]
    last_held: date | None
    known_since: date | None


def meetings_of_districts(session: Session, districts: Collection[int], today: date) -> Mapping[int, KnownMeetings]:
    """All meetings of these districts until today, by district."""
    wanted = select(Meeting.district_code, Meeting.month, Meeting.state, Meeting.starts_at, Meeting.proposed_at)
    rows = session.execute(wanted.where(Meeting.district_code.in_(districts))).all()
    return {code: _known([row for row in rows if row.district_code == code], today) for code in districts}


def _known(rows: Sequence[Any], today: date) -> KnownMeetings:
    past = [row for row in rows if row.starts_at.astimezone(INDIA).date() <= today and counts_as_meeting(row.state)]
    return KnownMeetings(
        states={row.month: row.state for row in past},
        last_held=max((row.starts_at.astimezone(INDIA).date() for row in past if row.state == HELD), default=None),
        known_since=min((day_in_india(row.proposed_at) for row in rows), default=None),
    )


def actions_of_districts(
    session: Session, districts: Collection[int], since: date
) -> Mapping[int, Sequence[ActionFact]]:
    """What is due from a day on, by district."""
    columns = (MeetingAction.district_code, MeetingAction.due, MeetingAction.state)
    wanted = select(*columns).where(MeetingAction.district_code.in_(districts), MeetingAction.due >= since)
    found: dict[int, list[ActionFact]] = {code: [] for code in districts}
    for code, due, state in session.execute(wanted):
        found[code].append(ActionFact(due, state))
    return found


def board_of_districts(session: Session, districts: Collection[int], since: date) -> Mapping[int, Sequence[BoardFact]]:
    """What appeared on the districts' own boards from a day on, by district; hidden items left out."""
    found: dict[int, list[BoardFact]] = {code: [] for code in districts}
    for code, fact in _on_boards(session, BoardItem.district_code.in_(districts), since):
        found[code].append(fact)
    return found


def board_of_state(session: Session, state: int, since: date) -> Sequence[BoardFact]:
    """What appeared on the state's board from a day on: items of districts that are too small for their own."""
    is_its = (BoardItem.state_code == state) & BoardItem.district_code.is_(None)
    return [fact for _code, fact in _on_boards(session, is_its, since)]


def _on_boards(session: Session, where: ColumnElement[bool], since: date) -> Sequence[tuple[Any, BoardFact]]:
    first = func.min(BoardAnswer.answered_on)
    wanted = (
        select(BoardItem.district_code, BoardItem.posted_on, BoardItem.state, first)
        .outerjoin(BoardAnswer, BoardAnswer.item_id == BoardItem.id)
        .where(where, BoardItem.posted_on >= since, BoardItem.state != HIDDEN)
        .group_by(BoardItem.id)
    )
    rows = session.execute(wanted).all()
    return [(code, BoardFact(day, state, answered)) for code, day, state, answered in rows]


def services_of_districts(session: Session, districts: Collection[int]) -> Sequence[tuple[str, UUID, Json]]:
    """Provider's name, id and record of the services that serve them: public ones of active providers, by name."""
    wanted = (
        select(Organization.name, Service.id, Service.record)
        .join(Organization, Organization.id == Service.organization_id)
        .where(or_(*(_SERVED.contains([district]) for district in districts)))
        .where(Service.public, Service.status == "active", Organization.status == "active")
    )
    rows = session.execute(wanted.order_by(Service.name, Service.id))
    return [(provider, service, record) for provider, service, record in rows]
