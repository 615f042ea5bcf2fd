"""Find the board that somebody posts to: one of the own districts', or its state's."""

from sqlalchemy.orm import Session

from directory_service.partnership.domain.board import BoardPlace
from directory_service.partnership.store.board import board_places
from service_kit.errors import NotFound
from service_kit.identity import Principal


def find_board_place(session: Session, who: Principal, district: int) -> BoardPlace:
    """The board for a district of the caller's. Raises NotFound for another one."""
    if district not in who.districts:
        raise NotFound
    return board_places(session, [district])[district]
