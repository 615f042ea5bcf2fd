"""Clock of the board, once a minute: the day's batch, a cover now and then, old authors forgotten after a year."""

from datetime import datetime

from sqlalchemy import delete

from directory_service.organizations.domain.retention import BOARD_AUTHORS_KEPT
from directory_service.partnership.store.tables_board import BoardAuthor, BreachReporter
from directory_service.partnership.use_cases.board.publish_board_batch import (
    BoardSealing,
    publish_board_batch,
    write_cover,
)
from service_kit.db.engine import Database
from setu.india import day_in_india


def tend_board(db: Database, tools: BoardSealing, now: datetime) -> None:
    """Needs the worker's role; running it twice publishes nothing twice. `now` is aware."""
    with db.transaction() as session:
        publish_board_batch(session, tools, now)
        write_cover(session, tools)
        last_day = day_in_india(now) - BOARD_AUTHORS_KEPT
        session.execute(delete(BoardAuthor).where(BoardAuthor.posted_on < last_day))
        session.execute(delete(BreachReporter).where(BreachReporter.reported_on < last_day))
