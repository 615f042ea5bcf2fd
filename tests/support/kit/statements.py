"""The statements that a request asks of the database. Not a test module."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from support.referral import ReferralService


@contextmanager
def statements_of(setu: ReferralService) -> Iterator[list[str]]:
    """What the web process sends meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    engine = setu.app.extensions["setu"].db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)
