"""Answer an item of the board: the coordinator, or a side for itself. The worker's clock tells an author of it.

Why not at once: who wrote the item is kept from whoever answers; `remind_of_board.py` tells named authors alone.
Answers of two sides do not collide, so no version is asked for.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.partnership.domain.board import state_once_answered
from directory_service.partnership.store.tables_board import BoardAnswer, BoardItem
from directory_service.partnership.use_cases.board.find_board_item import find_board_item
from service_kit.db import audit
from service_kit.identity import Principal
from setu.guard import guarded
from setu.india import day_in_india


def answer_board_item(
    session: Session, who: Principal, item: UUID, answer: UUID, text: str, now: datetime
) -> BoardItem:
    """Store the answer, once by its id. Raises CaseDetails, NotFound; NotNow for an item that is done or hidden."""
    said, row = guarded(text), find_board_item(session, who, item, for_update=True)
    if session.get(BoardAnswer, answer) is not None:
        return row
    state, today = state_once_answered(row.state), day_in_india(now)
    made = BoardAnswer(id=answer, item_id=row.id, organization_id=who.organization, text=said, answered_on=today)
    session.add(made)
    row.state, row.version = state, row.version + 1
    audit.record(session, "board.answer", ("board-item", row.id), who, now)
    return row
