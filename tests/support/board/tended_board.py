"""A board with three units and three providers, the worker that tends it, and dumps of every table."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from sqlalchemy import text

from directory_service.partnership.outside.board_keys import BoardKeys
from directory_service.partnership.use_cases.board.publish_board_batch import BoardSealing
from directory_service.partnership.use_cases.board.remind_of_board import remind_of_board
from directory_service.partnership.use_cases.board.tend_board import tend_board
from support.partnership import Partnership, an_organization

THIRD_STATION, THIRD_PROVIDER = an_organization("Tala", "police_unit"), an_organization("Asha", "provider")
TABLES = "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1"
Dump = dict[str, Counter[str]]


class Board:
    """The board of a district that is large enough."""

    def __init__(self, partnership: Partnership, folder: Path, seed: int = 1) -> None:
        self.partnership = partnership
        partnership.directory.save(THIRD_STATION, THIRD_PROVIDER, indexed=False)
        with partnership.worker() as session:  # everywhere somebody can sign in
            session.execute(text("UPDATE organization SET staffed = '{officer}' WHERE kind <> 'provider'"))
            session.execute(text("UPDATE organization SET staffed = '{case_worker}' WHERE kind = 'provider'"))
        self.keys = BoardKeys(folder / "board-keys")
        self.tools = BoardSealing(self.keys, Random(seed))  # noqa: S311 - the same each time
        self.tend()

    def tend(self, days: int = 0) -> None:
        """What the worker does in a minute; `days`: so many mornings later."""
        self.partnership.clock.advance(timedelta(days=days))
        tend_board(self.partnership.directory.worker, self.tools, self.partnership.clock.now())
        with self.partnership.worker() as session:
            remind_of_board(session, self.partnership.clock.now())

    def mornings(self, days: int) -> None:
        """So many daily batches."""
        for _ in range(days):
            self.tend(1)

    def rows(self, query: str) -> list[Any]:
        with self.partnership.worker() as session:
            return list(session.execute(text(query)).all())

    def dump(self) -> Dump:
        """Every table, each row as its text: what a nightly dump has."""
        with self.partnership.worker() as session:
            tables = session.scalars(text(TABLES)).all()
            return {each: Counter(session.scalars(text(f'SELECT t::text FROM "{each}" t'))) for each in tables}  # noqa: S608 - an id of our own


def a_form(category: str = "access", words: str = "Cards in Bengali at every desk", **more: str) -> dict[str, str]:
    return {"category": category, "text": words, "author": "unnamed", "accepted": "yes", "once": str(uuid4()), **more}


def post_unnamed(client: FlaskClient, words: str, **more: str) -> None:
    answer = client.post("/board/new", data=a_form(words=words, **more))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/board?done=unnamed")


def post_named(client: FlaskClient, words: str, **more: str) -> UUID:
    once = uuid4()
    answer = client.post("/board/new", data=a_form(words=words, author="named", once=str(once), **more))
    assert answer.headers["Location"] == "/board?done=named"
    return once


def new_rows(before: Dump, after: Dump) -> dict[str, list[str]]:
    """Table → rows that the second dump has and the first has not."""
    found = {table: list((rows - before.get(table, Counter())).elements()) for table, rows in after.items()}
    return {table: rows for table, rows in found.items() if rows}


def a_report(**more: str) -> dict[str, str]:
    return {"kind": "near_a_service", "day": "2026-11-20", "author": "named", "once": str(uuid4()), **more}
