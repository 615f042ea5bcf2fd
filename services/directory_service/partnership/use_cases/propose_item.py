"""Put something on a meeting's agenda: proposed by a side, taken up, and discussed, by the coordinator.

Promises: the guard has its say before anything is stored. A coordinator's own item is on the agenda at once. Confirming
who came ends none of this, only the day does: `carry_over.py` then takes to the next meeting what was not discussed.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.partnership.domain.meetings import (
    ITEM_MOVES,
    ITEM_ON,
    ITEM_PROPOSED,
    NotNow,
    agenda_is_open,
    part_of_item,
    takes_items_of,
)
from directory_service.partnership.store.add_once import add_once
from directory_service.partnership.store.tables import AgendaItem
from directory_service.partnership.use_cases.find_meeting import find_meeting
from service_kit.errors import NotFound
from service_kit.identity import Principal
from setu.guard import guarded
from setu.roles import COORDINATOR


@dataclass(frozen=True)
class NewItem:
    """What shall be talked about, and in which of the nine parts a coordinator puts it."""

    id: UUID
    part: int
    text: str


def propose_item(session: Session, who: Principal, meeting: UUID, item: NewItem, now: datetime) -> AgendaItem:
    """Store the item, once by its id. Raises CaseDetails; NotFound, also for the id of another's item.

    Raises NotNow where the meeting is called off or its day is over; for a side, once it has begun.
    """
    text = guarded(item.text)
    row = find_meeting(session, who, meeting)
    if not takes_items_of(who.role, row.state, row.starts_at, now):
        raise NotNow(row.state)
    there, _ = add_once(
        session,
        AgendaItem,
        item.id,
        {"meeting_id": row.id, "organization_id": who.organization},
        district_code=row.district_code,
        part=part_of_item(who.role, item.part),
        text=text,
        state=ITEM_ON if who.role == COORDINATOR else ITEM_PROPOSED,
        created_at=now,
    )
    return there


def move_item(session: Session, who: Principal, meeting: UUID, item: UUID, step: str, now: datetime) -> None:
    """Take an item up, or mark it as discussed. Raises NotFound; NotNow where it was called off or its day is over."""
    row = find_meeting(session, who, meeting)
    if not agenda_is_open(row.state, row.starts_at, now):
        raise NotNow(row.state)
    found = session.get(AgendaItem, item, with_for_update=True)
    if found is None or found.meeting_id != row.id:
        raise NotFound
    before, after = ITEM_MOVES[step]
    if found.state in before:
        found.state = after
