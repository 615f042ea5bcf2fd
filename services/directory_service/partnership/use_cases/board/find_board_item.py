"""Look an item of the board up. Another district's, and a hidden one for whom it is hidden, are not there."""

from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.partnership.store.board import item_on
from directory_service.partnership.store.tables_board import BoardItem
from service_kit.errors import NotFound
from service_kit.identity import Principal


def find_board_item(session: Session, who: Principal, item: UUID, *, for_update: bool = False) -> BoardItem:
    """The item, locked where it will change. Raises NotFound."""
    found = item_on(session, who.districts, item, for_update=for_update)
    if found is None:
        raise NotFound
    return found
