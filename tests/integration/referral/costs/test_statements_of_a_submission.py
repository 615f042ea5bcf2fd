"""How much a submission asks the database, and that a task's row has one birth."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event, select

from referral_service.store.tables import task
from service_kit.db.engine import Database
from support.referral import COORDINATOR, NURSE, OFFICER, OST_OF_JIBAN, OST_OF_SHISHU, WORKER, ReferralService

MOST = 6
"""Beside BEGIN and COMMIT: scope, key, services, what is written; the session's look-up and a card have room."""


@contextmanager
def counted(db: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def test_a_submission_is_written_by_one_statement_and_sends_few(setu: ReferralService) -> None:
    card = setu.cards()[0]
    for who, more in ((OFFICER, {}), (OFFICER, {"card": card.number}), (NURSE, {"setting": "prison"})):
        with counted(setu.app.extensions["setu"].db) as statements:
            setu.sent(who, needs=["OST", "OD", "COUNS"], **more)

        writing = [statement for statement in statements if "INSERT INTO task " in statement]
        assert len(writing) == 1
        assert all(f"INSERT INTO {table} " in writing[0] for table in ("referral_sent", "identity", "tally", "outbox"))
        assert len(statements) <= MOST, statements


def test_a_forwarded_task_is_born_like_a_first_one(setu: ReferralService) -> None:
    first = setu.sent()
    setu.must(WORKER, first, "decline", reason="no_capacity")
    setu.must(COORDINATOR, first, "forward")

    second = setu.sent(candidates=[str(OST_OF_JIBAN), str(OST_OF_SHISHU)])

    with setu.worker_db.transaction() as session:
        forwarded = session.execute(select(task).where(task.c.forwarded_from.is_not(None))).mappings().one()
        sent = session.execute(select(task).where(task.c.id == second.id)).mappings().one()
    own = {"id", "root_id", "reference", "sender_account", "sender_role", "forwarded_from", "unnamed"}
    assert {name for name in forwarded if forwarded[name] != sent[name]} == own
