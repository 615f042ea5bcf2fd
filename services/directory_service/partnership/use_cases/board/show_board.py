"""Read model of the board: items with what was answered, and of whom the reader may know that they wrote it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.organizations.store.tables import District
from directory_service.partnership.domain.board import steps_open
from directory_service.partnership.store import board as store
from directory_service.partnership.store.meetings import names_of
from directory_service.partnership.store.tables_board import BoardAnswer, BoardItem
from directory_service.partnership.use_cases.board.find_board_item import find_board_item
from service_kit.identity import Principal
from setu.roles import COORDINATOR


@dataclass(frozen=True)
class ItemView:
    """An item as its reader sees it. `district` is None on the state's board.

    `author`: the organisation's name, for the coordinator alone; `is_mine`: the reader wrote it with a name; `steps`:
    what the reader may do.
    """

    item: BoardItem
    district: District | None
    answers: Sequence[BoardAnswer]
    author: str | None
    is_mine: bool
    steps: Sequence[str]


@dataclass(frozen=True)
class BoardView:
    """Items, the latest day first; `names`: of the organisations that answered."""

    items: Sequence[ItemView]
    names: Mapping[UUID, str]


def show_board(session: Session, who: Principal, limit: int, after: tuple[date, UUID] | None = None) -> BoardView:
    """The reader's boards."""
    return _view(session, who, store.items_on(session, who.districts, limit, after))


def show_board_item(session: Session, who: Principal, item: UUID) -> BoardView:
    """One item. Raises NotFound."""
    return _view(session, who, [find_board_item(session, who, item)])


def _view(session: Session, who: Principal, items: Sequence[BoardItem]) -> BoardView:
    ids = [each.id for each in items]
    answers, authors = store.answers_to(session, ids), store.authors_of(session, ids)
    spoken_of = {answer.organization_id for each in answers.values() for answer in each}
    names = names_of(session, spoken_of | {each.organization_id for each in authors.values()})
    views = []
    for item in items:
        author, coordinates = authors.get(item.id), who.role == COORDINATOR
        is_open = steps_open(item.state, has_district=item.district_code is not None)
        views.append(
            ItemView(
                item=item,
                district=session.get(District, item.district_code) if item.district_code else None,
                answers=answers[item.id],
                author=names[author.organization_id] if author and coordinates else None,
                is_mine=author is not None and author.account_id == who.account,
                steps=is_open if coordinates else [],
            )
        )
    return BoardView(views, names)
