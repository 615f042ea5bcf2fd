"""What a list reads of a provider that holds hundreds, or an officer who sent as many: its first rows, and no more."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, event, text

from referral_service.domain.worklist import Order, Part, WorklistQuery
from referral_service.store.tasks import list_task_rows
from referral_service.store.worklist import list_worklist_rows
from service_kit.db.engine import Database
from support.kit.database_roles import analyze, web_database
from support.referral import OFFICER, WORKER, ReferralService

_MANY = """
INSERT INTO task (id, root_id, reference, organization_id, sender_organization, sender_role, setting, district, needs,
                  priority, another_service, status, version, submitted_at, touched_at, clock, due)
SELECT id, id, 'R-' || number, CASE WHEN number % 20 = 0 THEN :holder ELSE id END, id, 'officer', 'street', 315,
       ARRAY['OST'], 'routine', false, 'requested', 1, at, at, 'acknowledge', at + interval '9 hours'
FROM (SELECT gen_random_uuid() AS id, number, now() - number * interval '1 second' AS at
      FROM generate_series(1, 10000) AS number) AS numbered
"""
_MANY_SENT = """
WITH numbered AS (
    SELECT gen_random_uuid() AS id, number, now() - number * interval '1 second' AS at,
           CASE WHEN number % 10 = 0 THEN CAST(:account AS uuid) ELSE gen_random_uuid() END AS account_id
    FROM generate_series(1, 10000) AS number
), sent AS (
    INSERT INTO referral_sent (id, reference, account_id, organization_id, submitted_at, setting, district, needs,
                               priority, another_service)
    SELECT id, 'R-' || number, account_id, :unit, at, 'street', 315, ARRAY['OST'], 'routine', false FROM numbered
)
INSERT INTO referrer_view (id, account_id, organization_id, state, version, changed_at)
SELECT id, account_id, :unit, 'sent', 1, at FROM numbered
"""
_READ_OF_VIEWS = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'referrer_view'"
_READ = "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'task'"
LIMIT = 25


@pytest.fixture(scope="module")
def setu(lasting_setu: ReferralService) -> ReferralService:
    """A provider holds 500 open referrals of a district's 10,000; an officer sent 1,000 of a unit's 10,000."""
    with lasting_setu.worker_db.transaction() as session:
        session.execute(text(_MANY), {"holder": WORKER.organization})
        session.execute(text(_MANY_SENT), {"account": OFFICER.account, "unit": OFFICER.organization})
    analyze(lasting_setu, "task", "referral_sent", "referrer_view")
    return lasting_setu


@pytest.fixture
def web(setu: ReferralService) -> Iterator[Database]:
    with web_database(setu) as db:
        yield db


def test_the_first_rows_of_hundreds_come_from_an_index(web: Database, setu: ReferralService) -> None:
    with web.transaction(WORKER.scope) as session:
        rows = list_task_rows(session, WORKER, now=setu.clock.now(), states=(), after=None, limit=LIMIT)
        assert len(rows) == LIMIT
        assert session.scalar(text(_READ)) <= 2 * LIMIT


def test_so_do_those_of_the_worklist(web: Database, setu: ReferralService) -> None:
    query = WorklistQuery(part=Part.WAITING, order=Order.DUE, limit=LIMIT)
    with web.transaction(WORKER.scope) as session:
        rows = list_worklist_rows(session, WORKER, query, setu.clock.now())
        assert [row.due for row in rows] == sorted(row.due for row in rows)
        assert session.scalar(text(_READ)) <= 2 * LIMIT


@contextmanager
def views_read_by(setu: ReferralService) -> Iterator[list[int]]:
    """How many views each transaction of the web process reads meanwhile."""
    read: list[int] = []

    def note(connection: Connection) -> None:
        read.append(connection.execute(text(_READ_OF_VIEWS)).scalar_one())
        connection.execute(text("SELECT pg_stat_force_next_flush()"))  # or what is read next is counted on top

    engine = setu.app.extensions["setu"].db.engine
    event.listen(engine, "commit", note)
    try:
        yield read
    finally:
        event.remove(engine, "commit", note)


def test_a_page_of_what_was_sent_reads_the_views_of_one_page_and_says_how_many_there_are(
    setu: ReferralService,
) -> None:
    for path in ("/sent", "/api/referrals"):
        with views_read_by(setu) as read:
            page = setu.get(OFFICER, path)

        assert page.status_code == 200
        assert LIMIT <= sum(read) <= 2 * LIMIT, path
    assert ">1,000 referrals<" in setu.get(OFFICER, "/sent").text
