"""Move an item of the board: onto the next meeting's agenda, to done, or out of sight, by the coordinator."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from directory_service.partnership.domain.board import HIDE_REASONS, ON_AGENDA, state_after
from directory_service.partnership.domain.meetings import ITEM_ON, PROPOSALS_PART
from directory_service.partnership.store.meetings import next_of
from directory_service.partnership.store.tables import AgendaItem
from directory_service.partnership.store.tables_board import BoardItem
from directory_service.partnership.use_cases.board.find_board_item import find_board_item
from service_kit.db import audit
from service_kit.errors import Stale
from service_kit.identity import Principal


@dataclass(frozen=True)
class BoardStep:
    """A step of `domain.board.MOVES`, from the version that was seen; `reason`: a code, for `hide` alone."""

    name: str
    seen: int
    reason: str | None = None


def move_board_item(session: Session, who: Principal, item: UUID, step: BoardStep, now: datetime) -> BoardItem:
    """Take the step. Raises NotFound, Stale, NotNow; ValueError for a reason that is none."""
    if (step.reason in HIDE_REASONS) != (step.name == "hide"):
        raise ValueError(step.reason)
    row = find_board_item(session, who, item, for_update=True)
    if row.version != step.seen:
        raise Stale
    row.state = state_after(step.name, row.state, has_district=row.district_code is not None)
    row.hide_reason, row.version = step.reason, row.version + 1
    if row.state == ON_AGENDA:
        put_on_agenda(session, row, who.organization, now)
    audit.record(session, "board.move", ("board-item", row.id), who, now, detail={"state": row.state})
    return row


def put_on_agenda(session: Session, item: BoardItem, body: UUID, now: datetime) -> None:
    """The item's text among the proposals of the district's next meeting, or waiting for one, in the body's name."""
    if item.district_code is None:
        raise ValueError(item.id)
    ahead = next_of(session, item.district_code, now)
    made = AgendaItem(
        id=uuid4(),
        district_code=item.district_code,
        meeting_id=ahead.id if ahead else None,
        organization_id=body,
        part=PROPOSALS_PART,
        text=item.text,
        state=ITEM_ON,
        created_at=now,
    )
    session.add(made)
