"""Post an item with a name: it stands on the board at once, its author in a row of its own.

Promises: the guard has its say before anything is stored; an account posts ten items a day at most. The item's row
looks like one without an author: a random id, a day, no hour.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from directory_service.partnership.domain.board import NAMED_A_DAY, OPEN
from directory_service.partnership.store.tables_board import BoardAuthor, BoardItem
from directory_service.partnership.use_cases.board.find_board_place import find_board_place
from service_kit.errors import TooMany
from service_kit.identity import Principal
from setu.guard import guarded
from setu.india import day_in_india

_HOUR = 3600  # seconds


@dataclass(frozen=True)
class NewBoardItem:
    """What is posted, and from which of the writer's districts. `id` is a UUIDv4."""

    id: UUID
    district: int
    category: str
    text: str


def post_to_board(session: Session, who: Principal, item: NewBoardItem, now: datetime) -> None:
    """Store it, once by its id. Raises CaseDetails, NotFound for another's district, TooMany."""
    text, today = guarded(item.text), day_in_india(now)
    place = find_board_place(session, who, item.district)
    if session.get(BoardItem, item.id) is not None:
        return
    posted = select(func.count()).where(BoardAuthor.account_id == who.account, BoardAuthor.posted_on == today)
    if session.scalars(posted).one() >= NAMED_A_DAY:
        raise TooMany(_HOUR)
    made = insert(BoardItem).values(
        id=item.id,
        state_code=place.state,
        district_code=place.district,
        category=item.category,
        text=text,
        posted_on=today,
        state=OPEN,
        version=1,
    )
    if not session.execute(made.on_conflict_do_nothing().returning(BoardItem.id)).all():
        return  # the same form, sent twice at once
    session.add(
        BoardAuthor(
            item_id=item.id,
            account_id=who.account,
            organization_id=who.organization,
            district_code=item.district,
            posted_on=today,
        )
    )
